//! Vertices at distance two, scored: for one vertex, or all over the graph.

use rayon::prelude::*;

use crate::error::{GraphError, Result};
use crate::graph::simple::simple;
use crate::graph::{Graph, Vertex};
use crate::meter::Meter;
use crate::number;
use crate::similarity::Similarity;
use crate::similarity::ranking::{Link, Ranking, Scored};
use crate::watch::Watch;

const REMEDY: &str = "ask for one vertex, or remove the vertices of most neighbours";

/// Vertices whose links are scored by one task.
const SCORED_TOGETHER: usize = 256;

/// Which vertices are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SimilarityCandidates))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SimilarityCandidates"))]
pub enum Candidates {
    /// Those with a common neighbour that are no neighbours themselves.
    #[default]
    Unlinked,
    /// Those with a common neighbour.
    All,
}

/// How to look for similar vertices.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarityOptions {
    /// How alike two vertices are.
    pub similarity: Similarity,
    /// Which vertices are compared.
    pub candidates: Candidates,
    /// At most so many are returned: 1 or more.
    pub limit: usize,
    /// Scores below this are left out.
    pub min_score: f64,
}

impl Default for SimilarityOptions {
    fn default() -> Self {
        Self {
            similarity: Similarity::default(),
            candidates: Candidates::default(),
            limit: 10,
            min_score: 0.0,
        }
    }
}

impl SimilarityOptions {
    fn require(&self) -> Result<()> {
        if self.limit == 0 {
            let expected = "at least 1";
            return Err(GraphError::OutOfRange { option: "limit", found: "0".to_owned(), expected });
        }
        if self.min_score.is_nan() {
            let expected = "a number";
            return Err(GraphError::OutOfRange { option: "min_score", found: "NaN".to_owned(), expected });
        }
        Ok(())
    }
}

/// Finds the vertices most similar to one, best first; equal scores by rising vertex.
///
/// Only vertices that share a neighbour with it are compared, also by [`Similarity::PreferentialAttachment`].
/// O(Σ |N(u)|) over the neighbours u, and O(V).
pub fn similar_vertices(
    graph: &Graph,
    vertex: Vertex,
    options: &SimilarityOptions,
    watch: &Watch,
) -> Result<Vec<Scored>> {
    options.require()?;
    let vertex = graph.vertex(vertex)?;
    watch.afford(number::wide(graph.vertex_count()) * 8, 0, REMEDY)?;
    let graph = simple(graph, watch)?;
    let shares = shares(&graph, options.similarity);
    let mut sums = Sums::new(&graph, &shares);
    let mut meter = Meter::new(watch, REMEDY);
    let mut ranking = Ranking::new(options.limit);
    sums.offer(vertex, 0, options, &mut ranking, &mut meter)?;
    let scored = |link: Link| Scored {
        vertex: if link.source == vertex { link.target } else { link.source },
        score: link.score,
    };
    Ok(ranking.into_links().into_iter().map(scored).collect())
}

/// Finds the most similar pairs of all vertices that share a neighbour, best first; equal scores by rising vertices.
///
/// O(Σ |N(v)|²), the estimate that is held against the caller's steps; on all threads of the pool, with 12 bytes a
/// vertex for each.
/// D. Liben-Nowell, J. Kleinberg, The link-prediction problem for social networks, 2007.
pub fn predicted_links(graph: &Graph, options: &SimilarityOptions, watch: &Watch) -> Result<Vec<Link>> {
    options.require()?;
    let graph = simple(graph, watch)?;
    let square = |vertex| (graph.neighbors(vertex).len() as u64).pow(2);
    let steps = graph.vertices().map(square).fold(0, u64::saturating_add) / 2;
    let threads = number::wide(rayon::current_num_threads());
    let kept = number::wide(options.limit).min(steps).saturating_mul(32);
    let bytes = number::wide(graph.vertex_count()) * (8 + 12 * threads);
    watch.afford(bytes.saturating_add(kept), steps, REMEDY)?;
    let shares = shares(&graph, options.similarity);
    let vertices: Vec<Vertex> = graph.vertices().collect();
    let rankings = vertices.par_chunks(SCORED_TOGETHER).map_init(
        || Sums::new(&graph, &shares),
        |sums, vertices| {
            let mut ranking = Ranking::new(options.limit);
            let mut meter = Meter::new(watch, REMEDY);
            for &vertex in vertices {
                sums.offer(vertex, vertex + 1, options, &mut ranking, &mut meter)?;
            }
            Ok::<_, GraphError>(ranking)
        },
    );
    let best = rankings.try_reduce(|| Ranking::new(options.limit), |one, other| Ok(one.merge(other)))?;
    Ok(best.into_links())
}

fn shares(graph: &Graph, similarity: Similarity) -> Vec<f64> {
    graph.vertices().map(|vertex| similarity.share(graph.neighbors(vertex).len())).collect()
}

/// Sums of shares for every vertex at distance two of one.
struct Sums<'a> {
    graph: &'a Graph,
    shares: &'a [f64],
    totals: Vec<f64>,
    touched: Vec<Vertex>,
}

impl<'a> Sums<'a> {
    fn new(graph: &'a Graph, shares: &'a [f64]) -> Self {
        Self { graph, shares, totals: vec![0.0; graph.vertex_count()], touched: Vec::new() }
    }

    /// Offers the links of a vertex to the vertices from `first` on.
    fn offer(
        &mut self,
        vertex: Vertex,
        first: Vertex,
        options: &SimilarityOptions,
        ranking: &mut Ranking,
        meter: &mut Meter<'_>,
    ) -> Result<()> {
        let row = self.graph.neighbors(vertex);
        self.touched.clear();
        for &near in row {
            let share = self.shares[near as usize];
            let others = self.graph.neighbors(near);
            let others = &others[others.partition_point(|&other| other < first)..];
            meter.add(1 + number::wide(others.len()))?;
            for &other in others {
                let sum = &mut self.totals[other as usize];
                if *sum == 0.0 {
                    self.touched.push(other);
                }
                *sum += share;
            }
        }
        self.forget(vertex);
        if options.candidates == Candidates::Unlinked {
            for &near in row {
                self.forget(near);
            }
        }
        for &other in &self.touched {
            let shares = std::mem::take(&mut self.totals[other as usize]);
            if shares > 0.0 {
                let score = options.similarity.score(shares, row.len(), self.graph.neighbors(other).len());
                if score >= options.min_score {
                    ranking.offer(Link { source: vertex.min(other), target: vertex.max(other), score });
                }
            }
        }
        Ok(())
    }

    fn forget(&mut self, vertex: Vertex) {
        self.totals[vertex as usize] = 0.0;
    }
}
