//! The tool `create_graph`.

use ragstone_api::graph::GraphEntry;
use ragstone_core::graph::GraphKind;
use ragstone_core::{Error, GraphName, Result};
use ragstone_engine::graphs::{CreateGraph, GraphContent};
use ragstone_graph::generation::Generate;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Call, Tool};

pub(super) struct CreateGraphTool;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Name: 1 to 64 characters of a-z, 0-9, _ and -.
    name: String,
    /// What it is about.
    #[serde(default)]
    description: String,
    /// Whether edges lead one way.
    #[serde(default)]
    directed: Option<bool>,
    /// Whether several edges may join the same two nodes.
    #[serde(default)]
    multigraph: Option<bool>,
    /// What it holds from the start, as `{"generator": "barabasi-albert", "nodes": 100, "attached": 3}`; nothing if left out.
    /// `analyze_graph` without an algorithm lists the generators.
    #[serde(default)]
    generator: Option<Map<String, Value>>,
}

impl Tool for CreateGraphTool {
    const NAME: &'static str = "create_graph";
    const TITLE: &'static str = "Create a graph";
    const DESCRIPTION: &'static str = "Creates a named graph, empty or generated, which stays until it is deleted. Next: \
        change_graph to add nodes and edges.";
    const OPERATION: &'static str = "graphs.create";
    type Input = Input;
    type Output = GraphEntry;

    async fn run(call: &Call<'_>, input: Input) -> Result<GraphEntry> {
        let name = GraphName::try_new(input.name)?;
        let content = match input.generator {
            None => GraphContent::Empty(GraphKind {
                is_directed: input.directed.unwrap_or(false),
                is_multigraph: input.multigraph.unwrap_or(false),
            }),
            Some(_) if input.directed.is_some() || input.multigraph.is_some() => {
                return Err(Error::invalid("directed", "is told by the generator, as is multigraph")
                    .with_help("leave both out, or give the generator a `direction` where it takes one"));
            }
            Some(request) => GraphContent::Generated(generator(request)?),
        };
        let new = CreateGraph { name, description: input.description, content };
        Ok(call.engine.create_graph(&call.context, new).await?.into())
    }
}

fn generator(request: Map<String, Value>) -> Result<Generate> {
    Generate::from_json(Value::Object(request))
        .map_err(|error| Error::invalid("generator", error.to_string()))
}
