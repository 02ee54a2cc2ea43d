//! Graphs and expected values of LAGraph's tests.

use std::fs;

use ragstone_graph::{Direction, Graph, Vertex, Weight};

use crate::data;

/// A Matrix Market graph by name. A symmetric one is undirected; values are weights, and a pattern has none.
pub(crate) fn graph(name: &str) -> Option<Graph> {
    let text = fs::read_to_string(data::root()?.join("lagraph").join(format!("{name}.mtx"))).unwrap();
    let mut lines = text.lines();
    let direction = if lines.next().unwrap().ends_with("symmetric") {
        Direction::Undirected
    } else {
        Direction::Directed
    };
    let mut rows = lines.filter(|line| !line.starts_with('%') && !line.trim().is_empty()).map(|line| {
        let words: Vec<f64> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
        words
    });
    let count = number(rows.next().unwrap()[0]) as usize;
    let edges: Vec<(Vertex, Vertex, Weight)> = rows
        .map(|row| (number(row[0]) - 1, number(row[1]) - 1, row.get(2).copied().unwrap_or(1.0)))
        .collect();
    Some(Graph::from_weighted_edges(direction, count, &edges).unwrap())
}

/// Numbers that a C test lists under a name.
pub(crate) fn expected(file: &str, name: &str) -> Vec<f64> {
    let path = data::root().unwrap().join("lagraph/expected_in_c_tests").join(file);
    let text = fs::read_to_string(path).unwrap();
    let (_, list) = text.split_once(&format!("double {name} [")).unwrap();
    let list = list.split_once('{').unwrap().1.split_once('}').unwrap().0;
    list.split(',').map(|word| word.trim().parse().unwrap()).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file of small numbers")]
fn number(real: f64) -> u32 {
    real as u32
}
