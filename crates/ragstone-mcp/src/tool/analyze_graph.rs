//! The tool `analyze_graph`.

use ragstone_core::{Error, GraphName, Result};
use ragstone_engine::graphs::GraphAnalysis;
use ragstone_graph::analysis::{Analysis, AnalysisReport, Example, GroupDetail, ReportRows, Selection};
use ragstone_graph::generation::Generate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Call, Tool, fit};

/// Rows of an answer whose number is not named.
const DEFAULT_ROWS: usize = 20;
/// Most rows of an answer.
const MOST_ROWS: usize = 1000;
/// Members of a group, and nodes of a path, that are shown.
const MOST_MEMBERS: usize = 50;

pub(super) struct AnalyzeGraph;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Name of the graph.
    #[serde(default)]
    graph: Option<String>,
    /// Name of the algorithm, such as `pagerank`, `shortest-path`, `leiden`; without it, all are listed.
    #[serde(default)]
    algorithm: Option<String>,
    /// Parameters of the algorithm, such as `{"source": 1, "target": "b", "weight": "cost"}`.
    #[serde(default)]
    parameters: Map<String, Value>,
    /// How many rows are left out at the beginning, to read on.
    #[serde(default)]
    offset: usize,
    /// Most rows, the best first, 1 to 1,000; 20 if left out.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<usize>,
    /// Whether groups, such as communities, are shown with their members; else with their sizes.
    #[serde(default)]
    members: bool,
    /// Most tokens of the answer, 1,000 to 25,000; the server's default is usually right.
    #[serde(default)]
    #[schemars(range(min = 1000, max = 25000))]
    max_tokens: Option<u32>,
}

/// An algorithm or a generator in a list.
#[derive(Debug, Serialize, JsonSchema)]
struct Listed {
    /// Its name.
    name: &'static str,
    /// What it answers or makes.
    summary: &'static str,
    /// A request with its parameters.
    example: Value,
}

impl Listed {
    fn new(name: &'static str, summary: &'static str, example: &Example) -> Self {
        Self { name, summary, example: example.request() }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    /// The version of the graph that the answer is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    /// Give it as `offset` to read on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<usize>,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Map<String, Value>>,
    /// All algorithms.
    #[serde(skip_serializing_if = "Option::is_none")]
    algorithms: Option<Vec<Listed>>,
    /// All generators, for `create_graph`.
    #[serde(skip_serializing_if = "Option::is_none")]
    generators: Option<Vec<Listed>>,
}

impl Tool for AnalyzeGraph {
    const NAME: &'static str = "analyze_graph";
    const TITLE: &'static str = "Run an algorithm on a graph";
    const DESCRIPTION: &'static str = "Runs one of some ninety algorithms on a named graph: paths, components, centralities, \
        PageRank, communities, cores, flows, matchings, link prediction, similarity, citation analysis. Without arguments \
        it lists them with examples. Answers name the version of the graph and show the best rows first.";
    const OPERATION: &'static str = "graphs.analyze";
    type Input = Input;
    type Output = Output;

    async fn run(call: &Call<'_>, input: Input) -> Result<Output> {
        let Some(algorithm) = input.algorithm else {
            if input.graph.is_some() || !input.parameters.is_empty() {
                return Err(Error::invalid("algorithm", "is missing")
                    .with_help("name one, or call analyze_graph without arguments to list all"));
            }
            return Ok(Output::list());
        };
        let limit = input.limit.unwrap_or(DEFAULT_ROWS);
        if !(1..=MOST_ROWS).contains(&limit) {
            return Err(Error::invalid("limit", format!("must be from 1 to {MOST_ROWS}")));
        }
        let graph = input.graph.ok_or_else(|| {
            Error::invalid("graph", "is missing").with_help("name a graph; list_graphs lists them")
        })?;
        let graph = GraphName::try_new(graph)?;
        let mut request = input.parameters;
        if request.insert("algorithm".to_owned(), algorithm.into()).is_some() {
            return Err(Error::invalid("parameters", "must not name another algorithm"));
        }
        let analysis = Analysis::from_json(Value::Object(request)).map_err(|error| {
            Error::invalid("algorithm", error.to_string())
                .with_help("call analyze_graph without arguments for all algorithms, with examples")
        })?;
        let selection = Selection {
            offset: input.offset,
            limit: Some(limit),
            groups: if input.members { GroupDetail::Members } else { GroupDetail::Sizes },
            max_members: Some(MOST_MEMBERS),
            ..Selection::default()
        };
        let analysis = GraphAnalysis { analysis, selection, expected: None };
        let found = call.engine.analyze_graph(&call.context, &graph, analysis).await?;
        let mut report = found.report;
        let shown = fit_rows(&mut report, call.budget(input.max_tokens)?.quarters() / 2)?;
        let next = input.offset.saturating_add(shown);
        let next_offset = (shown > 0 && next < report.total).then_some(next);
        Ok(Output {
            next_offset,
            version: Some(found.version.0),
            report: Some(object(&report)?),
            algorithms: None,
            generators: None,
        })
    }
}

impl Output {
    fn list() -> Self {
        let algorithms =
            Analysis::catalogue().iter().map(|one| Listed::new(one.name, one.summary, &one.example));
        let generators =
            Generate::catalogue().iter().map(|one| Listed::new(one.name, one.summary, &one.example));
        Self {
            version: None,
            next_offset: None,
            report: None,
            algorithms: Some(algorithms.collect()),
            generators: Some(generators.collect()),
        }
    }
}

/// Leaves out the rows that do not fit; how many there are then.
fn fit_rows(report: &mut AnalysisReport, quarters: usize) -> Result<usize> {
    fn fitted<T: Serialize>(rows: &mut Vec<T>, quarters: usize) -> Result<usize> {
        fit(rows, quarters).map(|_| rows.len())
    }
    match &mut report.rows {
        ReportRows::Scores(rows) => fitted(rows, quarters),
        ReportRows::Labels(rows) => fitted(rows, quarters),
        ReportRows::Sets(rows) => fitted(rows, quarters),
        ReportRows::Paths(rows) => fitted(rows, quarters),
        ReportRows::Nodes(rows) => fitted(rows, quarters),
        ReportRows::Pairs(rows) => fitted(rows, quarters),
        ReportRows::Table(rows) => fitted(rows, quarters),
        ReportRows::Vectors(rows) => fitted(rows, quarters),
        ReportRows::Record(rows) => fitted(rows, quarters),
    }
}

fn object(report: &AnalysisReport) -> Result<Map<String, Value>> {
    match serde_json::to_value(report).map_err(super::unwritable)? {
        Value::Object(object) => Ok(object),
        _ => Ok(Map::new()),
    }
}
