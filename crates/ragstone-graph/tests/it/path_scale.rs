//! Graphs that are large enough for several threads and turns of direction: right, and the same on any number of threads.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "the graphs are small and their weights whole numbers"
)]

use ragstone_graph::distance::AverageLengthOptions;
use ragstone_graph::order::SimpleCyclesOptions;
use ragstone_graph::path::{SimplePathsOptions, UNREACHED, bfs, bfs_tree, dijkstra};
use ragstone_graph::tree::{Extreme, SpanningForest, spanning_forest};
use ragstone_graph::{
    Components, Diameter, Direction, Graph, GraphError, Interruption, Vertex, Watch, bipartite, component,
    distance, order, path,
};
use std::sync::atomic::{AtomicU32, Ordering};

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Each vertex brings `edges` edges to ends of earlier ones, so that some have very many; every tenth is alone.
fn hubs(direction: Direction, vertices: Vertex, edges: usize, seed: u64) -> Graph {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut ends = vec![0];
    let mut list = Vec::new();
    for vertex in (1..vertices).filter(|vertex| vertex % 10 != 9) {
        for _ in 0..edges {
            let other = ends[rng.random_range(0..ends.len())];
            let weight = f64::from(rng.random_range(1..1000u32));
            list.push(if rng.random() { (vertex, other, weight) } else { (other, vertex, weight) });
            ends.extend([vertex, other]);
        }
    }
    Graph::from_weighted_edges(direction, vertices as usize, &list).unwrap()
}

/// A torus with some of its edges missing: long ways, small frontiers.
fn torus(side: Vertex, seed: u64) -> Graph {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut edges = Vec::new();
    for vertex in 0..side * side {
        let (row, column) = (vertex / side, vertex % side);
        let right = row * side + (column + 1) % side;
        let below = (row + 1) % side * side + column;
        edges.extend(
            [right, below].into_iter().filter(|_| rng.random_range(0..4) > 0).map(|other| (vertex, other)),
        );
    }
    Graph::from_edges(Direction::Undirected, (side * side) as usize, &edges).unwrap()
}

fn naive_bfs(graph: &Graph, source: Vertex) -> Vec<u32> {
    let mut hops = vec![UNREACHED; graph.vertex_count()];
    hops[source as usize] = 0;
    let mut queue = vec![source];
    let mut done = 0;
    while let Some(&vertex) = queue.get(done) {
        done += 1;
        for &target in graph.neighbors(vertex) {
            if hops[target as usize] == UNREACHED {
                hops[target as usize] = hops[vertex as usize] + 1;
                queue.push(target);
            }
        }
    }
    hops
}

fn in_pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

#[test]
fn hops_in_a_large_graph_are_those_of_a_queue() {
    let graphs = [
        hubs(Direction::Undirected, 30_001, 4, 1),
        hubs(Direction::Directed, 30_001, 4, 2),
        // Wide levels that never make up much of the graph, then the rows of sources.
        hubs(Direction::Directed, 60_000, 3, 3).reversed(),
        torus(150, 4),
    ];
    for graph in graphs {
        for source in [0, 1, 12_345, 9] {
            let expected = naive_bfs(&graph, source);
            assert_eq!(bfs(&graph, source, &Watch::unbounded()).unwrap(), expected);
            let tree = bfs_tree(&graph, source, &Watch::unbounded()).unwrap();
            assert_eq!(tree.distances(), expected);
            for vertex in graph.vertices() {
                let least =
                    |&&other: &&Vertex| expected[other as usize].wrapping_add(1) == expected[vertex as usize];
                let is_root = [0, UNREACHED].contains(&expected[vertex as usize]);
                let parent = if is_root { None } else { graph.sources(vertex).iter().find(least).copied() };
                assert_eq!(tree.parent(vertex), parent);
            }
        }
    }
}

#[test]
fn components_of_a_large_graph_are_those_of_searches() {
    for graph in
        [hubs(Direction::Undirected, 30_000, 1, 5), hubs(Direction::Directed, 30_000, 2, 6), torus(150, 7)]
    {
        let both_ways = graph.to_undirected();
        let found = component::weak(&graph, &Watch::unbounded()).unwrap();
        let mut is_seen = vec![false; graph.vertex_count()];
        let mut count = 0;
        for vertex in graph.vertices() {
            if std::mem::replace(&mut is_seen[vertex as usize], true) {
                continue;
            }
            assert_eq!(found.least()[count], vertex);
            if both_ways.neighbors(vertex).is_empty() {
                count += 1;
                continue;
            }
            for (other, &hops) in naive_bfs(&both_ways, vertex).iter().enumerate() {
                if hops != UNREACHED {
                    is_seen[other] = true;
                    assert_eq!(found.numbers()[other] as usize, count);
                }
            }
            count += 1;
        }
        assert_eq!(found.count(), count);
    }
}

#[test]
fn distances_of_middling_graphs_are_those_of_all_searches() {
    let graphs = [
        hubs(Direction::Undirected, 1500, 2, 8),
        hubs(Direction::Directed, 900, 3, 9),
        torus(36, 10),
        Graph::from_edges(
            Direction::Undirected,
            1200,
            &(1..1200).map(|end| (end - 1, end)).collect::<Vec<_>>(),
        )
        .unwrap(),
    ];
    for graph in graphs {
        let watch = Watch::unbounded();
        let table: Vec<Vec<u32>> = graph.vertices().map(|source| naive_bfs(&graph, source)).collect();
        let reached =
            |row: &Vec<u32>| row.iter().copied().filter(|&hops| hops != UNREACHED).collect::<Vec<_>>();
        let expected: Vec<u32> = table.iter().map(|row| reached(row).into_iter().max().unwrap()).collect();
        assert_eq!(distance::eccentricities(&graph, &watch).unwrap(), expected);
        let Diameter { length, source, target, .. } = distance::diameter(&graph, &watch).unwrap().unwrap();
        assert_eq!(Some(&length), expected.iter().max());
        assert_eq!(table[source as usize][target as usize], length);
        let average = distance::average_length(&graph, AverageLengthOptions::default(), &watch).unwrap();
        let hops: Vec<u64> = table.iter().flat_map(reached).filter(|&hops| hops > 0).map(u64::from).collect();
        assert_eq!(average.pairs, hops.len() as u64);
        assert_eq!(average.mean, hops.iter().sum::<u64>() as f64 / hops.len() as f64);
        // The centre of the largest component.
        let parts = component::strong(&graph, &watch).unwrap();
        let members = &parts.members()[parts.largest().unwrap() as usize];
        let place = |vertex: Vertex| members.binary_search(&vertex).ok().map(|place| place as Vertex);
        let inside = graph.edges().filter_map(|edge| Some((place(edge.source)?, place(edge.target)?)));
        let part = Graph::from_edges(graph.direction(), members.len(), &inside.collect::<Vec<_>>()).unwrap();
        let furthest = |source| naive_bfs(&part, source).into_iter().max().unwrap();
        let expected: Vec<u32> = part.vertices().map(furthest).collect();
        let center = distance::center(&part, &watch).unwrap();
        assert_eq!(Some(&center.radius), expected.iter().min());
        let nearest = part.vertices().filter(|&vertex| expected[vertex as usize] == center.radius);
        assert_eq!(center.vertices, nearest.collect::<Vec<_>>());
    }
}

type Answers = (Vec<u32>, Components, SpanningForest, Option<Diameter>, distance::Center, f64);

#[test]
fn answers_do_not_depend_on_the_number_of_threads() {
    let graph = hubs(Direction::Undirected, 30_000, 4, 11);
    let directed = hubs(Direction::Directed, 30_000, 4, 12);
    let ring = (0..3000).map(|vertex| (vertex, (vertex + 1) % 3000));
    let across = (0..3000).step_by(7).map(|vertex| (vertex, vertex * vertex % 3000));
    let chords =
        Graph::from_edges(Direction::Undirected, 3000, &ring.chain(across).collect::<Vec<_>>()).unwrap();
    let answers = |threads: usize| -> Answers {
        in_pool(threads, || {
            let watch = Watch::unbounded();
            let samples = AverageLengthOptions { samples: Some(300), seed: 3 };
            (
                bfs(&directed, 0, &watch).unwrap(),
                component::weak(&graph, &watch).unwrap(),
                spanning_forest(&graph, Extreme::Minimum, &watch).unwrap(),
                distance::diameter(&graph, &watch).unwrap(),
                distance::center(&chords, &watch).unwrap(),
                distance::average_length(&graph, samples, &watch).unwrap().mean,
            )
        })
    };
    let expected = answers(1);
    for threads in [2, 7] {
        assert_eq!(answers(threads), expected, "{threads} threads");
    }
}

#[test]
fn spanning_forest_of_a_large_graph_is_as_light_as_all_sorted_edges_make_it() {
    let graph = hubs(Direction::Undirected, 20_000, 6, 13);
    let found = spanning_forest(&graph, Extreme::Minimum, &Watch::unbounded()).unwrap();
    let mut edges: Vec<_> = graph.edges().collect();
    edges.sort_by(|one, other| one.weight.total_cmp(&other.weight));
    let mut names: Vec<Vertex> = graph.vertices().collect();
    let root = |names: &Vec<Vertex>, mut vertex: Vertex| {
        while names[vertex as usize] != vertex {
            vertex = names[vertex as usize];
        }
        vertex
    };
    let mut kept = Vec::new();
    for edge in edges {
        let (one, other) = (root(&names, edge.source), root(&names, edge.target));
        if one != other {
            names[one.max(other) as usize] = one.min(other);
            kept.push((edge.source, edge.target));
        }
    }
    kept.sort_unstable();
    assert_eq!(found.edges.iter().map(|edge| (edge.source, edge.target)).collect::<Vec<_>>(), kept);
}

#[test]
fn lengths_in_a_large_graph_cannot_be_shortened() {
    let graph = hubs(Direction::Directed, 30_000, 4, 14);
    let tree = dijkstra(&graph, 0, &Watch::unbounded()).unwrap();
    let lengths = tree.distances();
    for edge in graph.edges() {
        assert!(lengths[edge.target as usize] <= lengths[edge.source as usize] + edge.weight);
    }
    for vertex in graph.vertices().filter(|&vertex| vertex != 0 && lengths[vertex as usize] < f64::INFINITY) {
        let parent = tree.parent(vertex).unwrap();
        let is_edge = |&(target, weight): &(Vertex, f64)| {
            target == vertex && lengths[parent as usize] + weight == lengths[vertex as usize]
        };
        assert!(graph.entries(parent).any(|edge| is_edge(&edge)));
    }
}

#[test]
fn every_algorithm_ends_when_it_is_told_to() {
    let watch = || {
        let asked = AtomicU32::new(0);
        let ask = move || (asked.fetch_add(1, Ordering::Relaxed) > 0).then_some(Interruption::Cancelled);
        Watch::unbounded().with_interruption(ask)
    };
    let graph = hubs(Direction::Undirected, 30_000, 4, 15);
    let directed = hubs(Direction::Directed, 30_000, 4, 16);
    let line: Vec<_> = (1..30_000).map(|vertex| (vertex - 1, vertex)).collect();
    let line = Graph::from_edges(Direction::Directed, 30_000, &line).unwrap();
    let small = hubs(Direction::Directed, 900, 3, 17);
    let outcomes = [
        ("bfs", bfs(&graph, 0, &watch()).err()),
        ("bfs_tree", bfs_tree(&line, 0, &watch()).err()),
        ("dijkstra", dijkstra(&directed, 0, &watch()).err()),
        ("bellman_ford", path::bellman_ford(&directed, 0, &watch()).err()),
        ("bidirectional", path::bidirectional(&line, 0, 29_999, &watch()).err()),
        ("a_star", path::a_star(&line, 0, 29_999, |_| 0.0, &watch()).err()),
        ("all_pairs", path::all_pairs(&small, &watch()).err()),
        ("k_shortest", path::k_shortest(&graph, 0, 29_998, 9, &watch()).err()),
        (
            "simple_paths",
            path::simple_paths(&graph, 0, 29_998, SimplePathsOptions::default(), &watch()).err(),
        ),
        ("weak", component::weak(&graph, &watch()).err()),
        ("strong", component::strong(&directed, &watch()).err()),
        ("blocks", component::blocks(&graph, &watch()).err()),
        ("topological", order::topological(&line, &watch()).err()),
        ("find_cycle", order::find_cycle(&line, &watch()).err()),
        ("longest_path", order::longest_path(&line, &watch()).err()),
        ("simple_cycles", order::simple_cycles(&directed, SimpleCyclesOptions::default(), &watch()).err()),
        ("spanning_forest", spanning_forest(&graph, Extreme::Minimum, &watch()).err()),
        ("diameter", distance::diameter(&graph, &watch()).err()),
        ("eccentricities", distance::eccentricities(&graph, &watch()).err()),
        ("center", distance::center(&graph, &watch()).err()),
        ("average_length", distance::average_length(&graph, AverageLengthOptions::default(), &watch()).err()),
        ("bipartition", bipartite::bipartition(&line, &watch()).err()),
    ];
    for (name, outcome) in outcomes {
        assert_eq!(outcome, Some(GraphError::Interrupted(Interruption::Cancelled)), "{name}");
    }
}
