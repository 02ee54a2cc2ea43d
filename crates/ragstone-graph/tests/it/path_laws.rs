//! Paths, components, orders, trees and distances of small random graphs are what naive searches find.

#![expect(clippy::float_cmp, reason = "weights are whole numbers, so that sums are exact")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use ragstone_graph::path::{
    SimplePathsOptions, UNREACHED, a_star, all_pairs, bellman_ford, bfs, bidirectional, dijkstra, k_shortest,
    negative_cycle, simple_paths,
};
use ragstone_graph::tree::{Extreme, spanning_forest};
use ragstone_graph::{Bipartition, Direction, Graph, Vertex, Watch, bipartite, component, distance, order};

type Edges = Vec<(Vertex, Vertex, f64)>;

const FAR: f64 = f64::INFINITY;

/// A graph of at most `most` vertices with loops, parallel edges and whole weights, so that sums are exact.
fn graphs(most: u32, edges: usize, weights: std::ops::Range<i32>) -> impl Strategy<Value = Graph> {
    let list = move |count: u32| {
        let edge = (0..count, 0..count, weights.clone().prop_map(f64::from));
        (Just(count), proptest::collection::vec(edge, 0..edges), any::<bool>())
    };
    (1..=most).prop_flat_map(list).prop_map(|(count, edges, is_directed): (u32, Edges, bool)| {
        let direction = if is_directed { Direction::Directed } else { Direction::Undirected };
        Graph::from_weighted_edges(direction, count as usize, &edges).unwrap()
    })
}

/// Floyd and Warshall's distances; a negative one from a vertex to itself if there is a negative cycle.
fn distances(graph: &Graph, weight: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
    let count = graph.vertex_count();
    let mut table = vec![vec![FAR; count]; count];
    for vertex in graph.vertices() {
        table[vertex as usize][vertex as usize] = 0.0;
        for (target, edge) in graph.entries(vertex) {
            let place = &mut table[vertex as usize][target as usize];
            *place = place.min(weight(edge));
        }
    }
    for by in 0..count {
        for from in 0..count {
            for to in 0..count {
                table[from][to] = table[from][to].min(table[from][by] + table[by][to]);
            }
        }
    }
    table
}

/// All ways from the last vertex of `path` to `goal` that meet no vertex twice.
fn ways(graph: &Graph, path: &mut Vec<Vertex>, goal: Vertex, found: &mut BTreeSet<Vec<Vertex>>) {
    for &next in graph.neighbors(path[path.len() - 1]) {
        if next == goal {
            found.insert(path.iter().copied().chain([goal]).collect());
        } else if !path.contains(&next) {
            path.push(next);
            ways(graph, path, goal, found);
            path.pop();
        }
    }
}

fn length(graph: &Graph, path: &[Vertex]) -> f64 {
    let step = |ends: &[Vertex]| {
        let edges = graph.entries(ends[0]).filter(|&(target, _)| target == ends[1]);
        edges.map(|(_, weight)| weight).fold(FAR, f64::min)
    };
    path.windows(2).map(step).sum()
}

/// The graph without a vertex, which stays alone, and without one of the edges between two.
fn without(graph: &Graph, vertex: Option<Vertex>, edge: Option<(Vertex, Vertex)>) -> Graph {
    let mut edges: Vec<_> = graph.edges().map(|edge| (edge.source, edge.target)).collect();
    edges.retain(|&(source, target)| Some(source) != vertex && Some(target) != vertex);
    if let Some(place) = edges.iter().position(|&ends| Some(ends) == edge) {
        edges.remove(place);
    }
    Graph::from_edges(graph.direction(), graph.vertex_count(), &edges).unwrap()
}

fn parts(graph: &Graph) -> usize {
    component::weak(graph, &Watch::unbounded()).unwrap().count()
}

/// The same edges without direction, parallel ones kept.
fn both_ways(graph: &Graph) -> Graph {
    let edges: Vec<_> = graph.edges().map(|edge| (edge.source, edge.target, edge.weight)).collect();
    Graph::from_weighted_edges(Direction::Undirected, graph.vertex_count(), &edges).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_search_finds_the_shortest_paths(graph in graphs(9, 24, 0..6)) {
        let watch = Watch::unbounded();
        let table = distances(&graph, |weight| weight);
        let hops = distances(&graph, |_| 1.0);
        let matrix = all_pairs(&graph, &watch).unwrap();
        for source in graph.vertices() {
            let row = &table[source as usize];
            let tree = dijkstra(&graph, source, &watch).unwrap();
            prop_assert_eq!(tree.distances(), row.as_slice());
            prop_assert_eq!(matrix.row(source), row.as_slice());
            let relaxed = bellman_ford(&graph, source, &watch).unwrap();
            prop_assert_eq!(relaxed.distances(), row.as_slice());
            let found: Vec<f64> = bfs(&graph, source, &watch).unwrap().into_iter()
                .map(|hops| if hops == UNREACHED { FAR } else { f64::from(hops) }).collect();
            prop_assert_eq!(&found, &hops[source as usize]);
            for target in graph.vertices() {
                let rest = |vertex: Vertex| table[vertex as usize][target as usize];
                // Too low, and not the same everywhere: an edge may shorten it by more than its weight.
                let uneven = |vertex: Vertex| if vertex.is_multiple_of(2) { 0.0 } else { rest(vertex) };
                let found = [
                    tree.path_to(target),
                    relaxed.path_to(target),
                    bidirectional(&graph, source, target, &watch).unwrap(),
                    a_star(&graph, source, target, |_| 0.0, &watch).unwrap(),
                    a_star(&graph, source, target, rest, &watch).unwrap(),
                    a_star(&graph, source, target, uneven, &watch).unwrap(),
                ];
                for path in found {
                    prop_assert_eq!(path.as_ref().map_or(FAR, |path| path.length), row[target as usize]);
                    let Some(path) = path else { continue };
                    prop_assert_eq!(length(&graph, &path.vertices), path.length);
                    prop_assert_eq!((path.vertices[0], path.vertices[path.vertices.len() - 1]), (source, target));
                }
            }
        }
    }

    #[test]
    fn negative_weights_are_right_or_a_cycle_is_shown(graph in graphs(8, 16, -2..7)) {
        let watch = Watch::unbounded();
        let table = distances(&graph, |weight| weight);
        let is_on_cycle = |vertex: usize| table[vertex][vertex] < 0.0;
        let has_cycle = (0..table.len()).any(is_on_cycle);
        let cycle = negative_cycle(&graph, &watch).unwrap();
        prop_assert_eq!(cycle.is_some(), has_cycle);
        prop_assert_eq!(all_pairs(&graph, &watch).is_err(), has_cycle);
        if let Some(mut cycle) = cycle {
            cycle.push(cycle[0]);
            prop_assert!(length(&graph, &cycle) < 0.0);
        }
        for source in graph.vertices() {
            let row = &table[source as usize];
            let is_reached = (0..row.len()).any(|vertex| is_on_cycle(vertex) && row[vertex] < FAR);
            match bellman_ford(&graph, source, &watch) {
                Ok(tree) => {
                    prop_assert!(!is_reached);
                    for target in graph.vertices() {
                        let expected = row[target as usize];
                        prop_assert_eq!(tree.distances()[target as usize], expected);
                        if let Some(path) = tree.path_to(target) {
                            prop_assert_eq!(length(&graph, &path.vertices), expected);
                        }
                    }
                }
                Err(_) => prop_assert!(is_reached),
            }
            if !has_cycle {
                let matrix = all_pairs(&graph, &watch).unwrap();
                prop_assert_eq!(matrix.row(source), row.as_slice());
            }
        }
    }

    #[test]
    fn simple_paths_are_all_and_the_shortest_come_first(graph in graphs(7, 22, 0..5), cap in 1u32..8, count in 1usize..9) {
        let watch = Watch::unbounded();
        let (source, target) = (0, graph.vertices().last().unwrap());
        let mut all = BTreeSet::new();
        if source == target {
            all.insert(vec![source]);
        } else {
            ways(&graph, &mut vec![source], target, &mut all);
        }
        let list = |max_length, max_count| {
            simple_paths(&graph, source, target, SimplePathsOptions { max_length, max_count }, &watch).unwrap()
        };
        let found = list(None, 10_000);
        prop_assert_eq!(found.paths.len(), all.len());
        prop_assert_eq!(&found.paths.into_iter().collect::<BTreeSet<_>>(), &all);
        let short: BTreeSet<_> = all.iter().filter(|path| path.len() <= cap as usize + 1).cloned().collect();
        let found = list(Some(cap), 10_000);
        prop_assert_eq!(found.paths.len(), short.len());
        prop_assert_eq!(found.paths.into_iter().collect::<BTreeSet<_>>(), short);
        let cut = list(None, count);
        prop_assert_eq!((cut.paths.len(), cut.is_cut), (count.min(all.len()), count < all.len()));

        let mut lengths: Vec<f64> = all.iter().map(|path| length(&graph, path)).collect();
        lengths.sort_by(f64::total_cmp);
        lengths.truncate(count);
        let shortest = k_shortest(&graph, source, target, count, &watch).unwrap();
        prop_assert_eq!(shortest.iter().map(|path| path.length).collect::<Vec<_>>(), lengths);
        let different: BTreeSet<_> = shortest.iter().map(|path| path.vertices.clone()).collect();
        prop_assert_eq!(different.len(), shortest.len());
        prop_assert!(shortest.iter().all(|path| length(&graph, &path.vertices) == path.length));
        prop_assert!(different.is_subset(&all));
    }

    #[test]
    fn simple_cycles_are_all(graph in graphs(6, 16, 1..2), cap in 1u32..7) {
        let mut all = BTreeSet::new();
        for start in graph.vertices() {
            let mut found = BTreeSet::new();
            ways(&graph, &mut vec![start], start, &mut found);
            for mut cycle in found {
                cycle.pop();
                let is_pair = cycle.len() == 2 && !graph.is_directed();
                let edges = graph.neighbors(cycle[0]).iter().filter(|&&other| other == cycle[cycle.len() - 1]).count();
                let is_turned = !graph.is_directed() && cycle.len() > 2 && cycle[1] > cycle[cycle.len() - 1];
                let is_first = cycle.iter().all(|&vertex| vertex >= start);
                if is_first && !is_turned && (!is_pair || edges > 1) {
                    all.insert(cycle);
                }
            }
        }
        let list = |max_length| {
            let options = order::SimpleCyclesOptions { max_length, max_count: 10_000 };
            order::simple_cycles(&graph, options, &Watch::unbounded()).unwrap().cycles
        };
        let found = list(None);
        prop_assert_eq!(found.len(), all.len());
        prop_assert_eq!(&found.into_iter().collect::<BTreeSet<_>>(), &all);
        prop_assert_eq!(order::is_acyclic(&graph, &Watch::unbounded()).unwrap(), all.is_empty());
        if let Some(cycle) = order::find_cycle(&graph, &Watch::unbounded()).unwrap() {
            let mut turned: Vec<_> = cycle[1..].iter().rev().copied().collect();
            turned.insert(0, cycle[0]);
            prop_assert!(all.contains(&cycle) || (!graph.is_directed() && all.contains(&turned)));
        }
        let short: BTreeSet<_> = all.into_iter().filter(|cycle| cycle.len() <= cap as usize).collect();
        let found = list(Some(cap));
        prop_assert_eq!(found.len(), short.len());
        prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), short);
    }

    #[test]
    fn components_are_those_of_reachability(graph in graphs(10, 18, 1..2)) {
        let watch = Watch::unbounded();
        let ahead = distances(&graph, |_| 1.0);
        let either = distances(&both_ways(&graph), |_| 1.0);
        let weak = component::weak(&graph, &watch).unwrap();
        let strong = component::strong(&graph, &watch).unwrap();
        for (one, other) in graph.vertices().flat_map(|one| graph.vertices().map(move |other| (one, other))) {
            let (from, to) = (one as usize, other as usize);
            prop_assert_eq!(weak.is_same(one, other), either[from][to] < FAR);
            prop_assert_eq!(strong.is_same(one, other), ahead[from][to] < FAR && ahead[to][from] < FAR);
        }
    }

    #[test]
    fn bridges_and_articulation_points_hold_components_together(graph in graphs(9, 14, 1..2)) {
        let graph = both_ways(&graph);
        let found = component::blocks(&graph, &Watch::unbounded()).unwrap();
        let count = parts(&graph);
        let edges: BTreeSet<_> = graph.edges().map(|edge| (edge.source, edge.target)).collect();
        let is_bridge = |&&ends: &&(Vertex, Vertex)| parts(&without(&graph, None, Some(ends))) > count;
        prop_assert_eq!(found.bridges(), edges.iter().filter(is_bridge).copied().collect::<Vec<_>>());
        // Without the vertex there is one part more, itself, unless others fall apart.
        let is_alone = |vertex| graph.neighbors(vertex).iter().all(|&other| other == vertex);
        let is_point = |&vertex: &Vertex| !is_alone(vertex) && parts(&without(&graph, Some(vertex), None)) > count + 1;
        prop_assert_eq!(found.articulation_points(), graph.vertices().filter(is_point).collect::<Vec<_>>());
        let blocks: Vec<BTreeSet<Vertex>> = found.members().map(|members| members.iter().copied().collect()).collect();
        for (source, target) in edges.iter().filter(|(source, target)| source != target) {
            let both = blocks.iter().filter(|block| block.contains(source) && block.contains(target));
            prop_assert_eq!(both.count(), 1);
        }
        for block in &blocks {
            // Whichever member is missing, the others hang together through the block alone.
            for missing in block {
                let inside = |ends: &&(Vertex, Vertex)| {
                    [ends.0, ends.1].iter().all(|end| block.contains(end) && end != missing)
                };
                let edges: Vec<_> = edges.iter().filter(inside).copied().collect();
                let rest = Graph::from_edges(Direction::Undirected, graph.vertex_count(), &edges).unwrap();
                prop_assert_eq!(parts(&rest), graph.vertex_count() - block.len() + 2);
            }
        }
    }

    #[test]
    fn order_leads_forward_or_a_cycle_is_shown(graph in graphs(7, 10, -3..4)) {
        let edges: Vec<_> = graph.edges().map(|edge| (edge.source, edge.target, edge.weight)).collect();
        let graph = Graph::from_weighted_edges(Direction::Directed, graph.vertex_count(), &edges).unwrap();
        match order::topological(&graph, &Watch::unbounded()) {
            Ok(order) => {
                let place = |vertex| order.iter().position(|&other| other == vertex).unwrap();
                prop_assert!(graph.edges().all(|edge| place(edge.source) < place(edge.target)));
                let longest = order::longest_path(&graph, &Watch::unbounded()).unwrap().unwrap();
                let table = distances(&graph, |weight| -weight);
                let expected = -table.iter().flatten().copied().fold(FAR, f64::min);
                prop_assert_eq!(longest.length, expected);
            }
            Err(ragstone_graph::GraphError::Cycle { mut vertices }) => {
                vertices.push(vertices[0]);
                prop_assert!(length(&graph, &vertices) < FAR);
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn spanning_forest_is_the_lightest(graph in graphs(9, 22, -3..7)) {
        let graph = both_ways(&graph);
        for (extreme, sign) in [(Extreme::Minimum, 1.0), (Extreme::Maximum, -1.0)] {
            let found = spanning_forest(&graph, extreme, &Watch::unbounded()).unwrap();
            let kept: Vec<_> = found.edges.iter().map(|edge| (edge.source, edge.target)).collect();
            let forest = Graph::from_edges(Direction::Undirected, graph.vertex_count(), &kept).unwrap();
            prop_assert_eq!(parts(&forest), parts(&graph));
            prop_assert_eq!(found.trees, parts(&graph));
            prop_assert_eq!(kept.len() + found.trees, graph.vertex_count());
            // Prim's: the lightest edge that leads out of what is reached, as long as there is one.
            let mut is_reached = vec![false; graph.vertex_count()];
            let mut weight = 0.0;
            for root in graph.vertices() {
                is_reached[root as usize] = true;
                loop {
                    let out = graph.edges().filter(|edge| {
                        is_reached[edge.source as usize] != is_reached[edge.target as usize]
                    });
                    let out = out.filter(|edge| edge.source >= root || is_reached[edge.source as usize]);
                    let Some(edge) = out.min_by(|one, other| (sign * one.weight).total_cmp(&(sign * other.weight)))
                    else { break };
                    weight += edge.weight;
                    is_reached[edge.source as usize] = true;
                    is_reached[edge.target as usize] = true;
                }
            }
            prop_assert_eq!(found.weight, weight);
        }
    }

    #[test]
    fn eccentricities_are_those_of_all_distances(graph in graphs(12, 26, 1..2)) {
        let watch = Watch::unbounded();
        let table = distances(&graph, |_| 1.0);
        let furthest = |row: &Vec<f64>| row.iter().copied().filter(|&hops| hops < FAR).fold(0.0, f64::max);
        let expected: Vec<f64> = table.iter().map(furthest).collect();
        let found = distance::eccentricities(&graph, &watch).unwrap();
        prop_assert_eq!(found.iter().map(|&hops| f64::from(hops)).collect::<Vec<_>>(), expected.clone());
        let is_connected = table.iter().flatten().all(|&hops| hops < FAR);
        let diameter = distance::diameter(&graph, &watch).unwrap().unwrap();
        prop_assert_eq!(f64::from(diameter.length), expected.iter().copied().fold(0.0, f64::max));
        prop_assert_eq!(table[diameter.source as usize][diameter.target as usize], f64::from(diameter.length));
        prop_assert_eq!(diameter.is_connected, is_connected);
        match distance::center(&graph, &watch) {
            Ok(center) => {
                let radius = expected.iter().copied().fold(FAR, f64::min);
                prop_assert_eq!(f64::from(center.radius), radius);
                let nearest = graph.vertices().filter(|&vertex| expected[vertex as usize] == radius);
                prop_assert_eq!(center.vertices, nearest.collect::<Vec<_>>());
            }
            Err(_) => prop_assert!(!is_connected),
        }
        let average = distance::average_length(&graph, distance::AverageLengthOptions::default(), &watch).unwrap();
        let pairs = table.iter().flatten().filter(|&&hops| hops > 0.0 && hops < FAR);
        let (sum, count) = pairs.fold((0.0, 0.0), |(sum, count), hops| (sum + hops, count + 1.0));
        prop_assert_eq!(average.mean, if count > 0.0 { sum / count } else { 0.0 });
        let all = (graph.vertex_count() * (graph.vertex_count() - 1)) as u64;
        prop_assert_eq!(average.pairs + average.unreached_pairs, all);
    }

    #[test]
    fn two_sides_or_an_odd_cycle(graph in graphs(8, 10, 1..2)) {
        let edges: BTreeSet<_> = both_ways(&graph).edges().map(|edge| (edge.source, edge.target)).collect();
        let is_right = |sides: u32| edges.iter().all(|&(source, target)| (sides >> source ^ sides >> target) & 1 == 1);
        let is_bipartite = (0..1u32 << graph.vertex_count()).any(is_right);
        match bipartite::bipartition(&graph, &Watch::unbounded()).unwrap() {
            Bipartition::Sides(sides) => {
                prop_assert!(is_bipartite);
                prop_assert!(edges.iter().all(|&(source, target)| sides[source as usize] != sides[target as usize]));
            }
            Bipartition::OddCycle(cycle) => {
                prop_assert!(!is_bipartite);
                prop_assert!(cycle.len() % 2 == 1);
                prop_assert_eq!(cycle.iter().collect::<BTreeSet<_>>().len(), cycle.len());
                let steps = cycle.iter().zip(cycle.iter().cycle().skip(1));
                let is_edge = |(&one, &other): (&Vertex, &Vertex)| edges.contains(&(one.min(other), one.max(other)));
                prop_assert!(steps.into_iter().all(is_edge));
            }
        }
    }
}
