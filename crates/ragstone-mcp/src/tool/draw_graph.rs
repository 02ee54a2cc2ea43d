//! The tool `draw_graph`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ragstone_core::{Error, GraphName, Result};
use ragstone_graph::illustration::Illustration;
use rmcp::model::ContentBlock;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Call, Tool};

/// Most pixels of a side: what a model looks at is made no larger than it can see.
const MOST_PIXELS: u64 = 2048;
const WIDTH: u64 = 1024;
const HEIGHT: u64 = 768;

pub(super) struct DrawGraph;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Name of the graph.
    graph: String,
    /// How it is drawn, such as `{"layout": {"kind": "force"}, "title": "Who met whom"}`; `sizes`, `colours` and `labels` may
    /// come from attributes or algorithms. A wrong part is refused with what there is.
    #[serde(default)]
    picture: Map<String, Value>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    /// The version of the graph that is shown.
    version: u64,
    /// Labels that found a place.
    labels: usize,
    /// Labels that were left out, because others were in their way or there were too many.
    dropped_labels: usize,
    /// The picture, which comes as an image.
    #[serde(skip)]
    #[schemars(skip)]
    png: Vec<u8>,
}

impl Tool for DrawGraph {
    const NAME: &'static str = "draw_graph";
    const TITLE: &'static str = "Draw a graph";
    const DESCRIPTION: &'static str = "Draws a named graph and returns the picture as an image. Best for up to some hundred nodes; \
        for a large graph draw a part of it, or read it with analyze_graph.";
    const OPERATION: &'static str = "graphs.draw";
    type Input = Input;
    type Output = Output;

    async fn run(call: &Call<'_>, input: Input) -> Result<Output> {
        let graph = GraphName::try_new(input.graph)?;
        let picture = picture(input.picture)?;
        let drawn = call.engine.draw_graph(&call.context, &graph, picture).await?;
        let picture = drawn.picture;
        Ok(Output {
            version: drawn.version.0,
            labels: picture.labels,
            dropped_labels: picture.dropped_labels,
            png: picture.content,
        })
    }

    fn images(output: &Output) -> Vec<ContentBlock> {
        vec![ContentBlock::image(STANDARD.encode(&output.png), "image/png")]
    }
}

fn picture(mut request: Map<String, Value>) -> Result<Illustration> {
    for (side, length) in [("width", WIDTH), ("height", HEIGHT)] {
        let given = request.entry(side).or_insert(length.into());
        if given.as_u64().is_none_or(|given| given > MOST_PIXELS) {
            return Err(Error::invalid("picture", format!("{side} must be at most {MOST_PIXELS} pixels")));
        }
    }
    if request.insert("format".to_owned(), "png".into()).is_some_and(|format| format != "png") {
        return Err(Error::invalid("picture", "an image for a model is a PNG").with_help("leave format out"));
    }
    Illustration::from_json(Value::Object(request))
        .map_err(|error| Error::invalid("picture", error.to_string()))
}
