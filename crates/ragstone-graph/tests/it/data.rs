//! Reference graphs with their names turned into vertices.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use ragstone_graph::{Direction, Graph, Vertex};

/// A graph whose vertices had names, in the order of the names.
pub(crate) struct Named {
    pub(crate) graph: Graph,
    pub(crate) names: Vec<u64>,
}

impl Named {
    /// The vertex of a name.
    pub(crate) fn vertex(&self, name: u64) -> Vertex {
        Vertex::try_from(self.names.binary_search(&name).unwrap()).unwrap()
    }
}

/// The folder `graphs` of the test data; `None`, with a note, where it is not there.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests find their data through the environment and say when they are skipped"
)]
pub(crate) fn root() -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var_os("RAGSTONE_TEST_DATA").map_or_else(|| PathBuf::from(default), PathBuf::from);
    let folder = root.join("graphs");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "test data is missing: graphs");
    eprintln!("skipped: test data is missing: graphs");
    None
}

/// An LDBC Graphalytics graph, such as `bfs/dir-input`: `.v` lists vertices, `.e` edges, with a weight where there is one.
pub(crate) fn ldbc(name: &str, direction: Direction) -> Option<Named> {
    let folder = root()?.join("ldbc_graphalytics");
    let (kind, file) = name.rsplit_once('/').unwrap();
    let text = |end: &str| fs::read_to_string(folder.join(kind).join(format!("{file}{end}"))).ok();
    let (vertices, edges) = match (text(".v"), text(".e")) {
        (Some(vertices), Some(edges)) => (vertices, edges),
        (_, _) => adjacency(&text("").unwrap(), direction),
    };
    let names: Vec<u64> = {
        let mut names: Vec<u64> = vertices.split_whitespace().map(|name| name.parse().unwrap()).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    Some(build(names, &edges, direction))
}

/// An edge list of numbers, such as `snap/facebook_combined.txt`; lines that begin with `#` or `%` are notes.
pub(crate) fn edge_list(path: &str, direction: Direction) -> Option<Named> {
    let text = fs::read_to_string(root()?.join(path)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with(['#', '%']) && !line.trim().is_empty());
    let edges: String = lines.map(|line| line.replace(',', " ") + "\n").collect();
    let ends = edges.lines().flat_map(|line| line.split_whitespace().take(2));
    let mut names: Vec<u64> = ends.map(|name| name.parse().unwrap()).collect();
    names.sort_unstable();
    names.dedup();
    Some(build(names, &edges, direction))
}

/// What is said about vertices, one a line: a name and a value.
pub(crate) fn values(path: &str) -> Option<BTreeMap<u64, String>> {
    let text = fs::read_to_string(root()?.join(path)).unwrap();
    let pair = |line: &str| {
        let (name, value) = line.trim().split_once([' ', '\t', ','])?;
        Some((name.parse().ok()?, value.trim().to_owned()))
    };
    Some(text.lines().filter_map(pair).collect())
}

/// Lines of a vertex and its neighbours, as the first LDBC graphs are written: without direction each edge is in two. A vertex from
/// where no edge leads may have no line.
fn adjacency(text: &str, direction: Direction) -> (String, String) {
    let (mut vertices, mut edges) = (Vec::new(), Vec::new());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let names: Vec<u64> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
        let source = names[0];
        vertices.extend(names.iter().map(u64::to_string));
        let targets =
            names[1..].iter().filter(|&&target| direction == Direction::Directed || source <= target);
        edges.extend(targets.map(|target| format!("{source} {target}")));
    }
    (vertices.join("\n"), edges.join("\n"))
}

fn build(names: Vec<u64>, edges: &str, direction: Direction) -> Named {
    let vertex = |name: &str| Vertex::try_from(names.binary_search(&name.parse().unwrap()).unwrap()).unwrap();
    let mut plain = Vec::new();
    let mut weighted = Vec::new();
    for line in edges.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (source, target) = (vertex(words[0]), vertex(words[1]));
        match words.get(2) {
            Some(weight) => weighted.push((source, target, weight.parse().unwrap())),
            None => plain.push((source, target)),
        }
    }
    let graph = if weighted.is_empty() {
        Graph::from_edges(direction, names.len(), &plain)
    } else {
        Graph::from_weighted_edges(direction, names.len(), &weighted)
    };
    Named { graph: graph.unwrap(), names }
}
