//! Colouring by saturation: the vertex whose neighbours have most colours comes next.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use crate::coloring::NONE;
use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::meter::Meter;
use crate::number;

/// Colours that fit into one word.
const WORD: u32 = u64::BITS;

/// Which colours the neighbours of each vertex have.
struct Seen {
    words: Vec<u64>,
    others: HashSet<(Vertex, u32)>,
}

impl Seen {
    /// Whether the colour is new.
    fn insert(&mut self, vertex: Vertex, color: u32) -> bool {
        if color >= WORD {
            return self.others.insert((vertex, color));
        }
        let word = &mut self.words[vertex as usize];
        let is_new = *word & (1 << color) == 0;
        *word |= 1 << color;
        is_new
    }

    fn least_left(&self, vertex: Vertex) -> u32 {
        let color = self.words[vertex as usize].trailing_ones();
        if color < WORD {
            return color;
        }
        (WORD..NONE).find(|&color| !self.others.contains(&(vertex, color))).unwrap_or(WORD)
    }
}

pub(super) fn paint(graph: &Graph, meter: &mut Meter<'_>) -> Result<Vec<u32>> {
    let count = graph.vertex_count();
    let mut colors = vec![NONE; count];
    let mut seen = Seen { words: vec![0; count], others: HashSet::new() };
    let mut saturations = vec![0u32; count];
    let degree = |vertex: Vertex| number::vertex(graph.neighbors(vertex).len());
    let mut heap: BinaryHeap<_> =
        graph.vertices().map(|vertex| (0, degree(vertex), Reverse(vertex))).collect();
    while let Some((saturation, _, Reverse(vertex))) = heap.pop() {
        if colors[vertex as usize] != NONE || saturation != saturations[vertex as usize] {
            continue;
        }
        let color = seen.least_left(vertex);
        colors[vertex as usize] = color;
        meter.add(1 + number::wide(graph.neighbors(vertex).len()))?;
        for &other in graph.neighbors(vertex) {
            if colors[other as usize] == NONE && seen.insert(other, color) {
                saturations[other as usize] += 1;
                heap.push((saturations[other as usize], degree(other), Reverse(other)));
            }
        }
    }
    Ok(colors)
}
