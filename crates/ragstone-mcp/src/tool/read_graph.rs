//! The tool `read_graph`.

use ragstone_api::graph::content::EdgeReach;
use ragstone_api::graph::query::{DEFAULT_FOUND, EdgeView, NeighborView, NodeView, QueryGraphResponse};
use ragstone_api::graph::schema::{DEFAULT_LABEL, GraphSchema};
use ragstone_core::{Error, GraphName, Result};
use ragstone_graph::NodeKey;
use ragstone_graph::property::{Comparison, Filter, Page, Query};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Call, Tool, fit};

pub(super) struct ReadGraph;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Name of the graph.
    graph: String,
    /// What to look at; `schema` if left out.
    #[serde(default)]
    find: Find,
    /// With `nodes`: these nodes; all if left out. With `neighbors`: the one node whose neighbours are wanted.
    #[serde(default)]
    keys: Vec<NodeKey>,
    /// With `neighbors`: along which edges; both ways if left out.
    #[serde(default)]
    reach: EdgeReach,
    /// With `nodes` and `edges`: conditions on attributes, all of which must hold.
    #[serde(default)]
    conditions: Vec<Condition>,
    /// How many are left out at the beginning: `next_offset` of the answer before, to read on.
    #[serde(default)]
    offset: usize,
    /// Most nodes or edges, 1 to 1,000; 50 if left out.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<usize>,
    /// Most tokens of the answer, 1,000 to 25,000; the server's default is usually right.
    #[serde(default)]
    #[schemars(range(min = 1000, max = 25000))]
    max_tokens: Option<u32>,
}

/// What to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Find {
    /// Labels, attributes with their kinds, counts.
    #[default]
    Schema,
    /// Nodes with their attributes.
    Nodes,
    /// Edges with their attributes.
    Edges,
    /// Edges of a node, with the nodes at their other ends.
    Neighbors,
}

/// A condition on an attribute.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Condition {
    /// Name of the attribute.
    attribute: String,
    /// How it compares; `contains` looks into texts and lists, `exists` needs no value.
    op: Op,
    /// What it is compared with.
    #[serde(default)]
    value: Value,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Op {
    Exists,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Contains,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    /// The version of the graph that was looked at.
    version: u64,
    /// What nodes and edges are like.
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<GraphSchema>,
    /// How many nodes or edges there are in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<usize>,
    /// Nodes that were found.
    #[serde(skip_serializing_if = "Option::is_none")]
    nodes: Option<Vec<NodeView>>,
    /// Edges that were found.
    #[serde(skip_serializing_if = "Option::is_none")]
    edges: Option<Vec<EdgeView>>,
    /// Neighbours that were found.
    #[serde(skip_serializing_if = "Option::is_none")]
    neighbors: Option<Vec<NeighborView>>,
    /// Give it as `offset` to read on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<usize>,
}

impl Tool for ReadGraph {
    const NAME: &'static str = "read_graph";
    const TITLE: &'static str = "Look into a graph";
    const DESCRIPTION: &'static str = "Shows what a named graph holds: its schema (labels, attributes, counts), nodes, edges, or \
        the neighbours of a node, with their attributes. Call it with the name alone first. Node keys are numbers or texts, \
        and 1 is not \"1\". Next: analyze_graph for paths, centralities and communities.";
    const OPERATION: &'static str = "graphs.query";
    type Input = Input;
    type Output = Output;

    async fn run(call: &Call<'_>, input: Input) -> Result<Output> {
        let graph = GraphName::try_new(input.graph.clone())?;
        let Some(query) = query(&input)? else { return schema(call, &graph).await };
        let page = Page { offset: input.offset, limit: input.limit.unwrap_or(DEFAULT_FOUND) };
        let found = call.engine.query_graph(&call.context, &graph, query, page).await?;
        let found = QueryGraphResponse::new(found.version, found.total, found.found);
        shown(found, page, call.budget(input.max_tokens)?.quarters() / 2)
    }
}

async fn schema(call: &Call<'_>, graph: &GraphName) -> Result<Output> {
    let labels = (DEFAULT_LABEL.to_owned(), DEFAULT_LABEL.to_owned());
    let found = call.engine.graph_schema(&call.context, graph, labels).await?;
    let schema = GraphSchema::new(found.entry.into(), found.attributes.into(), &found.summary, found.schema);
    let version = schema.graph.version;
    let schema = Some(schema);
    Ok(Output { version, schema, total: None, nodes: None, edges: None, neighbors: None, next_offset: None })
}

/// The part of an answer that fits.
fn shown(found: QueryGraphResponse, page: Page, quarters: usize) -> Result<Output> {
    let QueryGraphResponse { version, total, mut nodes, mut edges, mut neighbors } = found;
    let mut count = 0;
    if let Some(nodes) = &mut nodes {
        fit(nodes, quarters)?;
        count = nodes.len();
    }
    if let Some(edges) = &mut edges {
        fit(edges, quarters)?;
        count = edges.len();
    }
    if let Some(neighbors) = &mut neighbors {
        fit(neighbors, quarters)?;
        count = neighbors.len();
    }
    let next = page.offset + count;
    let next_offset = (count > 0 && next < total).then_some(next);
    Ok(Output { version, schema: None, total: Some(total), nodes, edges, neighbors, next_offset })
}

/// What is asked of the graph; `None` for its schema.
fn query(input: &Input) -> Result<Option<Query>> {
    check(input)?;
    let filter = filter(&input.conditions);
    Ok(match input.find {
        Find::Schema => None,
        Find::Nodes => {
            let keys = (!input.keys.is_empty()).then(|| input.keys.clone());
            Some(Query::Nodes { keys, filter })
        }
        Find::Edges => Some(Query::Edges { named: None, filter }),
        Find::Neighbors => match input.keys.as_slice() {
            [node] => Some(Query::Neighbors { node: node.clone(), reach: input.reach.into() }),
            _ => return Err(Error::invalid("keys", "must name the one node whose neighbours are wanted")),
        },
    })
}

/// Refuses arguments that mean nothing to what is looked at.
fn check(input: &Input) -> Result<()> {
    let find = input.find;
    let is_paged = input.offset > 0 || input.limit.is_some();
    for (argument, is_given, is_meant) in [
        ("conditions", !input.conditions.is_empty(), matches!(find, Find::Nodes | Find::Edges)),
        ("keys", !input.keys.is_empty(), matches!(find, Find::Nodes | Find::Neighbors)),
        ("reach", input.reach != EdgeReach::Both, find == Find::Neighbors),
        ("offset", is_paged, find != Find::Schema),
    ] {
        if is_given && !is_meant {
            return Err(Error::invalid(argument, "means nothing to what is looked at")
                .with_help("leave it out, or say in `find` what to look at: nodes, edges or neighbors"));
        }
    }
    Ok(())
}

fn filter(conditions: &[Condition]) -> Option<Filter> {
    let filters: Vec<Filter> = conditions.iter().map(Condition::filter).collect();
    (!filters.is_empty()).then_some(Filter::All(filters))
}

impl Condition {
    fn filter(&self) -> Filter {
        let (name, value) = (self.attribute.clone(), self.value.clone());
        let comparison = match self.op {
            Op::Exists => return Filter::Has(name),
            Op::Contains => return Filter::Contains { name, value },
            Op::Eq => Comparison::Equal,
            Op::Ne => Comparison::Different,
            Op::Lt => Comparison::Less,
            Op::Le => Comparison::AtMost,
            Op::Gt => Comparison::Greater,
            Op::Ge => Comparison::AtLeast,
        };
        Filter::Compare { name, comparison, value }
    }
}
