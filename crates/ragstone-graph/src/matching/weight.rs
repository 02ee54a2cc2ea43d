//! Matching of most weight in any graph.

mod blossom;
mod search;

use std::collections::BTreeMap;

use self::search::Search;
use crate::error::Result;
use crate::graph::{Graph, Vertex, Weight};
use crate::matching::{Matching, NONE};
use crate::meter::Meter;
use crate::number;
use crate::watch::Watch;

const REMEDY: &str = "match the components one by one, or ask for most pairs whatever they weigh";

/// The greatest weight becomes a whole number of so many bits. Weights down to 2⁻³⁷ of it keep all of theirs.
const BITS: i32 = 90;

/// What is made as large as it can be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MatchingGoal))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MatchingGoal"))]
pub enum WeightGoal {
    /// The weight of all pairs; edges of no or negative weight stay out.
    #[default]
    Weight,
    /// The number of pairs, and among matchings of as many pairs their weight.
    PairsThenWeight,
}

/// Finds the pairs of most weight in any graph.
///
/// Edges are read both ways; of parallel edges the heaviest counts; loops mean nothing. Reckons in whole numbers, so that
/// the answer is the best one exactly where no weight is below 2⁻³⁷ of the greatest, and else up to 2⁻⁹⁰ of it for each
/// pair.
/// O(V³), about 0.1 s for 1,000 vertices; 100 bytes an edge; on one thread. Counts its steps and ends with
/// [`GraphError::TooExpensive`](crate::GraphError::TooExpensive) beyond the caller's.
/// Z. Galil, Efficient algorithms for finding maximum matching in graphs, 1986, in the form of J. van Rantwijk.
pub fn weight_matching(graph: &Graph, goal: WeightGoal, watch: &Watch) -> Result<Matching> {
    let (vertices, edges) = (number::wide(graph.vertex_count()), number::wide(graph.edge_count()));
    watch.afford(vertices * 300 + edges * 100, vertices + edges, REMEDY)?;
    let edges = heaviest(graph);
    let mut meter = Meter::new(watch, REMEDY);
    let mut search = Search::new(graph.vertex_count(), whole(&edges), goal);
    while search.stage(&mut meter)? {}
    let mates = graph.vertices().map(|vertex| search.partner(vertex).unwrap_or(NONE)).collect();
    Ok(Matching { mates })
}

/// One edge for each pair of neighbours.
fn heaviest(graph: &Graph) -> BTreeMap<(Vertex, Vertex), Weight> {
    let mut heaviest = BTreeMap::new();
    for edge in graph.edges().filter(|edge| edge.source != edge.target) {
        let pair = (edge.source.min(edge.target), edge.source.max(edge.target));
        let weight = heaviest.entry(pair).or_insert(edge.weight);
        *weight = weight.max(edge.weight);
    }
    heaviest
}

/// Weights as whole numbers in proportion.
fn whole(edges: &BTreeMap<(Vertex, Vertex), Weight>) -> Vec<(Vertex, Vertex, i128)> {
    let greatest = edges.values().fold(0.0, |greatest: Weight, weight| greatest.max(weight.abs()));
    let shift = if greatest > 0.0 { BITS - exponent(greatest) } else { 0 };
    // A power of two may be too large to be one factor.
    let (half, rest) = (2.0f64.powi(shift / 2), 2.0f64.powi(shift - shift / 2));
    #[expect(clippy::cast_possible_truncation, reason = "rounded, and below 2^91")]
    let whole = |weight: Weight| (weight * half * rest).round() as i128;
    edges.iter().map(|(&(one, other), &weight)| (one, other, whole(weight))).collect()
}

/// The power of two that is not above a positive number.
fn exponent(positive: f64) -> i32 {
    let bits = i32::try_from(positive.to_bits() >> 52).unwrap_or(0);
    if bits == 0 { -1022 } else { bits - 1023 }
}
