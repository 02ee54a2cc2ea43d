//! Community detection by label propagation as LDBC Graphalytics defines it: without chance.

use rayon::prelude::*;

use crate::community::scratch::{Scratch, Scratches};
use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::watch::Watch;

/// Vertices that one task gives labels to.
const LABELLED_TOGETHER: usize = 1024;

/// Labels of vertices after `iterations` rounds. At first each vertex has its own number; in each round all take, at
/// the same time, the label that most of their neighbours have, the least of those that are equally frequent.
///
/// In a directed graph neighbours of both directions count, one that is both counts twice. A parallel edge counts
/// as often as it is there, a loop once, or twice in a directed graph; weights do not count.
/// [`Partition::from_labels`](crate::community::Partition::from_labels) makes communities of the labels. Each round takes
/// O(entries), on all threads of the pool; rounds end early when no label changes.
///
/// Iosup et al., "The LDBC Graphalytics Benchmark", version 1.0.4, section 2.3.4; after Raghavan, Albert, Kumara, 2007.
pub fn cdlp(graph: &Graph, iterations: usize, watch: &Watch) -> Result<Vec<Vertex>> {
    let mut labels: Vec<Vertex> = graph.vertices().collect();
    let mut next = labels.clone();
    let scratches: Scratches<u32> = Scratches::new(labels.len());
    for iteration in 0..iterations {
        watch.progress(iteration, iterations);
        next.par_chunks_mut(LABELLED_TOGETHER).enumerate().try_for_each(|(index, next)| {
            watch.check()?;
            let scratch = &mut *scratches.hold();
            let first = Vertex::try_from(index * LABELLED_TOGETHER).unwrap_or(Vertex::MAX);
            for (vertex, next) in (first..).zip(next) {
                *next = most_frequent(graph, vertex, &labels, scratch);
            }
            Ok::<_, crate::error::GraphError>(())
        })?;
        std::mem::swap(&mut labels, &mut next);
        if labels == next {
            break;
        }
    }
    Ok(labels)
}

fn most_frequent(graph: &Graph, vertex: Vertex, labels: &[Vertex], scratch: &mut Scratch<u32>) -> Vertex {
    let sources: &[Vertex] = if graph.is_directed() { graph.sources(vertex) } else { &[] };
    for &neighbor in graph.neighbors(vertex).iter().chain(sources) {
        scratch.add(labels[neighbor as usize], 1);
    }
    let (mut label, mut most) = (labels[vertex as usize], 0);
    scratch.drain(|other, count| {
        if count > most || (count == most && other < label) {
            (label, most) = (other, count);
        }
    });
    label
}
