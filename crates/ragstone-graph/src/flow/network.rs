//! Maximum flow between two vertices, with the cut that proves it.

use crate::error::{GraphError, Result};
use crate::flow::residual::Residual;
use crate::flow::{Capacity, Cut};
use crate::graph::{Graph, Vertex, Weight};
use crate::meter::Meter;
use crate::watch::Watch;

const REMEDY: &str = "ask on a subgraph around the two vertices";

/// No way to the target is known.
const FAR: u32 = u32::MAX;

/// A flow that no other exceeds.
#[derive(Debug, Clone, PartialEq)]
pub struct MaxFlow {
    /// What flows along each edge in the order of [`Graph::edges`]; in an undirected graph negative where it flows from
    /// the greater end to the lesser.
    pub flows: Vec<Weight>,
    /// The minimum cut with the smallest side of the source. Its value is the value of the flow.
    pub cut: Cut,
}

impl MaxFlow {
    /// What gets from the source to the target.
    pub fn value(&self) -> Weight {
        self.cut.value
    }
}

/// Finds the most that flows from `source` to `target`.
///
/// An edge of an undirected graph carries either way; parallel edges add up; loops carry nothing.
/// Exact where capacities are whole numbers whose sum is below 2⁵³, else to rounding.
/// [`GraphError::NegativeWeight`] for capacities below 0, [`GraphError::OutOfRange`] if both vertices are one.
/// O(V² E), O(min(V^⅔, √E) E) with unit capacities; 44 bytes an edge; on one thread.
/// E. A. Dinic, Algorithm for solution of a problem of maximum flow in networks with power estimation, 1970.
pub fn max_flow(
    graph: &Graph,
    source: Vertex,
    target: Vertex,
    capacity: Capacity,
    watch: &Watch,
) -> Result<MaxFlow> {
    let (source, target) = (graph.vertex(source)?, graph.vertex(target)?);
    if source == target {
        let expected = "source and target are two vertices";
        return Err(GraphError::OutOfRange { option: "target", found: target.to_string(), expected });
    }
    capacity.require(graph)?;
    watch.afford(Residual::bytes(graph), graph.entry_count() as u64, REMEDY)?;
    let mut search = Search::new(Residual::new(graph, capacity), source, target);
    let mut meter = Meter::new(watch, REMEDY);
    while search.measure(&mut meter)? {
        search.block(&mut meter)?;
    }
    let is_inside = search.reached(&mut meter)?;
    let flows = search.residual.flows(graph, capacity);
    Ok(MaxFlow { flows, cut: Cut::around(graph, &is_inside, capacity) })
}

struct Search {
    residual: Residual,
    source: Vertex,
    target: Vertex,
    /// Arcs to the target, for vertices nearer than the source.
    distances: Vec<u32>,
    /// The arc of each vertex that is to be tried next.
    cursors: Vec<u32>,
    queue: Vec<Vertex>,
    path: Vec<u32>,
}

impl Search {
    fn new(residual: Residual, source: Vertex, target: Vertex) -> Self {
        let vertices = residual.firsts.len() - 1;
        Self {
            residual,
            source,
            target,
            distances: vec![FAR; vertices],
            cursors: vec![0; vertices],
            queue: Vec::new(),
            path: Vec::new(),
        }
    }

    /// Measures how far vertices are from the target; whether the source reaches it.
    fn measure(&mut self, meter: &mut Meter<'_>) -> Result<bool> {
        self.distances.fill(FAR);
        self.distances[self.target as usize] = 0;
        self.queue.clear();
        self.queue.push(self.target);
        let mut next = 0;
        while let Some(&vertex) = self.queue.get(next) {
            next += 1;
            let distance = self.distances[vertex as usize] + 1;
            let arcs = self.residual.arcs(vertex);
            meter.add(1 + arcs.len() as u64)?;
            self.cursors[vertex as usize] = arcs.start;
            for arc in arcs {
                let (head, twin) = (self.residual.head(arc), self.residual.twins[arc as usize]);
                if self.distances[head as usize] == FAR && self.residual.left[twin as usize] > 0.0 {
                    self.distances[head as usize] = distance;
                    self.cursors[head as usize] = self.residual.firsts[head as usize];
                    if head == self.source {
                        return Ok(true);
                    }
                    self.queue.push(head);
                }
            }
        }
        Ok(false)
    }

    /// Fills the shortest paths until each has an arc that carries no more.
    fn block(&mut self, meter: &mut Meter<'_>) -> Result<()> {
        self.path.clear();
        let mut vertex = self.source;
        loop {
            if vertex == self.target {
                meter.add(self.path.len() as u64)?;
                vertex = self.fill();
            } else if let Some(arc) = self.advance(vertex, meter)? {
                self.path.push(arc);
                vertex = self.residual.head(arc);
            } else if let Some(arc) = self.path.pop() {
                vertex = self.residual.tail(arc);
                self.cursors[vertex as usize] += 1;
            } else {
                return Ok(());
            }
        }
    }

    /// The next arc from `vertex` that leads nearer to the target.
    fn advance(&mut self, vertex: Vertex, meter: &mut Meter<'_>) -> Result<Option<u32>> {
        let distance = self.distances[vertex as usize];
        let (begin, end) = (self.cursors[vertex as usize], self.residual.firsts[vertex as usize + 1]);
        let leads = |&arc: &u32| {
            let head = self.residual.head(arc);
            self.residual.left[arc as usize] > 0.0
                && self.distances[head as usize] < distance
                && self.distances[head as usize] + 1 == distance
        };
        let found = (begin..end).find(leads);
        let stop = found.unwrap_or(end);
        self.cursors[vertex as usize] = stop;
        meter.add(u64::from(stop - begin) + 1)?;
        Ok(found)
    }

    /// Sends along the path what it carries; returns where its first full arc begins.
    fn fill(&mut self) -> Vertex {
        let amount =
            self.path.iter().map(|&arc| self.residual.left[arc as usize]).fold(Weight::INFINITY, Weight::min);
        for &arc in &self.path {
            self.residual.push(arc, amount);
        }
        let full = self.path.iter().position(|&arc| self.residual.left[arc as usize] <= 0.0).unwrap_or(0);
        let vertex = self.path.get(full).map_or(self.source, |&arc| self.residual.tail(arc));
        self.path.truncate(full);
        vertex
    }

    /// Marks what the source still reaches.
    fn reached(&mut self, meter: &mut Meter<'_>) -> Result<Vec<bool>> {
        let mut is_reached = vec![false; self.distances.len()];
        is_reached[self.source as usize] = true;
        self.queue.clear();
        self.queue.push(self.source);
        while let Some(vertex) = self.queue.pop() {
            let arcs = self.residual.arcs(vertex);
            meter.add(1 + arcs.len() as u64)?;
            for arc in arcs {
                let head = self.residual.head(arc);
                if self.residual.left[arc as usize] > 0.0 && !is_reached[head as usize] {
                    is_reached[head as usize] = true;
                    self.queue.push(head);
                }
            }
        }
        Ok(is_reached)
    }
}
