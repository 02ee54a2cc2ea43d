//! Matrices of LAGraph as graphs: an entry in a row and a column is an edge.

use std::fs;

use ragstone_graph::{Direction, Graph, Vertex};

use crate::data;

/// Reads a square matrix of real numbers, such as `karate`. A symmetric one lists an edge once; as a directed graph it
/// leads both ways.
pub(crate) fn load(name: &str, direction: Direction) -> Option<Graph> {
    let text = fs::read_to_string(data::root()?.join("lagraph").join(format!("{name}.mtx"))).unwrap();
    let head = text.lines().next().unwrap().to_lowercase();
    let mut lines = text.lines().filter(|line| !line.starts_with('%') && !line.trim().is_empty());
    let count: usize = lines.next().unwrap().split_whitespace().next().unwrap().parse().unwrap();
    let mut edges: Vec<(Vertex, Vertex, f64)> = Vec::new();
    for line in lines {
        let mut words = line.split_whitespace();
        let mut vertex = || words.next().unwrap().parse::<Vertex>().unwrap() - 1;
        let (row, column) = (vertex(), vertex());
        let weight = words.next().map_or(1.0, |word| word.parse().unwrap());
        edges.push((row, column, weight));
        if head.contains("symmetric") && direction == Direction::Directed && row != column {
            edges.push((column, row, weight));
        }
    }
    if head.contains("pattern") {
        let edges: Vec<_> = edges.iter().map(|&(row, column, _)| (row, column)).collect();
        return Some(Graph::from_edges(direction, count, &edges).unwrap());
    }
    Some(Graph::from_weighted_edges(direction, count, &edges).unwrap())
}
