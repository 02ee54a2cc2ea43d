//! Colourings: numbers of few kinds on vertices so that neighbours differ.

mod saturation;

use crate::error::{GraphError, Result};
use crate::graph::simple::simple;
use crate::graph::{Graph, Vertex};
use crate::meter::Meter;
use crate::number;
use crate::watch::Watch;

const REMEDY: &str = "colour the components one by one";

/// In the place of a colour: none yet.
const NONE: u32 = u32::MAX;

/// In which order vertices take the least colour that is left to them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ColoringStrategy {
    /// Most neighbours first (D. Welsh, M. Powell 1967). The fastest.
    LargestFirst,
    /// The reverse of taking away the vertex of fewest neighbours again and again (D. Matula, L. Beck 1983): at most one
    /// colour more than the greatest core number.
    SmallestLast,
    /// Most colours among the neighbours first, then most neighbours (D. Brélaz, New methods to color the vertices of a
    /// graph, 1979). Mostly the fewest colours; exact on bipartite graphs. O((V + E) log V).
    #[default]
    Saturation,
}

/// A colour for each vertex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coloring {
    /// The colour of each vertex, from 0.
    pub colors: Vec<u32>,
    /// Number of colours.
    pub count: u32,
}

impl Coloring {
    /// Whether the ends of every edge of `graph` differ, loops aside.
    pub fn is_proper(&self, graph: &Graph) -> bool {
        self.colors.len() == graph.vertex_count()
            && graph.edges().all(|edge| {
                edge.source == edge.target
                    || self.colors[edge.source as usize] != self.colors[edge.target as usize]
            })
    }
}

/// Colours vertices one by one.
///
/// Edges are read both ways; loops, parallel edges and weights mean nothing. Ties go to the lesser vertex.
/// The fewest colours are not promised: to find them is NP-hard.
/// O(V + E) if the strategy says nothing else, on one thread.
pub fn greedy_coloring(graph: &Graph, strategy: ColoringStrategy, watch: &Watch) -> Result<Coloring> {
    watch.afford(number::wide(graph.vertex_count()) * 60, number::wide(graph.entry_count()), REMEDY)?;
    let graph = simple(graph, watch)?;
    let mut meter = Meter::new(watch, REMEDY);
    let colors = match strategy {
        ColoringStrategy::LargestFirst => paint(&graph, &largest_first(&graph), &mut meter)?,
        ColoringStrategy::SmallestLast => paint(&graph, &smallest_last(&graph, &mut meter)?, &mut meter)?,
        ColoringStrategy::Saturation => saturation::paint(&graph, &mut meter)?,
    };
    let count = colors.iter().max().map_or(0, |greatest| greatest + 1);
    Ok(Coloring { colors, count })
}

/// Colours vertices in an order of the caller's, each with the least colour that no neighbour has.
///
/// [`GraphError::OutOfRange`] if the order does not name every vertex once.
pub fn ordered_coloring(graph: &Graph, order: &[Vertex], watch: &Watch) -> Result<Coloring> {
    let mut is_named = vec![false; graph.vertex_count()];
    for &vertex in order {
        is_named[graph.vertex(vertex)? as usize] = true;
    }
    if order.len() != is_named.len() || is_named.contains(&false) {
        let found = format!("{} vertices", order.len());
        return Err(GraphError::OutOfRange {
            option: "order",
            found,
            expected: "every vertex is named once",
        });
    }
    let graph = simple(graph, watch)?;
    let colors = paint(&graph, order, &mut Meter::new(watch, REMEDY))?;
    let count = colors.iter().max().map_or(0, |greatest| greatest + 1);
    Ok(Coloring { colors, count })
}

fn paint(graph: &Graph, order: &[Vertex], meter: &mut Meter<'_>) -> Result<Vec<u32>> {
    let mut colors = vec![NONE; graph.vertex_count()];
    // `taken[color]` is the vertex that a neighbour of that colour was last seen from.
    let mut taken = vec![NONE];
    for &vertex in order {
        let row = graph.neighbors(vertex);
        meter.add(1 + number::wide(row.len()))?;
        for &other in row {
            let color = colors[other as usize];
            if color != NONE {
                taken[color as usize] = vertex;
            }
        }
        let color = taken.iter().position(|&seen| seen != vertex).unwrap_or(taken.len());
        colors[vertex as usize] = number::vertex(color);
        if color + 1 >= taken.len() {
            taken.push(NONE);
        }
    }
    Ok(colors)
}

fn largest_first(graph: &Graph) -> Vec<Vertex> {
    let mut order: Vec<Vertex> = graph.vertices().collect();
    order.sort_by_key(|&vertex| std::cmp::Reverse(graph.neighbors(vertex).len()));
    order
}

/// Takes away vertices of fewest neighbours by moving them between sections of one array, one for each degree
/// (V. Batagelj, M. Zaveršnik, An O(m) algorithm for cores decomposition of networks, 2003).
fn smallest_last(graph: &Graph, meter: &mut Meter<'_>) -> Result<Vec<Vertex>> {
    let mut degrees: Vec<usize> = graph.vertices().map(|vertex| graph.neighbors(vertex).len()).collect();
    let mut order: Vec<Vertex> = graph.vertices().collect();
    order.sort_by_key(|&vertex| degrees[vertex as usize]);
    let mut places = vec![0usize; order.len()];
    let mut sections = vec![0usize; degrees.iter().max().map_or(1, |greatest| greatest + 2)];
    for (place, &vertex) in order.iter().enumerate() {
        places[vertex as usize] = place;
        sections[degrees[vertex as usize] + 1] += 1;
    }
    for degree in 1..sections.len() {
        sections[degree] += sections[degree - 1];
    }
    for taken in 0..order.len() {
        let vertex = order[taken];
        meter.add(1 + number::wide(graph.neighbors(vertex).len()))?;
        for &other in graph.neighbors(vertex) {
            let degree = degrees[other as usize];
            if places[other as usize] <= taken {
                continue;
            }
            // It changes places with the first of its section, whose begin then moves past it.
            let (place, first) = (places[other as usize], sections[degree].max(taken + 1));
            let moved = order[first];
            order.swap(place, first);
            places[other as usize] = first;
            places[moved as usize] = place;
            sections[degree] = first + 1;
            degrees[other as usize] = degree - 1;
        }
    }
    order.reverse();
    Ok(order)
}

#[cfg(test)]
mod tests;
