//! Matching between two sides, with the cover that proves it.

use crate::bipartite::{Bipartition, bipartition};
use crate::error::{GraphError, Result};
use crate::graph::simple::simple;
use crate::graph::{Graph, Vertex};
use crate::matching::{Matching, NONE};
use crate::meter::Meter;
use crate::number;
use crate::watch::Watch;

const REMEDY: &str = "match the components one by one";

/// A matching that no other exceeds between two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BipartiteMatching {
    /// The pairs.
    pub matching: Matching,
    /// As many vertices as there are pairs, ascending, with an end of every edge among them (Kőnig's theorem).
    pub cover: Vec<Vertex>,
}

/// Finds as many pairs as there can be in a bipartite graph.
///
/// Edges are read both ways; weights mean nothing.
/// [`GraphError::WrongKind`] if there is an odd cycle.
/// O(E √V), on one thread.
/// J. Hopcroft, R. Karp, An n^5/2 algorithm for maximum matchings in bipartite graphs, 1973.
pub fn bipartite_matching(graph: &Graph, watch: &Watch) -> Result<BipartiteMatching> {
    watch.afford(number::wide(graph.vertex_count()) * 17, number::wide(graph.entry_count()), REMEDY)?;
    let Bipartition::Sides(is_right) = bipartition(graph, watch)? else {
        let remedy = "ask for a matching of most pairs in any graph, or remove an edge of each odd cycle";
        return Err(GraphError::WrongKind { algorithm: "bipartite matching", expected: "bipartite", remedy });
    };
    let graph = simple(graph, watch)?;
    let mut search = Search::new(&graph, &is_right);
    let mut meter = Meter::new(watch, REMEDY);
    search.begin();
    while search.measure(&mut meter)? {
        search.block(&mut meter)?;
    }
    // The last measuring reached no free vertex: what it reached on the left is left out, on the right it is in.
    let covers = |&vertex: &Vertex| {
        let left = if is_right[vertex as usize] { search.mates[vertex as usize] } else { vertex };
        let is_reached = left != NONE && search.levels[left as usize] != NONE;
        let has_mate = search.mates[vertex as usize] != NONE;
        has_mate && is_reached == is_right[vertex as usize]
    };
    let cover = graph.vertices().filter(covers).collect();
    Ok(BipartiteMatching { cover, matching: Matching { mates: search.mates } })
}

struct Search<'a> {
    graph: &'a Graph,
    lefts: Vec<Vertex>,
    mates: Vec<Vertex>,
    /// Pairs on the shortest alternating way from a free vertex, for vertices on the left; `NONE` if there is no way.
    levels: Vec<u32>,
    cursors: Vec<u32>,
    queue: Vec<Vertex>,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Graph, is_right: &[bool]) -> Self {
        let count = graph.vertex_count();
        Self {
            graph,
            lefts: graph.vertices().filter(|&vertex| !is_right[vertex as usize]).collect(),
            mates: vec![NONE; count],
            levels: vec![NONE; count],
            cursors: vec![0; count],
            queue: Vec::new(),
        }
    }

    fn pair(&mut self, left: Vertex, right: Vertex) {
        self.mates[left as usize] = right;
        self.mates[right as usize] = left;
    }

    /// Pairs each vertex with the first free neighbour.
    fn begin(&mut self) {
        for index in 0..self.lefts.len() {
            let left = self.lefts[index];
            let is_free = |right: &&Vertex| self.mates[**right as usize] == NONE;
            if let Some(&right) = self.graph.neighbors(left).iter().find(is_free) {
                self.pair(left, right);
            }
        }
    }

    /// Measures how far vertices on the left are from a free one; whether a free vertex on the right is reached.
    fn measure(&mut self, meter: &mut Meter<'_>) -> Result<bool> {
        self.levels.fill(NONE);
        self.queue.clear();
        for &left in &self.lefts {
            self.cursors[left as usize] = 0;
            if self.mates[left as usize] == NONE {
                self.levels[left as usize] = 0;
                self.queue.push(left);
            }
        }
        let (mut next, mut last_level, mut is_found) = (0, NONE, false);
        while let Some(&left) = self.queue.get(next) {
            next += 1;
            let level = self.levels[left as usize];
            if level > last_level {
                break;
            }
            meter.add(1 + number::wide(self.graph.neighbors(left).len()))?;
            for &right in self.graph.neighbors(left) {
                let mate = self.mates[right as usize];
                if mate == NONE {
                    (last_level, is_found) = (level, true);
                } else if self.levels[mate as usize] == NONE {
                    self.levels[mate as usize] = level + 1;
                    self.queue.push(mate);
                }
            }
        }
        Ok(is_found)
    }

    /// Swaps pairs along shortest ways that share no vertex until there are no more.
    fn block(&mut self, meter: &mut Meter<'_>) -> Result<()> {
        let mut path = Vec::new();
        for index in 0..self.lefts.len() {
            let root = self.lefts[index];
            if self.mates[root as usize] == NONE {
                path.clear();
                path.push(root);
                self.augment(&mut path, meter)?;
            }
        }
        Ok(())
    }

    fn augment(&mut self, path: &mut Vec<Vertex>, meter: &mut Meter<'_>) -> Result<()> {
        while let Some(&left) = path.last() {
            meter.add(1)?;
            let cursor = self.cursors[left as usize];
            let Some(&right) = self.graph.neighbors(left).get(cursor as usize) else {
                path.pop();
                continue;
            };
            self.cursors[left as usize] += 1;
            let mate = self.mates[right as usize];
            if mate == NONE {
                self.swap(path, right);
                return Ok(());
            }
            if self.levels[mate as usize] == self.levels[left as usize] + 1 {
                path.push(mate);
            }
        }
        Ok(())
    }

    /// Gives each vertex of the path the next one's mate, and the last one `right`. They are not walked again in this
    /// round.
    fn swap(&mut self, path: &[Vertex], mut right: Vertex) {
        for &left in path.iter().rev() {
            let before = self.mates[left as usize];
            self.pair(left, right);
            self.levels[left as usize] = NONE;
            right = before;
        }
    }
}
