//! Paths, components, trees and distances of reference graphs are what is published for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use ragstone_graph::path::{UNREACHED, bellman_ford, bfs, bfs_tree, bidirectional, dijkstra};
use ragstone_graph::tree::{Extreme, spanning_forest};
use ragstone_graph::{Direction, Graph, Vertex, Watch, bipartite, component, distance, order};

use crate::data::{self, Named};
use crate::matrix_market;

const DIRECTED: Direction = Direction::Directed;
const UNDIRECTED: Direction = Direction::Undirected;

/// LDBC's graphs, each with its expected outputs and the vertex where searches begin.
fn ldbc(algorithm: &str) -> Vec<(Named, BTreeMap<u64, String>, u64)> {
    let lower = algorithm.to_lowercase();
    let cases = [
        (format!("{lower}/dir-input"), format!("{lower}/dir-output"), DIRECTED, 1),
        (format!("{lower}/undir-input"), format!("{lower}/undir-output"), UNDIRECTED, 1),
        ("example/example-directed".to_owned(), format!("example/example-directed-{algorithm}"), DIRECTED, 1),
        (
            "example/example-undirected".to_owned(),
            format!("example/example-undirected-{algorithm}"),
            UNDIRECTED,
            2,
        ),
    ];
    let load = |(input, output, direction, source): (String, String, Direction, u64)| {
        let expected = data::values(&format!("ldbc_graphalytics/{output}"))?;
        Some((data::ldbc(&input, direction)?, expected, source))
    };
    cases.into_iter().filter_map(load).collect()
}

#[test]
fn hops_are_those_of_ldbc() {
    for (named, expected, source) in ldbc("BFS") {
        let tree = bfs_tree(&named.graph, named.vertex(source), &Watch::unbounded()).unwrap();
        for (name, hops) in expected {
            let found = tree.distances()[named.vertex(name) as usize];
            let expected: u64 = hops.parse().unwrap();
            let is_same =
                if found == UNREACHED { expected == i64::MAX as u64 } else { u64::from(found) == expected };
            assert!(is_same, "vertex {name} is at {found}, not {expected}");
        }
    }
}

#[test]
fn lengths_are_those_of_ldbc() {
    for (named, expected, source) in ldbc("SSSP") {
        let source = named.vertex(source);
        let watch = Watch::unbounded();
        let trees = [dijkstra(&named.graph, source, &watch), bellman_ford(&named.graph, source, &watch)];
        for (name, length) in expected {
            let expected: f64 = length.parse().unwrap();
            let target = named.vertex(name);
            let between = bidirectional(&named.graph, source, target, &watch).unwrap();
            let lengths = trees.iter().map(|tree| tree.as_ref().unwrap().distances()[target as usize]);
            for found in lengths.chain([between.map_or(f64::INFINITY, |path| path.length)]) {
                let is_same =
                    found.total_cmp(&expected).is_eq() || (found - expected).abs() <= 1e-12 * expected;
                assert!(is_same, "vertex {name} is at {found}, not {expected}");
            }
        }
    }
}

#[test]
fn weak_components_are_those_of_ldbc() {
    for (named, expected, _) in ldbc("WCC") {
        let found = component::weak(&named.graph, &Watch::unbounded()).unwrap();
        for (name, least) in expected {
            let number = found.numbers()[named.vertex(name) as usize];
            let found = named.names[found.least()[number as usize] as usize];
            assert_eq!(found, least.parse::<u64>().unwrap(), "component of vertex {name}");
        }
    }
}

/// Counts of LAGraph's `test_ConnectedComponents.c`.
#[test]
fn weak_components_are_as_many_as_lagraph_says() {
    let expected = [
        ("karate", 1),
        ("A", 1),
        ("jagmesh7", 1),
        ("ldbc-cdlp-undirected-example", 1),
        ("ldbc-undirected-example", 1),
        ("ldbc-wcc-example", 1),
        ("LFAT5", 3),
        ("LFAT5_hypersparse", 1989),
        ("LFAT5_two", 6),
        ("bcsstk13", 1),
        ("tree-example", 1),
        ("zenios", 1391),
    ];
    for (name, count) in expected {
        for direction in [DIRECTED, UNDIRECTED] {
            let Some(graph) = matrix_market::load(name, direction) else { return };
            assert_eq!(component::weak(&graph, &Watch::unbounded()).unwrap().count(), count, "{name}");
        }
    }
}

/// Counts of LAGraph's experimental `test_scc.c`, and its components of `cover`.
#[test]
fn strong_components_are_as_many_as_lagraph_says() {
    let expected = [
        ("A2", 1),
        ("bcsstk13", 1),
        ("cryg2500", 1),
        ("ldbc-cdlp-directed-example", 2),
        ("ldbc-directed-example", 7),
        ("LFAT5", 3),
        ("msf1", 4),
        ("msf2", 8),
        ("msf3", 5),
        ("olm1000", 1),
        ("sample", 8),
        ("sample2", 1),
        ("test_BF", 3),
        ("west0067", 1),
        ("zenios", 1391),
    ];
    for (name, count) in expected {
        let Some(graph) = matrix_market::load(name, DIRECTED) else { return };
        let found = component::strong(&graph, &Watch::unbounded()).unwrap();
        assert_eq!(found.count(), count, "{name}");
        let is_dag = order::topological(&graph, &Watch::unbounded()).is_ok();
        assert_eq!(is_dag, count == graph.vertex_count(), "{name}");
    }
    let cover = matrix_market::load("cover", DIRECTED).unwrap();
    let found = component::strong(&cover, &Watch::unbounded()).unwrap();
    let least: Vec<Vertex> = found.numbers().iter().map(|&number| found.least()[number as usize]).collect();
    assert_eq!(least, [0, 0, 2, 0, 4, 2, 0]);
}

/// Levels of LAGraph's `test_BreadthFirstSearch.c`.
#[test]
fn levels_of_the_karate_club_are_those_of_lagraph() {
    let Some(karate) = matrix_market::load("karate", UNDIRECTED) else { return };
    let expected = [
        2, 1, 2, 2, 3, 3, 3, 2, 1, 2, 3, 3, 3, 2, 2, 2, 4, 2, 2, 2, 2, 2, 2, 2, 3, 3, 2, 2, 2, 2, 0, 2, 1, 1,
    ];
    assert_eq!(bfs(&karate, 30, &Watch::unbounded()).unwrap(), expected);
}

/// Sizes and weights of LAGraph's experimental `test_msf.c`; of `msf1` to `msf3` the weights by hand.
#[test]
fn spanning_forests_are_those_of_lagraph() {
    let expected = [
        ("A", 6, None),
        ("jagmesh7", 1137, None),
        ("west0067", 66, Some(-63.910_363_6)),
        ("bcsstk13", 2002, Some(-27_812_381_075_940.4)),
        ("matrix_int8", 6, Some(-120.0)),
        ("matrix_uint8", 6, Some(8.0)),
        ("karate", 33, None),
        ("ldbc-undirected-example", 8, None),
        ("ldbc-wcc-example", 9, None),
        ("msf1", 5, Some(5.0)),
        ("msf2", 7, Some(13.0)),
        ("msf3", 4, Some(5.0)),
    ];
    for (name, edges, weight) in expected {
        let Some(graph) = matrix_market::load(name, UNDIRECTED) else { return };
        let found = spanning_forest(&graph, Extreme::Minimum, &Watch::unbounded()).unwrap();
        assert_eq!(found.edges.len(), edges, "{name}");
        let weight: f64 = weight.unwrap_or(found.weight);
        assert!((found.weight - weight).abs() <= 1e-9 * weight.abs(), "{name} weighs {}", found.weight);
    }
}

/// The graph on the cover of Kepner and Gilbert, as LAGraph gives it to Bellman–Ford; lengths by hand.
#[test]
fn lengths_on_the_cover_graph_are_right_with_negative_weights_too() {
    let Some(cover) = matrix_market::load("test_BF", DIRECTED) else { return };
    let watch = Watch::unbounded();
    let expected = [0.0, 2.0, 8.0, 7.0, 7.0, 9.0, 10.0];
    assert_eq!(bellman_ford(&cover, 0, &watch).unwrap().distances(), expected);
    assert_eq!(dijkstra(&cover, 0, &watch).unwrap().distances(), expected);
    let lowered: Vec<_> = cover
        .edges()
        .map(|edge| (edge.source, edge.target, if edge.target == 6 { -2.5 } else { edge.weight }))
        .collect();
    let lowered = Graph::from_weighted_edges(DIRECTED, 7, &lowered).unwrap();
    assert_eq!(bellman_ford(&lowered, 0, &watch).unwrap().distances(), [0.0, 2.0, 1.5, 0.5, 0.5, 2.5, -0.5]);
}

/// GAP's four files of one graph; the reference counts its vertices and different edges.
#[test]
fn files_of_gap_hold_one_graph() {
    let Some(root) = data::root() else { return };
    let text = fs::read_to_string(root.join("gapbs/graphs/4.wel")).unwrap();
    let mut light: BTreeMap<(Vertex, Vertex), f64> = BTreeMap::new();
    let mut all = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ends = (words[0].parse().unwrap(), words[1].parse().unwrap());
        let weight: f64 = words[2].parse().unwrap();
        all.push((ends.0, ends.1, weight));
        let least = light.entry(ends).or_insert(weight);
        *least = least.min(weight);
    }
    light.retain(|ends, _| ends.0 != ends.1);
    let reference = fs::read_to_string(root.join("gapbs/reference/graph-4.wel.out")).unwrap();
    assert!(reference.contains(&format!("{} directed edges", light.len())), "{reference}");
    let single: Vec<_> =
        light.into_iter().map(|((source, target), weight)| (source, target, weight)).collect();
    let graphs = [all, single].map(|edges| Graph::from_weighted_edges(DIRECTED, 14, &edges).unwrap());
    for source in graphs[0].vertices() {
        let watch = Watch::unbounded();
        let [with, without] = graphs.each_ref().map(|graph| dijkstra(graph, source, &watch).unwrap());
        assert_eq!(with, without, "parallel edges and loops change nothing");
        assert_eq!(bellman_ford(&graphs[0], source, &watch).unwrap().distances(), with.distances());
    }
}

/// Sizes, diameters and the largest component as SNAP publishes them; the rest was counted with NetworkX 3 and, for
/// distances, with sets of reached vertices as bits of long numbers.
#[test]
fn distances_and_blocks_of_social_networks_are_the_known_ones() {
    let Some(facebook) = data::edge_list("snap/facebook_combined.txt", UNDIRECTED) else { return };
    let watch = Watch::unbounded();
    assert_eq!(diameter(&facebook.graph), (8, true));
    let center = distance::center(&facebook.graph, &watch).unwrap();
    assert_eq!((center.radius, center.vertices), (4, vec![facebook.vertex(567)]));
    assert_eq!(component::weak(&facebook.graph, &watch).unwrap().count(), 1);
    assert_eq!(distances(&facebook.graph), (16_309_482, 60_222_874, 25_664));
    assert_eq!(blocks(&facebook.graph), (90, 3698, 11, 75));
    let odd = bipartite::bipartition(&facebook.graph, &watch).unwrap();
    assert!(!odd.is_bipartite());

    let papers = data::edge_list("snap/CA-GrQc.txt", UNDIRECTED).unwrap();
    assert_eq!(diameter(&papers.graph), (17, false));
    let parts = component::weak(&papers.graph, &watch).unwrap();
    assert_eq!((parts.count(), parts.sizes().into_iter().max()), (355, Some(4158)));
    assert_eq!(distances(&papers.graph), (17_288_028, 104_566_896, 50_098));
    // Each edge is in the file both ways, so that none is alone: once each, blocks are what they are.
    let once: BTreeSet<_> = papers.graph.edges().map(|edge| (edge.source, edge.target)).collect();
    let once =
        Graph::from_edges(UNDIRECTED, papers.names.len(), &once.into_iter().collect::<Vec<_>>()).unwrap();
    assert_eq!(blocks(&once), (1548, 2651, 813, 1142));
    let forest = spanning_forest(&once, Extreme::Minimum, &watch).unwrap();
    assert_eq!((forest.trees, forest.edges.len()), (355, 5242 - 355));
}

fn diameter(graph: &Graph) -> (u32, bool) {
    let found = distance::diameter(graph, &Watch::unbounded()).unwrap().unwrap();
    (found.length, found.is_connected)
}

/// Pairs of which one reaches the other, the sum of their distances, the sum of all eccentricities.
fn distances(graph: &Graph) -> (u64, u64, u32) {
    let watch = Watch::unbounded();
    let average = distance::average_length(graph, distance::AverageLengthOptions::default(), &watch).unwrap();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    let sum = (average.mean * average.pairs as f64).round() as u64;
    let eccentricities = distance::eccentricities(graph, &watch).unwrap();
    (average.pairs, sum, eccentricities.iter().sum())
}

/// How many blocks there are, the size of the largest, articulation points and bridges.
fn blocks(graph: &Graph) -> (usize, usize, usize, usize) {
    let found = component::blocks(graph, &Watch::unbounded()).unwrap();
    let largest = found.members().map(<[Vertex]>::len).max().unwrap();
    (found.count(), largest, found.articulation_points().len(), found.bridges().len())
}
