//! What an analysis takes, from the size of the graph and the parameters.

use serde::Serialize;

use crate::graph::Graph;
use crate::number;

/// How large a graph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    /// Number of nodes.
    pub vertices: u64,
    /// What a pass over all edges reads: an undirected edge counts twice.
    pub entries: u64,
}

impl Size {
    /// The size of a snapshot.
    pub fn of(graph: &Graph) -> Self {
        Self { vertices: number::wide(graph.vertex_count()), entries: number::wide(graph.entry_count()) }
    }

    /// What one pass over the graph reads.
    pub(super) fn pass(self) -> u64 {
        self.vertices.saturating_add(self.entries)
    }
}

/// What an analysis takes at most, to the order of magnitude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AnalysisEstimate))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AnalysisEstimate"))]
pub struct Estimate {
    /// Vertices and entries that are looked at; ten million take some tens of milliseconds.
    pub steps: u64,
    /// Working memory with the answer, in bytes; the snapshot itself is not counted.
    pub bytes: u64,
    /// Whether the steps are those of the worst graph of the size, and mostly far fewer.
    pub is_worst_case: bool,
}

impl Estimate {
    /// So many passes over the graph, and bytes for each vertex.
    pub(super) fn passes(size: Size, passes: u64, bytes: u64) -> Self {
        Self {
            steps: size.pass().saturating_mul(passes),
            bytes: size.vertices.saturating_mul(bytes),
            is_worst_case: false,
        }
    }

    /// A search from each of so many vertices at worst, and bytes for each vertex.
    pub(super) fn searches(size: Size, sources: u64, bytes: u64) -> Self {
        Self::passes(size, sources.max(1), bytes).worst()
    }

    /// Work that only the worst graph needs, or that an option ends.
    pub(super) fn worst(mut self) -> Self {
        self.is_worst_case = true;
        self
    }

    /// More memory for each entry.
    pub(super) fn and_entries(mut self, size: Size, bytes: u64) -> Self {
        self.bytes = self.bytes.saturating_add(size.entries.saturating_mul(bytes));
        self
    }
}
