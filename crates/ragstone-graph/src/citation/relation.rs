//! Papers that are cited together, or cite the same.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::error::{GraphError, Result};
use crate::graph::{Direction, Graph, Vertex, Weight};
use crate::meter::Meter;
use crate::number;
use crate::watch::Watch;

const REMEDY: &str = "ask for related papers of a few, or leave out the papers of most references";

/// Papers whose relations are counted by one task.
const COUNTED_TOGETHER: usize = 256;

/// How to find related papers.
#[derive(Debug, Clone, PartialEq)]
pub struct RelatedOptions {
    /// Share of being cited together in the score, 0 to 1; the rest is citing the same.
    pub cocitation_share: f64,
    /// At most so many are returned: 1 or more.
    pub limit: usize,
}

impl Default for RelatedOptions {
    fn default() -> Self {
        Self { cocitation_share: 0.5, limit: 10 }
    }
}

/// A paper with why it is related to those that were asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelatedPaper {
    /// The paper.
    pub vertex: Vertex,
    /// Sum over the given papers, by which the answer is ordered.
    pub score: f64,
    /// How often a paper cites it together with a given one.
    pub cocitations: u32,
    /// How many references it shares with the given ones.
    pub couplings: u32,
}

/// Joins papers that a third paper cites together, with the number of such papers as weight, if it is at least
/// `min_count`.
///
/// A paper that cites another twice counts once; a paper that cites itself does not count.
/// [`GraphError::WrongKind`] for undirected graphs.
/// O(Σ references²), the estimate that is held against the caller's steps; on all threads of the pool.
/// H. Small, Co-citation in the scientific literature, 1973.
pub fn cocitation(graph: &Graph, min_count: u32, watch: &Watch) -> Result<Graph> {
    let papers = Papers::new(graph)?;
    relation(&papers.sources, &papers.targets, min_count, watch)
}

/// Joins papers that cite the same, with the number of shared references as weight, if it is at least `min_count`.
///
/// Otherwise as [`cocitation`], at O(Σ citations²).
/// M. Kessler, Bibliographic coupling between scientific papers, 1963.
pub fn bibliographic_coupling(graph: &Graph, min_count: u32, watch: &Watch) -> Result<Graph> {
    let papers = Papers::new(graph)?;
    relation(&papers.targets, &papers.sources, min_count, watch)
}

/// Finds papers most related to some that the caller knows, best first; equal scores by rising vertex.
///
/// The score adds up, over the given papers, how often both are cited together, and how many references both share, each
/// divided by the geometric mean of the numbers of citations, or references (G. Salton's cosine). The given papers are not
/// among the answer.
/// [`GraphError::WrongKind`] for undirected graphs, [`GraphError::OutOfRange`] for options.
/// O(V + E), and the references of all papers that cite a given one, and the citations of all that it cites.
pub fn related_papers(
    graph: &Graph,
    given: &[Vertex],
    options: &RelatedOptions,
    watch: &Watch,
) -> Result<Vec<RelatedPaper>> {
    let refuse = |option, found: String, expected| Err(GraphError::OutOfRange { option, found, expected });
    if !(0.0..=1.0).contains(&options.cocitation_share) {
        return refuse("cocitation_share", options.cocitation_share.to_string(), "from 0 to 1");
    }
    if options.limit == 0 {
        return refuse("limit", "0".to_owned(), "at least 1");
    }
    let mut given: Vec<Vertex> = given.iter().map(|&vertex| graph.vertex(vertex)).collect::<Result<_>>()?;
    given.sort_unstable();
    given.dedup();
    let papers = Papers::new(graph)?;
    let mut meter = Meter::new(watch, REMEDY);
    let mut found: BTreeMap<Vertex, RelatedPaper> = BTreeMap::new();
    for &paper in &given {
        let ways = [
            (&papers.sources, &papers.targets, options.cocitation_share),
            (&papers.targets, &papers.sources, 1.0 - options.cocitation_share),
        ];
        for (way, (there, back, share)) in ways.into_iter().enumerate() {
            for (other, count) in counts(paper, there, back, &mut meter)? {
                let sizes =
                    number::real(there[paper as usize].len()) * number::real(there[other as usize].len());
                let new = RelatedPaper { vertex: other, score: 0.0, cocitations: 0, couplings: 0 };
                let related = found.entry(other).or_insert(new);
                related.score += share * f64::from(count) / sizes.sqrt();
                if way == 0 {
                    related.cocitations += count;
                } else {
                    related.couplings += count;
                }
            }
        }
    }
    let mut related: Vec<_> = found.into_values().collect();
    related.retain(|paper| given.binary_search(&paper.vertex).is_err() && paper.score > 0.0);
    related.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.vertex.cmp(&other.vertex)));
    related.truncate(options.limit);
    Ok(related)
}

/// What each paper cites and is cited by, each once, itself left out.
struct Papers {
    targets: Vec<Vec<Vertex>>,
    sources: Vec<Vec<Vertex>>,
}

impl Papers {
    fn new(graph: &Graph) -> Result<Self> {
        if !graph.is_directed() {
            let remedy = "make each edge lead from the paper that cites to the one that is cited";
            return Err(GraphError::WrongKind {
                algorithm: "citation analysis",
                expected: "directed",
                remedy,
            });
        }
        let once = |vertex: Vertex, row: &[Vertex]| {
            let mut row = row.to_vec();
            row.dedup();
            row.retain(|&other| other != vertex);
            row
        };
        Ok(Self {
            targets: graph.vertices().map(|vertex| once(vertex, graph.neighbors(vertex))).collect(),
            sources: graph.vertices().map(|vertex| once(vertex, graph.sources(vertex))).collect(),
        })
    }
}

/// How many ways of one step there and one back lead from a paper to each other one.
fn counts(
    paper: Vertex,
    there: &[Vec<Vertex>],
    back: &[Vec<Vertex>],
    meter: &mut Meter<'_>,
) -> Result<Vec<(Vertex, u32)>> {
    let mut ends = Vec::new();
    for &middle in &there[paper as usize] {
        let row = &back[middle as usize];
        meter.add(1 + number::wide(row.len()))?;
        ends.extend(row.iter().copied().filter(|&other| other != paper));
    }
    ends.sort_unstable();
    Ok(ends.chunk_by(|one, other| one == other).map(|run| (run[0], number::vertex(run.len()))).collect())
}

fn relation(there: &[Vec<Vertex>], back: &[Vec<Vertex>], min_count: u32, watch: &Watch) -> Result<Graph> {
    let square = |row: &Vec<Vertex>| number::wide(row.len()).saturating_mul(number::wide(row.len()));
    let steps = back.iter().map(square).fold(0, u64::saturating_add);
    watch.afford(steps.saturating_mul(16), steps, REMEDY)?;
    let papers: Vec<Vertex> = (0..number::vertex(there.len())).collect();
    let parts: Vec<Vec<(Vertex, Vertex, Weight)>> = papers
        .par_chunks(COUNTED_TOGETHER)
        .map(|papers| {
            let mut meter = Meter::new(watch, REMEDY);
            let mut edges = Vec::new();
            for &paper in papers {
                let counts = counts(paper, there, back, &mut meter)?;
                let kept = counts.into_iter().filter(|&(other, count)| other > paper && count >= min_count);
                edges.extend(kept.map(|(other, count)| (paper, other, Weight::from(count))));
            }
            Ok::<_, GraphError>(edges)
        })
        .collect::<Result<_>>()?;
    Graph::from_weighted_edges(Direction::Undirected, there.len(), &parts.concat())
}
