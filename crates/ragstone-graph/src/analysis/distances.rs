//! Distances from one node, and between all.

use crate::analysis::algorithm::{Algorithm, Answer, Call};
use crate::analysis::catalogue::{Descriptor, Shape};
use crate::analysis::findings::{Findings, Numbers, Rows, Way};
use crate::analysis::parameters::parameters;
use crate::analysis::{Estimate, Size};
use crate::document::NodeKey;
use crate::graph::Vertex;
use crate::number::real;
use crate::path::{self, PathTree, UNREACHED};

parameters! {
    /// Hops from a node to all others.
    pub struct BfsRequest {
        /// The node to begin at.
        pub source: NodeKey,
    }

    /// Lengths of the shortest paths from a node, for weights of 0 and more.
    pub struct DijkstraRequest {
        /// The node to begin at.
        pub source: NodeKey,
        /// Attribute of edges that is their length; without it each is 1 long.
        #[serde(default)]
        pub weight: Option<String>,
    }

    /// Lengths of the shortest paths from a node, for any weights.
    pub struct BellmanFordRequest {
        /// The node to begin at.
        pub source: NodeKey,
        /// Attribute of edges that is their length; without it each is 1 long.
        #[serde(default)]
        pub weight: Option<String>,
    }

    /// The edges of shortest paths from a node to all others.
    pub struct ShortestPathTreeRequest {
        /// The node to begin at.
        pub source: NodeKey,
        /// Attribute of edges that is their length; without it each is 1 long.
        #[serde(default)]
        pub weight: Option<String>,
    }

    /// Lengths of the shortest paths between all nodes.
    #[derive(Default)]
    #[serde(default)]
    pub struct AllPairsRequest {
        /// Attribute of edges that is their length; without it each is 1 long.
        pub weight: Option<String>,
    }

    /// A cycle whose weights add up to less than nothing.
    pub struct NegativeCycleRequest {
        /// Attribute of edges that is their length.
        pub weight: String,
    }
}

impl Algorithm for BfsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "bfs",
        "Breadth-first search",
        "How many edges is each node away from a given one?",
        Shape::Scores,
    )
    .by("Moore 1959; Beamer, Asanović and Patterson 2012")
    .example(r#"{"source":1}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(None)?;
        let hops = path::bfs(&graph, call.vertex("source", &self.source)?, call.watch)?;
        let reached = hops.iter().filter(|&&hops| hops != UNREACHED).count();
        let distance = |&hops: &u32| if hops == UNREACHED { f64::INFINITY } else { hops.into() };
        let distances = hops.iter().map(distance).collect();
        Ok(Findings::counts("distance", distances).lowest_first().fact("reached", reached))
    }
}

impl Algorithm for DijkstraRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "dijkstra",
        "Shortest distances",
        "How far is each node from a given one, by the weights of edges?",
        Shape::Scores,
    )
    .takes("O((n + m) log n)")
    .limits("refuses negative weights: bellman-ford takes them")
    .by("Dijkstra 1959")
    .weighted()
    .example(r#"{"source":1}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        Ok(distances(path::dijkstra(&graph, call.vertex("source", &self.source)?, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 20, 20).and_entries(size, 16).worst()
    }
}

impl Algorithm for BellmanFordRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "bellman-ford",
        "Shortest distances with negative weights",
        "How far is each node from a given one, where weights may be negative?",
        Shape::Scores,
    )
    .takes("O(n · m), mostly a few passes")
    .limits("refuses cycles of negative weight that the node reaches")
    .by("Moore 1959; Cherkassky and Goldberg 1999")
    .weighted()
    .example(r#"{"source":1}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        Ok(distances(path::bellman_ford(&graph, call.vertex("source", &self.source)?, call.watch)?))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 25)
    }
}

fn distances(tree: PathTree) -> Findings {
    let distances = tree.into_distances();
    let reached = distances.iter().filter(|distance| distance.is_finite()).count();
    Findings::scores("distance", distances).lowest_first().fact("reached", reached)
}

impl Algorithm for ShortestPathTreeRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "shortest-path-tree",
        "Shortest path tree",
        "Which edges do shortest paths from a node take to all others?",
        Shape::Pairs,
    )
    .takes("O((n + m) log n), O(n · m) with negative weights")
    .limits("refuses cycles of negative weight")
    .by("Dijkstra 1959; Moore 1959")
    .weighted()
    .example(r#"{"source":1}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let source = call.vertex("source", &self.source)?;
        let tree = match graph.negative_edge() {
            None => path::dijkstra(&graph, source, call.watch)?,
            Some(_) => path::bellman_ford(&graph, source, call.watch)?,
        };
        let edge = |vertex: Vertex| tree.parent(vertex).map(|parent| (parent, vertex));
        let pairs: Vec<(Vertex, Vertex)> = graph.vertices().filter_map(edge).collect();
        let distances = pairs.iter().map(|&(_, end)| tree.distances()[end as usize]).collect();
        Ok(Findings::pairs(pairs).with_column("distance", Numbers::Real, distances))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, 20, 36).and_entries(size, 16).worst()
    }
}

impl Algorithm for AllPairsRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "all-pairs",
        "Distances between all nodes",
        "How far is each node from each other one?",
        Shape::Vectors,
    )
    .takes("O(n · (n + m)), with weights a factor log n more")
    .limits("at most 32,768 nodes; refuses cycles of negative weight")
    .by("Johnson 1977")
    .weighted();

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(self.weight.as_deref())?;
        let matrix = path::all_pairs(&graph, call.watch)?;
        let count = matrix.vertex_count();
        let mut values = Vec::with_capacity(count * count);
        graph.vertices().for_each(|vertex| values.extend_from_slice(matrix.row(vertex)));
        Ok(Findings::new(Rows::Vectors { dimensions: count, values }))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::passes(size, size.vertices, size.vertices.saturating_mul(16))
    }
}

impl Algorithm for NegativeCycleRequest {
    const DESCRIPTOR: Descriptor = Descriptor::new(
        "negative-cycle",
        "Negative cycle",
        "Is there a cycle whose weights add up to less than nothing, and which?",
        Shape::Paths,
    )
    .takes("O(n · m), mostly a few passes")
    .limits("finds one")
    .by("Cherkassky and Goldberg 1999")
    .weighted()
    .example(r#"{"weight":"weight"}"#);

    fn run(&self, call: &Call<'_>) -> Answer {
        let graph = call.graph(Some(&self.weight))?;
        let cycle = path::negative_cycle(&graph, call.watch)?;
        Ok(cycles(cycle.into_iter().collect()))
    }

    fn estimate(&self, size: Size) -> Estimate {
        Estimate::searches(size, size.vertices, 17)
    }
}

/// Cycles with their numbers of edges.
pub(super) fn cycles(cycles: Vec<Vec<Vertex>>) -> Findings {
    let is_found = !cycles.is_empty();
    let way = |vertices: Vec<Vertex>| Way { length: Some(real(vertices.len())), vertices };
    Findings::new(Rows::Paths(cycles.into_iter().map(way).collect())).fact("is_found", is_found)
}
