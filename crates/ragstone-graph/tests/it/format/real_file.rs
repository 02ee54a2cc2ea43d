//! Public files are read as their sources say, or refused for what they are.

use std::fs;

use ragstone_graph::document::{GraphDocument, NodeKey, Weighting};
use ragstone_graph::format::{FormatError, ReadOptions};
use ragstone_graph::{Direction, GraphFormat};

use super::read_with;
use crate::data;

fn load(path: &str, direction: Direction) -> Option<Result<GraphDocument, FormatError>> {
    let bytes = fs::read(data::root()?.join(path)).unwrap();
    let format = GraphFormat::from_file_name(path).unwrap();
    Some(read_with(format, bytes, &ReadOptions { direction, ..ReadOptions::default() }))
}

fn size(document: &GraphDocument) -> (usize, usize) {
    (document.nodes.len(), document.edges.len())
}

#[test]
fn edge_lists_have_their_published_sizes() {
    let cases = [
        ("snap/facebook_combined.txt", (4039, 88_234)),
        ("snap/CA-GrQc.txt", (5242, 28_980)),
        ("cugraph/karate.csv", (34, 156)),
        ("cugraph/karate-asymmetric.csv", (34, 78)),
        ("cugraph/dolphins.csv", (62, 318)),
        ("cugraph/polbooks.csv", (105, 882)),
        ("cugraph/netscience.csv", (1461, 5484)),
        ("cugraph/email-Eu-core.csv", (1005, 25_571)),
        ("networkx/hartford_drug.edgelist", (212, 337)),
        ("networkx/WormNet.v3.benchmark.txt", (2445, 78_736)),
        ("gapbs/graphs/4.el", (13, 256)),
        ("gapbs/graphs/4.wel", (13, 256)),
    ];
    for (path, expected) in cases {
        let Some(document) = load(path, Direction::Directed) else { return };
        let document = document.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(size(&document), expected, "{path}");
        assert_eq!(document.validate(), Ok(()));
    }
}

#[test]
fn les_miserables_has_its_weights() {
    let Some(document) = load("lesmis/miserables.json", Direction::Directed) else { return };
    let document = document.unwrap();
    assert_eq!(size(&document), (77, 254));
    assert_eq!(document.nodes[11].attributes.get("name").and_then(|name| name.as_str()), Some("Valjean"));
    assert_eq!(document.nodes[11].key, NodeKey::Integer(11));
    let graph = document.to_graph(Weighting::Attribute { name: "value", missing: None }).unwrap();
    let total: f64 = graph.edges().map(|edge| edge.weight).sum();
    assert!((total - 820.0).abs() < 1e-9, "{total}");
}

#[test]
fn one_graph_is_the_same_in_three_formats() {
    let Some(list) = load("gapbs/graphs/4.wel", Direction::Directed) else { return };
    let pairs = |document: &GraphDocument, first: i64| {
        let key = |place: u32| match document.nodes[place as usize].key {
            NodeKey::Integer(number) => number - first,
            NodeKey::Text(_) => panic!("a number is expected"),
        };
        let mut pairs: Vec<_> =
            document.edges.iter().map(|edge| (key(edge.source), key(edge.target))).collect();
        pairs.sort_unstable();
        pairs
    };
    let list = list.unwrap();
    let plain = load("gapbs/graphs/4.el", Direction::Directed).unwrap().unwrap();
    assert_eq!(pairs(&list, 0), pairs(&plain, 0));
    let matrix = load("gapbs/graphs/4.mtx", Direction::Undirected).unwrap().unwrap();
    assert_eq!(matrix.direction, Direction::Directed);
    assert_eq!(size(&matrix), (14, 256));
}

#[test]
fn every_matrix_of_lagraph_is_read_or_refused_for_what_it_is() {
    let Some(root) = data::root() else { return };
    let mut read = 0;
    let (mut mangled, mut rectangular, mut infinite, mut complex) = (0, Vec::new(), Vec::new(), Vec::new());
    for entry in fs::read_dir(root.join("lagraph")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_none_or(|extension| extension != "mtx") {
            continue;
        }
        match read_with(GraphFormat::MatrixMarket, fs::read(&path).unwrap(), &ReadOptions::default()) {
            Ok(document) => {
                assert_eq!(document.validate(), Ok(()), "{name}");
                read += 1;
            }
            Err(_) if name.starts_with("mangled") => mangled += 1,
            Err(FormatError::NotFinite { .. }) => infinite.push(name),
            Err(FormatError::Unsupported { what, .. }) if what.starts_with("complex") => complex.push(name),
            Err(FormatError::Unsupported { .. }) => rectangular.push(name),
            Err(error) => panic!("{name}: {error}"),
        }
    }
    rectangular.sort();
    infinite.sort();
    assert_eq!((read, mangled), (52, 25));
    assert_eq!(rectangular, ["empty", "lp_afiro", "lp_afiro_structure"]);
    assert_eq!(infinite, ["comments_west0067", "matrix_fp32", "matrix_fp64", "skew_fp32", "skew_fp64"]);
    assert_eq!(complex, ["complex"]);
}

#[test]
fn karate_club_is_the_same_as_a_matrix() {
    let Some(matrix) = load("lagraph/karate.mtx", Direction::Directed) else { return };
    let matrix = matrix.unwrap();
    assert_eq!((size(&matrix), matrix.direction), ((34, 78), Direction::Undirected));
    let list = load("cugraph/karate-asymmetric.csv", Direction::Undirected).unwrap().unwrap();
    let degrees = |document: &GraphDocument| {
        let graph = document.to_graph(Weighting::Unweighted).unwrap();
        let mut degrees: Vec<_> = graph.vertices().map(|vertex| graph.degree(vertex)).collect();
        degrees.sort_unstable();
        degrees
    };
    assert_eq!(degrees(&matrix), degrees(&list));
}
