//! Betweenness of vertices, from all or some sources, for the order of an attack.

use rayon::prelude::*;

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::meter::Meter;
use crate::watch::Watch;

const REMEDY: &str = "use fewer sources, or attack by degree";

/// Sums are made in so many parts whatever the number of threads is, so that they round alike.
const PARTS: usize = 32;

const FAR: u32 = u32::MAX;

/// Bytes for a vertex.
pub(super) const BYTES: u64 = (PARTS as u64) * 8 + 64;

/// How many shortest ways from the sources lead over each vertex (U. Brandes, A faster algorithm for betweenness
/// centrality, 2001). Unweighted.
pub(super) fn load(graph: &Graph, sources: &[Vertex], watch: &Watch) -> Result<Vec<f64>> {
    let steps = (sources.len() as u64).saturating_mul((graph.entry_count() + graph.vertex_count()) as u64);
    watch.afford(graph.vertex_count() as u64 * BYTES, steps, REMEDY)?;
    let together = sources.len().div_ceil(PARTS).max(1);
    let parts: Vec<Vec<f64>> = sources
        .par_chunks(together)
        .map(|sources| {
            let mut walk = Walk::new(graph);
            let mut meter = Meter::new(watch, REMEDY);
            for &source in sources {
                walk.add(source, &mut meter)?;
            }
            Ok::<_, GraphError>(walk.load)
        })
        .collect::<Result<_>>()?;
    let mut sum = vec![0.0; graph.vertex_count()];
    for part in parts {
        for (sum, part) in sum.iter_mut().zip(part) {
            *sum += part;
        }
    }
    Ok(sum)
}

struct Walk<'a> {
    graph: &'a Graph,
    load: Vec<f64>,
    distances: Vec<u32>,
    ways: Vec<f64>,
    shares: Vec<f64>,
    order: Vec<Vertex>,
}

impl<'a> Walk<'a> {
    fn new(graph: &'a Graph) -> Self {
        let count = graph.vertex_count();
        Self {
            graph,
            load: vec![0.0; count],
            distances: vec![FAR; count],
            ways: vec![0.0; count],
            shares: vec![0.0; count],
            order: Vec::with_capacity(count),
        }
    }

    fn add(&mut self, source: Vertex, meter: &mut Meter<'_>) -> Result<()> {
        self.order.clear();
        self.order.push(source);
        self.distances[source as usize] = 0;
        self.ways[source as usize] = 1.0;
        let mut next = 0;
        while let Some(&vertex) = self.order.get(next) {
            next += 1;
            let (distance, ways) = (self.distances[vertex as usize] + 1, self.ways[vertex as usize]);
            meter.add(1 + self.graph.neighbors(vertex).len() as u64)?;
            for &other in self.graph.neighbors(vertex) {
                if self.distances[other as usize] == FAR {
                    self.distances[other as usize] = distance;
                    self.order.push(other);
                }
                if self.distances[other as usize] == distance {
                    self.ways[other as usize] += ways;
                }
            }
        }
        for &vertex in self.order.iter().rev() {
            let distance = self.distances[vertex as usize];
            let behind = self.graph.neighbors(vertex).iter().map(|&other| other as usize);
            let behind = behind.filter(|&other| self.distances[other] == distance.wrapping_add(1));
            let share = behind.map(|other| (1.0 + self.shares[other]) / self.ways[other]).sum::<f64>();
            self.shares[vertex as usize] = share * self.ways[vertex as usize];
            if vertex != source {
                self.load[vertex as usize] += self.shares[vertex as usize];
            }
        }
        for &vertex in &self.order {
            self.distances[vertex as usize] = FAR;
            self.ways[vertex as usize] = 0.0;
            self.shares[vertex as usize] = 0.0;
        }
        Ok(())
    }
}
