//! Isomorphism against shuffled copies, all permutations of small graphs, and counts of other programs.

use proptest::prelude::*;
use ragstone_graph::isomorphism::{MatchKind, MatchOptions, isomorphism, subgraph_matches};
use ragstone_graph::{Direction, Graph, GraphError, Interruption, Vertex, Watch};

use crate::{data, sample};

fn found(pattern: &Graph, target: &Graph, kind: MatchKind) -> usize {
    let options = MatchOptions { kind, limit: 1_000_000, ..MatchOptions::default() };
    let matches = subgraph_matches(pattern, target, &options, &Watch::unbounded()).unwrap();
    assert!(matches.is_complete);
    matches.maps.len()
}

fn undirected(count: usize, edges: &[(Vertex, Vertex)]) -> Graph {
    Graph::from_edges(Direction::Undirected, count, edges).unwrap()
}

/// Zachary's karate club has 45 triangles, each found in six ways, and 34 vertices; other counts are those of
/// `GraphMatcher` of NetworkX 3.6.1.
#[test]
fn patterns_are_found_as_often_as_in_networkx() {
    let Some(karate) = data::edge_list("cugraph/karate-asymmetric.csv", Direction::Undirected) else {
        return;
    };
    let triangle = undirected(3, &[(0, 1), (1, 2), (2, 0)]);
    assert_eq!(found(&triangle, &karate.graph, MatchKind::Induced), 270);
    let square = undirected(4, &[(0, 1), (1, 2), (2, 3), (3, 0)]);
    let star = undirected(4, &[(0, 1), (0, 2), (0, 3)]);
    assert_eq!(found(&square, &karate.graph, MatchKind::Induced), 288);
    assert_eq!(found(&square, &karate.graph, MatchKind::Partial), 1232);
    assert_eq!(found(&star, &karate.graph, MatchKind::Induced), 6588);
}

/// Moves vertex v to `(v * factor + shift) % count`.
fn moved(graph: &Graph, factor: u32, shift: u32) -> Graph {
    let count = u32::try_from(graph.vertex_count()).unwrap();
    let to = |vertex: Vertex| (vertex * factor + shift) % count;
    let edges: Vec<_> = graph.edges().map(|edge| (to(edge.source), to(edge.target))).collect();
    Graph::from_edges(graph.direction(), graph.vertex_count(), &edges).unwrap()
}

fn is_map(one: &Graph, other: &Graph, map: &[Vertex]) -> bool {
    let mut expected: Vec<_> = other.edges().map(|edge| (edge.source, edge.target)).collect();
    let to = |edge: ragstone_graph::Edge| {
        let (source, target) = (map[edge.source as usize], map[edge.target as usize]);
        if one.is_directed() { (source, target) } else { (source.min(target), source.max(target)) }
    };
    let mut mapped: Vec<_> = one.edges().map(to).collect();
    expected.sort_unstable();
    mapped.sort_unstable();
    expected == mapped
}

#[test]
fn large_graph_is_its_shuffled_copy() {
    let graph = sample::preferential(20_011);
    let copy = moved(&graph, 7919, 5);
    let map = isomorphism(&graph, &copy, None, 50_000_000, &Watch::unbounded()).unwrap().unwrap();
    assert!(is_map(&graph, &copy, &map));
    let Some(facebook) = data::edge_list("snap/facebook_combined.txt", Direction::Undirected) else {
        return;
    };
    let copy = moved(&facebook.graph, 1009, 77);
    let map = isomorphism(&facebook.graph, &copy, None, 50_000_000, &Watch::unbounded()).unwrap().unwrap();
    assert!(is_map(&facebook.graph, &copy, &map));
}

/// All orders of so many numbers.
fn permutations(count: usize) -> Vec<Vec<Vertex>> {
    let mut all = vec![Vec::new()];
    for next in 0..u32::try_from(count).unwrap() {
        all = all
            .into_iter()
            .flat_map(|order: Vec<Vertex>| {
                (0..=order.len()).map(move |place| {
                    let mut order = order.clone();
                    order.insert(place, next);
                    order
                })
            })
            .collect();
    }
    all
}

/// Edges from one vertex to another.
fn multiplicity(graph: &Graph, one: Vertex, other: Vertex) -> usize {
    graph.neighbors(one).iter().filter(|&&target| target == other).count()
}

/// Counts maps of all vertices of the pattern to different vertices of the target.
fn by_hand(pattern: &Graph, target: &Graph, kind: MatchKind) -> usize {
    let count = u32::try_from(target.vertex_count()).unwrap();
    let mut maps: Vec<Vec<Vertex>> = vec![Vec::new()];
    for _ in pattern.vertices() {
        let longer = |map: Vec<Vertex>| {
            (0..count)
                .filter(|vertex| !map.contains(vertex))
                .map(|vertex| [&map[..], &[vertex]].concat())
                .collect::<Vec<_>>()
        };
        maps = maps.into_iter().flat_map(longer).collect();
    }
    let fits = |map: &&Vec<Vertex>| {
        pattern.vertices().all(|a| {
            pattern.vertices().all(|b| {
                let needed = multiplicity(pattern, a, b);
                let there = multiplicity(target, map[a as usize], map[b as usize]);
                if kind == MatchKind::Induced { there == needed } else { there >= needed }
            })
        })
    };
    maps.iter().filter(fits).count()
}

#[test]
fn cancelled_search_stops() {
    let graph = sample::preferential(500);
    let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let stopped = isomorphism(&graph, &graph, None, 1_000_000, &watch);
    assert_eq!(stopped, Err(GraphError::Interrupted(Interruption::Cancelled)));
}

proptest! {
    #[test]
    fn shuffled_copy_is_recognised(graph in sample::graph(30, 60, 0..2), shift in 0u32..30) {
        let count = u32::try_from(graph.vertex_count()).unwrap();
        let factor = (2..40).find(|factor| (1..=count).all(|d| d == 1 || count % d != 0 || factor % d != 0)).unwrap_or(1);
        let copy = moved(&graph, factor, shift);
        let map = isomorphism(&graph, &copy, None, 10_000_000, &Watch::unbounded()).unwrap();
        prop_assert!(map.is_some_and(|map| is_map(&graph, &copy, &map)));
    }

    #[test]
    fn graphs_are_the_same_if_any_order_makes_them_so(
        (count, edges) in sample::edges(5, 5, 0..1),
        others in proptest::collection::vec((0u32..5, 0u32..5), 5),
    ) {
        for direction in [Direction::Directed, Direction::Undirected] {
            let plain: Vec<_> = edges.iter().map(|edge| (edge.0, edge.1)).collect();
            let one = Graph::from_edges(direction, count, &plain).unwrap();
            let limit = u32::try_from(count).unwrap();
            let plain: Vec<_> =
                others.iter().take(plain.len()).map(|&(a, b)| (a % limit, b % limit)).collect();
            let other = Graph::from_edges(direction, count, &plain).unwrap();
            let expected = one.edge_count() == other.edge_count()
                && permutations(count).iter().any(|map| is_map(&one, &other, map));
            let map = isomorphism(&one, &other, None, 1_000_000, &Watch::unbounded()).unwrap();
            prop_assert_eq!(map.is_some(), expected);
        }
    }

    #[test]
    fn matches_are_all_that_trial_finds(
        (count, pattern) in sample::edges(4, 5, 0..1),
        (target_count, target) in sample::edges(6, 16, 0..1),
        is_directed in any::<bool>(),
    ) {
        let direction = if is_directed { Direction::Directed } else { Direction::Undirected };
        let plain = |edges: &[(Vertex, Vertex, f64)]| edges.iter().map(|edge| (edge.0, edge.1)).collect::<Vec<_>>();
        let pattern = Graph::from_edges(direction, count, &plain(&pattern)).unwrap();
        let target = Graph::from_edges(direction, target_count, &plain(&target)).unwrap();
        for kind in [MatchKind::Induced, MatchKind::Partial] {
            prop_assert_eq!(found(&pattern, &target, kind), by_hand(&pattern, &target, kind));
        }
    }
}
