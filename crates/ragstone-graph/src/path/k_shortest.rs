//! The shortest paths between two vertices, one after the other.

use std::collections::BTreeSet;

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex, Weight};
use crate::meter::Meter;
use crate::path::dijkstra::{Labels, weigh};
use crate::path::heap::{Heap, ordered};
use crate::path::{NOBODY, Path, length, lightest, measured};
use crate::watch::Watch;

/// Finds the `count` shortest paths from `source` to `target` that meet no vertex twice, shortest first; fewer if
/// there are no more. Of equally short ones always the same come, in the same order.
///
/// Each edge of a graph without weights weighs 1; a path over parallel edges is found once, over the lightest. From a
/// vertex to itself leads one path, without an edge. O(count × vertices × (vertices + entries) log vertices) time at worst on
/// one thread, most often little more than the length of the paths; 40 bytes a vertex. On a directed graph the rows of
/// [`sources`](Graph::sources) are built if they are not there. Errors: [`NoVertex`](GraphError::NoVertex);
/// [`NegativeWeight`](GraphError::NegativeWeight); [`OutOfRange`](GraphError::OutOfRange) for a count of none;
/// [`TooExpensive`](GraphError::TooExpensive) once more steps were taken than the watch allows.
///
/// Yen: Finding the K shortest loopless paths in a network, Management Science 1971; Lawler 1972. Detours are searched
/// with the distances to the target as heuristic.
pub fn k_shortest(
    graph: &Graph,
    source: Vertex,
    target: Vertex,
    count: usize,
    watch: &Watch,
) -> Result<Vec<Path>> {
    graph.vertex(source)?;
    graph.vertex(target)?;
    weigh(graph, "shortest paths over negative edges are found one at a time by Bellman–Ford")?;
    if count == 0 {
        return Err(GraphError::OutOfRange {
            option: "count",
            found: "0".to_owned(),
            expected: "ask for at least one path",
        });
    }
    let mut detours = Detours::new(graph, target, watch)?;
    let mut steps = Meter::new(watch, "ask for fewer paths");
    let mut paths: Vec<Path> = Vec::new();
    let mut candidates: BTreeSet<(u64, Vec<Vertex>, usize)> = BTreeSet::new();
    if let Some(path) = detours.search(&[source], &[], Weight::INFINITY, &mut steps)? {
        candidates.insert((ordered(path.length), path.vertices, 0));
    }
    while let Some((_, vertices, branch)) = candidates.pop_first() {
        let path = measured(graph, vertices);
        let missing = count - paths.len() - 1;
        if missing == 0 {
            paths.push(path);
            break;
        }
        for place in branch..path.vertices.len() - 1 {
            let root = &path.vertices[..=place];
            let banned = taken(&paths, &path, root);
            // Once there are enough candidates, longer ones are of no use.
            let longest = candidates.last().filter(|_| candidates.len() == missing);
            let limit = longest.map_or(Weight::INFINITY, |(_, vertices, _)| length(graph, vertices));
            if let Some(detour) = detours.search(root, &banned, limit, &mut steps)? {
                candidates.insert((ordered(detour.length), detour.vertices, place));
                if candidates.len() > missing {
                    candidates.pop_last();
                }
            }
        }
        paths.push(path);
    }
    Ok(paths)
}

/// The vertices that follow `root` in the paths that begin with it.
fn taken(paths: &[Path], path: &Path, root: &[Vertex]) -> Vec<Vertex> {
    let follow =
        |path: &Path| path.vertices.starts_with(root).then(|| path.vertices.get(root.len()).copied());
    paths.iter().chain([path]).filter_map(follow).flatten().collect()
}

/// The search for a shortest path that begins in a given way.
struct Detours<'a> {
    graph: &'a Graph,
    target: Vertex,
    /// Distances to the target.
    rests: Vec<Weight>,
    distances: Vec<Weight>,
    parents: Vec<Vertex>,
    /// Vertices of the given beginning.
    is_closed: Vec<bool>,
    touched: Vec<Vertex>,
    heap: Heap,
}

impl<'a> Detours<'a> {
    fn new(graph: &'a Graph, target: Vertex, watch: &Watch) -> Result<Self> {
        let count = graph.vertex_count();
        let mut labels = Labels::new(count);
        labels.run(target, |vertex| graph.source_entries(vertex), watch)?;
        Ok(Self {
            graph,
            target,
            rests: labels.distances,
            distances: vec![Weight::INFINITY; count],
            parents: vec![NOBODY; count],
            is_closed: vec![false; count],
            touched: Vec::new(),
            heap: Heap::default(),
        })
    }

    /// Finds the shortest path that begins with `root`, then takes none of the `banned` vertices, and is not longer
    /// than `limit`.
    fn search(
        &mut self,
        root: &[Vertex],
        banned: &[Vertex],
        limit: Weight,
        steps: &mut Meter<'_>,
    ) -> Result<Option<Path>> {
        let Some((&spur, before)) = root.split_last() else { return Ok(None) };
        for &vertex in before {
            self.touched.push(vertex);
            self.is_closed[vertex as usize] = true;
        }
        let begun = root.windows(2).fold(0.0, |sum, ends| sum + lightest(self.graph, ends[0], ends[1]));
        self.reach(spur, begun, NOBODY, limit);
        let mut found = None;
        while let Some((key, vertex)) = self.heap.pop() {
            if vertex == self.target {
                let mut vertices = before.to_vec();
                vertices.extend(super::trace(&self.parents, vertex));
                found = Some(Path { vertices, length: self.distances[vertex as usize] });
                break;
            }
            let distance = self.distances[vertex as usize];
            if key > distance + self.rests[vertex as usize] {
                continue;
            }
            for (next, weight) in self.graph.entries(vertex) {
                steps.add(1)?;
                let longer = distance + weight;
                let is_closed = self.is_closed[next as usize] || (vertex == spur && banned.contains(&next));
                if !is_closed && longer < self.distances[next as usize] {
                    self.reach(next, longer, vertex, limit);
                }
            }
        }
        self.heap.clear();
        for vertex in self.touched.drain(..) {
            self.distances[vertex as usize] = Weight::INFINITY;
            self.parents[vertex as usize] = NOBODY;
            self.is_closed[vertex as usize] = false;
        }
        Ok(found)
    }

    fn reach(&mut self, vertex: Vertex, distance: Weight, parent: Vertex, limit: Weight) {
        let key = distance + self.rests[vertex as usize];
        if key <= limit && key < Weight::INFINITY {
            self.touched.push(vertex);
            self.distances[vertex as usize] = distance;
            self.parents[vertex as usize] = parent;
            self.heap.push(key, vertex);
        }
    }
}
