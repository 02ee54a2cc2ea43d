//! Whether graphs are the same but for the numbers of their vertices, and where a pattern is found in a graph.

mod plan;
mod refinement;
mod search;

use self::plan::Plan;
use self::search::Search;
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::meter::Meter;
use crate::number;
use crate::watch::Watch;

const REMEDY: &str = "label vertices, ask for fewer matches, or allow more steps";

/// Which edges of the graph a match may leave out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PatternMatchKind))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PatternMatchKind"))]
pub enum MatchKind {
    /// None between matched vertices: the match is an induced subgraph.
    #[default]
    Induced,
    /// Any that the pattern does not have.
    Partial,
}

/// Kinds of vertices; only vertices of the same kind match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VertexLabels {
    /// The kind of each vertex of the pattern, or of the first graph.
    pub pattern: Vec<u32>,
    /// The kind of each vertex of the graph that is searched, or of the second.
    pub target: Vec<u32>,
}

/// How to look for matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchOptions {
    /// Which edges a match may leave out.
    pub kind: MatchKind,
    /// Kinds of vertices, if there are any.
    pub labels: Option<VertexLabels>,
    /// At most so many matches are returned: 1 or more.
    pub limit: usize,
    /// Edges that may be looked at.
    pub max_steps: u64,
}

impl Default for MatchOptions {
    fn default() -> Self {
        Self { kind: MatchKind::default(), labels: None, limit: 100, max_steps: 50_000_000 }
    }
}

/// Places where a pattern is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matches {
    /// For each match the vertices that those of the pattern fall on, in their order. A pattern that is symmetric matches
    /// the same vertices in several ways.
    pub maps: Vec<Vec<Vertex>>,
    /// Whether these are all; if not, there are at least as many as were asked for, and nobody looked for more.
    pub is_complete: bool,
}

/// Finds a map from the vertices of one graph to those of another that keeps the number of edges between any two.
///
/// Weights mean nothing; loops, parallel edges and directions count. `None` if there is no such map.
/// [`GraphError::TooExpensive`] after `max_steps`, [`GraphError::OutOfRange`] for labels that are not one for each vertex.
/// Near O(E log V) where the surroundings tell vertices apart, exponential on regular graphs.
/// B. Weisfeiler, A. Leman, The reduction of a graph to canonical form, 1968, then the search of [`subgraph_matches`].
pub fn isomorphism(
    one: &Graph,
    other: &Graph,
    labels: Option<&VertexLabels>,
    max_steps: u64,
    watch: &Watch,
) -> Result<Option<Vec<Vertex>>> {
    require_labels(one, other, labels)?;
    let sizes = |graph: &Graph| (graph.direction(), graph.vertex_count(), graph.edge_count());
    if sizes(one) != sizes(other) {
        return Ok(None);
    }
    let entries = number::wide(one.entry_count());
    watch.afford(entries * 48 + number::wide(one.vertex_count()) * 200, entries, REMEDY)?;
    let mut meter = Meter::new(watch, REMEDY).with_limit(max_steps);
    let Some((kinds, targets)) = refinement::refine(one, other, labels, &mut meter)? else {
        return Ok(None);
    };
    let plan = Plan::new(one, &kinds, &targets);
    let mut search = Search::new(one, other, &plan, &kinds, &targets, MatchKind::Induced);
    search.next(&mut meter)
}

/// Finds where a pattern lies in a graph.
///
/// Weights mean nothing; directions count. There have to be as many loops and parallel edges as in the pattern, or at least
/// as many with [`MatchKind::Partial`]. Matches come in an order that depends on the graphs only.
/// [`GraphError::TooExpensive`] after `max_steps`, [`GraphError::WrongKind`] if only one of the graphs is directed,
/// [`GraphError::OutOfRange`] for a limit of 0 or labels that are not one for each vertex.
/// Exponential in the size of the pattern; memory O(V + pattern + matches).
/// L. Cordella et al., A (sub)graph isomorphism algorithm for matching large graphs, 2004, with an order of the pattern's
/// vertices in the manner of V. Bonnici et al., A subgraph isomorphism algorithm and its application to biochemical data,
/// 2013.
pub fn subgraph_matches(
    pattern: &Graph,
    target: &Graph,
    options: &MatchOptions,
    watch: &Watch,
) -> Result<Matches> {
    if pattern.direction() != target.direction() {
        let remedy = "take `to_undirected` of the directed one";
        return Err(GraphError::WrongKind {
            algorithm: "matching",
            expected: "two directed or two undirected",
            remedy,
        });
    }
    if options.limit == 0 {
        let (found, expected) = ("0".to_owned(), "at least 1");
        return Err(GraphError::OutOfRange { option: "limit", found, expected });
    }
    require_labels(pattern, target, options.labels.as_ref())?;
    let vertices = number::wide(pattern.vertex_count()) * 100 + number::wide(target.vertex_count()) * 20;
    let answer = number::wide(options.limit).saturating_mul(number::wide(pattern.vertex_count()) * 4 + 24);
    watch.afford(vertices.saturating_add(answer.min(options.max_steps)), 0, REMEDY)?;
    let mut meter = Meter::new(watch, REMEDY).with_limit(options.max_steps);
    let unlabelled = || (vec![0; pattern.vertex_count()], vec![0; target.vertex_count()]);
    let (kinds, targets) = match &options.labels {
        Some(labels) => (labels.pattern.clone(), labels.target.clone()),
        None => unlabelled(),
    };
    let plan = Plan::new(pattern, &kinds, &targets);
    let mut search = Search::new(pattern, target, &plan, &kinds, &targets, options.kind);
    let mut maps = Vec::new();
    while let Some(map) = search.next(&mut meter)? {
        maps.push(map);
        if maps.len() == options.limit {
            return Ok(Matches { maps, is_complete: false });
        }
    }
    Ok(Matches { maps, is_complete: true })
}

fn require_labels(pattern: &Graph, target: &Graph, labels: Option<&VertexLabels>) -> Result<()> {
    let counts = (pattern.vertex_count(), target.vertex_count());
    match labels.map(|labels| (labels.pattern.len(), labels.target.len())) {
        Some(found) if found != counts => {
            let found = format!("{} and {} labels", found.0, found.1);
            Err(GraphError::OutOfRange {
                option: "labels",
                found,
                expected: "one for each vertex of both graphs",
            })
        }
        _ => Ok(()),
    }
}

/// How often a vertex is in an ascending row.
fn count(row: &[Vertex], vertex: Vertex) -> usize {
    let first = row.partition_point(|&other| other < vertex);
    row[first..].iter().take_while(|&&other| other == vertex).count()
}

#[cfg(test)]
mod tests;
