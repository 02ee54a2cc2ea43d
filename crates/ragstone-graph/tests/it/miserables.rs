//! The characters of Les Misérables: an edge says in how many chapters two of them meet.

use std::fs;

use ragstone_graph::{Direction, Graph, Vertex};

use crate::data;

/// The graph, its vertices in the order of the file.
pub(crate) fn graph() -> Option<Graph> {
    let text = fs::read_to_string(data::root()?.join("lesmis/miserables.json")).unwrap();
    let number = |part: &str, name: &str| -> u32 {
        let (_, rest) = part.split_once(name).unwrap();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    let edges: Vec<(Vertex, Vertex, f64)> = text
        .split('{')
        .filter(|part| part.contains("\"source\":"))
        .map(|part| {
            let value = number(part, "\"value\":");
            (number(part, "\"source\":"), number(part, "\"target\":"), f64::from(value))
        })
        .collect();
    Some(Graph::from_weighted_edges(Direction::Undirected, 77, &edges).unwrap())
}
