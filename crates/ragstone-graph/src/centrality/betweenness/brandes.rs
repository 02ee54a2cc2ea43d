//! Shortest paths from one vertex, and what part of them leads through each other vertex and along each edge.

use crate::centrality::Weights;
use crate::centrality::product::gather;
use crate::centrality::search::Settling;
use crate::error::{GraphError, Result};
use crate::graph::rows::Rows;
use crate::graph::{Graph, Vertex};
use crate::number;
use crate::watch::Watch;

const UNSEEN: u32 = u32::MAX;

/// Working memory of searches, clean between two of them.
pub(crate) struct Brandes<'a> {
    outgoing: &'a Rows,
    incoming: &'a Rows,
    settling: Option<Settling>,
    levels: Levels,
    /// Number of shortest paths to each vertex; 0 for one that was not reached.
    paths: Vec<f64>,
    /// For each vertex whose successors are done, what its predecessors get for each path of theirs; else 0.
    shares: Vec<f64>,
    /// Shares of a level, until all of it is done.
    staged: Vec<f64>,
}

/// Vertices by distance, as a search without weights finds them.
struct Levels {
    distances: Vec<u32>,
    order: Vec<Vertex>,
    /// Where in `order` each level begins.
    begins: Vec<usize>,
}

impl<'a> Brandes<'a> {
    pub(crate) fn new(graph: &'a Graph, weights: Weights) -> Self {
        let count = graph.vertex_count();
        let is_weighted = weights.matter(graph);
        Self {
            outgoing: graph.outgoing_rows(),
            incoming: graph.incoming_rows(),
            settling: is_weighted.then(|| Settling::new(count)),
            levels: Levels {
                distances: if is_weighted { Vec::new() } else { vec![UNSEEN; count] },
                order: Vec::new(),
                begins: Vec::new(),
            },
            paths: vec![0.0; count],
            shares: vec![0.0; count],
            staged: Vec::new(),
        }
    }

    /// Adds to `sums` the part of the paths from `source` to each other vertex that leads through a vertex.
    pub(crate) fn add_vertices(&mut self, source: Vertex, sums: &mut [f64], watch: &Watch) -> Result<()> {
        let add = |vertex: Vertex, dependency: f64| sums[vertex as usize] += dependency;
        if self.settling.is_some() {
            self.settle(source, watch)?;
            self.depend_by_weight(watch, |_, _| {}, add)?;
        } else {
            self.level(source, watch)?;
            self.depend(watch, add)?;
        }
        self.clean()
    }

    /// Adds to `sums`, one for each entry, the part of the paths from `source` that leads along it.
    pub(crate) fn add_edges(&mut self, source: Vertex, sums: &mut [f64], watch: &Watch) -> Result<()> {
        let add = |entry: usize, flow: f64| sums[entry] += flow;
        if self.settling.is_some() {
            self.settle(source, watch)?;
            self.depend_by_weight(watch, add, |_, _| {})?;
        } else {
            self.level(source, watch)?;
            self.depend_along(watch, add)?;
        }
        self.clean()
    }

    /// Counts paths level by level.
    fn level(&mut self, source: Vertex, watch: &Watch) -> Result<()> {
        self.levels.begins.push(0);
        self.levels.order.push(source);
        self.levels.distances[source as usize] = 0;
        self.paths[source as usize] = 1.0;
        let length = |rows: &Rows, vertex: Vertex| rows.targets(vertex).len();
        let mut unseen = self.incoming.targets.len() - length(self.incoming, source);
        let mut begin = 0;
        let mut step = 0;
        while begin < self.levels.order.len() {
            let end = self.levels.order.len();
            let front = self.levels.order[begin..end].iter();
            let leading: usize = front.map(|&vertex| length(self.outgoing, vertex)).sum();
            // Adding up is several times cheaper than looking for what is new, but reads the rows of all that is unseen.
            if 2 * leading > unseen && 8 * leading > self.paths.len() {
                self.pull_level(watch, &mut step)?;
            } else {
                self.push_level(begin..end, watch, &mut step)?;
            }
            let new = self.levels.order[end..].iter();
            unseen -= new.map(|&vertex| length(self.incoming, vertex)).sum::<usize>();
            self.levels.begins.push(end);
            begin = end;
        }
        // The last level found nothing.
        self.levels.begins.pop();
        self.levels.begins.push(self.levels.order.len());
        Ok(())
    }

    /// Finds the next level from the rows of the one in `front`.
    fn push_level(&mut self, front: std::ops::Range<usize>, watch: &Watch, step: &mut u32) -> Result<()> {
        let Levels { distances, order, begins } = &mut self.levels;
        let next = number::vertex(begins.len());
        for index in front {
            let paths = self.paths[order[index] as usize];
            for &target in self.outgoing.targets(order[index]) {
                let place = target as usize;
                if distances[place] == UNSEEN {
                    distances[place] = next;
                    order.push(target);
                }
                if distances[place] == next {
                    self.paths[place] += paths;
                }
            }
            watch.pace(step)?;
        }
        Ok(())
    }

    /// Finds the next level from the rows of what is unseen: paths of all but the last level's are out of its reach.
    fn pull_level(&mut self, watch: &Watch, step: &mut u32) -> Result<()> {
        let Levels { distances, order, begins } = &mut self.levels;
        let (next, end) = (number::vertex(begins.len()), order.len());
        self.staged.clear();
        for (vertex, distance) in distances.iter_mut().enumerate() {
            if *distance == UNSEEN {
                let paths = gather(&self.paths, self.incoming.targets(number::vertex(vertex)));
                if paths > 0.0 {
                    *distance = next;
                    order.push(number::vertex(vertex));
                    self.staged.push(paths);
                }
                watch.pace(step)?;
            }
        }
        for (&vertex, &paths) in order[end..].iter().zip(&self.staged) {
            self.paths[vertex as usize] = paths;
        }
        Ok(())
    }

    /// Adds up dependencies from the last level to the first, and tells them all but the source's.
    fn depend(&mut self, watch: &Watch, mut tell: impl FnMut(Vertex, f64)) -> Result<()> {
        let last = self.levels.begins.len().saturating_sub(2);
        let mut step = 0;
        for level in (1..=last).rev() {
            let vertices = &self.levels.order[self.levels.begins[level]..self.levels.begins[level + 1]];
            self.staged.clear();
            for &vertex in vertices {
                let paths = self.paths[vertex as usize];
                // Only the next level has shares yet, and this one has no other ways on.
                let shares =
                    if level == last { 0.0 } else { gather(&self.shares, self.outgoing.targets(vertex)) };
                let dependency = paths * shares;
                tell(vertex, dependency);
                self.staged.push((1.0 + dependency) / paths);
                watch.pace(&mut step)?;
            }
            for (&vertex, &share) in vertices.iter().zip(&self.staged) {
                self.shares[vertex as usize] = share;
            }
        }
        Ok(())
    }

    /// [`depend`](Self::depend), telling what flows along each entry.
    fn depend_along(&mut self, watch: &Watch, mut tell: impl FnMut(usize, f64)) -> Result<()> {
        let last = self.levels.begins.len().saturating_sub(2);
        let mut step = 0;
        for level in (0..=last).rev() {
            let vertices = &self.levels.order[self.levels.begins[level]..self.levels.begins[level + 1]];
            self.staged.clear();
            for &vertex in vertices {
                let paths = self.paths[vertex as usize];
                let begin = self.outgoing.offsets[vertex as usize] as usize;
                let mut dependency = 0.0;
                for (index, &target) in self.outgoing.targets(vertex).iter().enumerate() {
                    let flow = paths * self.shares[target as usize];
                    tell(begin + index, flow);
                    dependency += flow;
                }
                self.staged.push((1.0 + dependency) / paths);
                watch.pace(&mut step)?;
            }
            for (&vertex, &share) in vertices.iter().zip(&self.staged) {
                self.shares[vertex as usize] = share;
            }
        }
        Ok(())
    }

    /// Counts paths by weight.
    fn settle(&mut self, source: Vertex, watch: &Watch) -> Result<()> {
        let Some(settling) = &mut self.settling else { return Ok(()) };
        let paths = &mut self.paths;
        paths[source as usize] = 1.0;
        settling.walk(&[self.outgoing], source, watch, |vertex, target, is_shorter| {
            let known = if is_shorter { 0.0 } else { paths[target as usize] };
            paths[target as usize] = known + paths[vertex as usize];
        })?;
        std::mem::swap(&mut self.levels.order, &mut settling.order);
        Ok(())
    }

    /// Adds up dependencies from the furthest vertex to the nearest; tells what flows along each entry, and the
    /// dependencies of all but the source.
    #[expect(
        clippy::float_cmp,
        reason = "a way is as short if the same sum is, and the search made the same sums"
    )]
    fn depend_by_weight(
        &mut self,
        watch: &Watch,
        mut tell_flow: impl FnMut(usize, f64),
        mut tell: impl FnMut(Vertex, f64),
    ) -> Result<()> {
        let Some(settling) = &self.settling else { return Ok(()) };
        let mut step = 0;
        for (place, &vertex) in self.levels.order.iter().enumerate().rev() {
            let (paths, here) = (self.paths[vertex as usize], settling.distances[vertex as usize]);
            let begin = self.outgoing.offsets[vertex as usize] as usize;
            let mut dependency = 0.0;
            for (index, (target, weight)) in self.outgoing.entries(vertex).enumerate() {
                // Only what was settled later has a share yet.
                let share = self.shares[target as usize];
                if share > 0.0 && here + weight == settling.distances[target as usize] {
                    tell_flow(begin + index, paths * share);
                    dependency += paths * share;
                }
            }
            if place > 0 {
                tell(vertex, dependency);
            }
            self.shares[vertex as usize] = (1.0 + dependency) / paths;
            watch.pace(&mut step)?;
        }
        Ok(())
    }

    /// Makes the working memory ready for another search, unless paths could not be counted in this one.
    fn clean(&mut self) -> Result<()> {
        let mut most: f64 = 0.0;
        for &vertex in &self.levels.order {
            most = most.max(self.paths[vertex as usize]);
            self.paths[vertex as usize] = 0.0;
            self.shares[vertex as usize] = 0.0;
            if let Some(distance) = self.levels.distances.get_mut(vertex as usize) {
                *distance = UNSEEN;
            }
        }
        if let Some(settling) = &mut self.settling {
            std::mem::swap(&mut self.levels.order, &mut settling.order);
        } else {
            self.levels.order.clear();
        }
        self.levels.begins.clear();
        refuse_too_many(most)
    }
}

/// Refuses a number of paths that a double does not hold.
pub(crate) fn refuse_too_many(paths: f64) -> Result<()> {
    if paths.is_finite() {
        return Ok(());
    }
    Err(GraphError::OutOfRange {
        option: "graph",
        found: "one with more than 1.8e308 shortest paths between two vertices".to_owned(),
        expected: "fewer: leave parts out that are large grids, or give edges weights that differ",
    })
}
