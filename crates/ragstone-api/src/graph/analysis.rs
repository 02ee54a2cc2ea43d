//! Algorithms on a graph.

use ragstone_graph::analysis::{Analysis, AnalysisReport, Descriptor, Selection};
use ragstone_graph::generation::GeneratorDescriptor;
use serde::{Deserialize, Serialize};

/// An algorithm to run on a graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnalyzeGraphRequest {
    /// The algorithm with its parameters.
    pub analysis: Analysis,
    /// Which part of the answer is shown; the best 100 rows where left out.
    #[serde(default)]
    pub selection: Selection,
    /// Refuses to run if the graph is at another version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<u64>,
}

/// What an algorithm found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnalyzeGraphResponse {
    /// The version of the graph that the answer is about.
    pub version: u64,
    /// The answer.
    pub report: AnalysisReport,
}

/// An algorithm whose answer is written to the nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnnotateGraphRequest {
    /// The algorithm with its parameters; one that the list of algorithms calls writable.
    pub analysis: Analysis,
    /// Attribute of nodes that the answer is written to, in place of its values of before.
    pub attribute: String,
    /// Which part of the answer is shown; the best 100 rows where left out.
    #[serde(default)]
    pub selection: Selection,
    /// Refuses to run if the graph is at another version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<u64>,
}

/// What an algorithm found and wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnnotateGraphResponse {
    /// The version of the graph that the answer is about.
    pub version: u64,
    /// The version that holds the answer.
    pub written_version: u64,
    /// Number of nodes whose value is another one than before.
    pub updated: usize,
    /// The answer.
    pub report: AnalysisReport,
}

/// All algorithms and generators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GraphAlgorithms {
    /// Algorithms, each with an example.
    pub algorithms: Vec<Descriptor>,
    /// Generators of graphs, each with an example.
    pub generators: Vec<GeneratorDescriptor>,
}
