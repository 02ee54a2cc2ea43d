//! The tool `change_graph`.

use ragstone_api::graph::change::{
    ChangeGraphRequest, EdgeEditInput, EdgeInput, EdgeRef, GraphChange, GraphReceipt, NodeEditInput,
    NodeInput,
};
use ragstone_core::{Error, GraphName, Result};
use ragstone_engine::graphs;
use ragstone_graph::NodeKey;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Call, Tool};

pub(super) struct ChangeGraph;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Name of the graph, which exists.
    graph: String,
    /// Nodes to add; one that is there gets the attributes, and keeps those that it has besides.
    #[serde(default)]
    add_nodes: Vec<NodeInput>,
    /// Edges to add, with nodes that are missing; one that is there gets the attributes. In a multigraph an edge without `key` is
    /// always new.
    #[serde(default)]
    add_edges: Vec<EdgeInput>,
    /// Nodes whose attributes change.
    #[serde(default)]
    edit_nodes: Vec<NodeEditInput>,
    /// Edges whose attributes change.
    #[serde(default)]
    edit_edges: Vec<EdgeEditInput>,
    /// Nodes to remove with their edges.
    #[serde(default)]
    remove_nodes: Vec<NodeKey>,
    /// Edges to remove.
    #[serde(default)]
    remove_edges: Vec<EdgeRef>,
    /// Refuses the change if the graph is at another version.
    #[serde(default)]
    expected_version: Option<u64>,
}

impl Tool for ChangeGraph {
    const NAME: &'static str = "change_graph";
    const TITLE: &'static str = "Change a graph";
    const DESCRIPTION: &'static str = "Adds, changes or removes nodes or edges of a named graph, in bulk and durably: one kind of \
        change in each call, which happens whole or not at all. Node keys are numbers or texts, and 1 is not \"1\". Next: \
        read_graph to look at them.";
    const OPERATION: &'static str = "graphs.change";
    type Input = Input;
    type Output = GraphReceipt;

    async fn run(call: &Call<'_>, input: Input) -> Result<GraphReceipt> {
        let graph = GraphName::try_new(input.graph.clone())?;
        let expected_version = input.expected_version;
        let request = ChangeGraphRequest { change: change(input)?, expected_version };
        let (change, expected) = request.into_parts();
        let change = graphs::GraphChange { change, expected };
        let receipt = call.engine.change_graph(&call.context, &graph, change).await?;
        Ok(GraphReceipt::new(receipt.entry.into(), receipt.receipt))
    }
}

/// The one change that is asked for.
fn change(input: Input) -> Result<GraphChange> {
    let Input { add_nodes, add_edges, edit_nodes, edit_edges, remove_nodes, remove_edges, .. } = input;
    let mut changes = Vec::new();
    if !add_nodes.is_empty() {
        changes.push(GraphChange::AddNodes { nodes: add_nodes });
    }
    if !add_edges.is_empty() {
        changes.push(GraphChange::AddEdges { edges: add_edges, create_nodes: true });
    }
    if !edit_nodes.is_empty() {
        changes.push(GraphChange::EditNodes { nodes: edit_nodes });
    }
    if !edit_edges.is_empty() {
        changes.push(GraphChange::EditEdges { edges: edit_edges });
    }
    if !remove_nodes.is_empty() {
        changes.push(GraphChange::RemoveNodes { nodes: remove_nodes });
    }
    if !remove_edges.is_empty() {
        changes.push(GraphChange::RemoveEdges { edges: remove_edges });
    }
    match (changes.pop(), changes.is_empty()) {
        (Some(change), true) => Ok(change),
        (None, _) => Err(Error::invalid("change_graph", "names no change").with_help(
            "give one of add_nodes, add_edges, edit_nodes, edit_edges, remove_nodes and remove_edges",
        )),
        (Some(_), false) => Err(Error::invalid("change_graph", "names several kinds of change")
            .with_help("make a call for each, so that each happens whole or not at all")),
    }
}
