//! Rows, weights and refusals.

use super::*;

fn pairs(graph: &Graph) -> Vec<(Vertex, Vertex)> {
    graph.edges().map(|edge| (edge.source, edge.target)).collect()
}

#[test]
fn rows_are_ascending_and_edges_come_once() {
    let given = [(2, 0), (0, 1), (1, 2), (1, 1), (0, 1)];
    let graph = Graph::from_edges(Direction::Undirected, 4, &given).unwrap();
    assert_eq!(graph.neighbors(0), [1, 1, 2]);
    assert_eq!(graph.neighbors(1), [0, 0, 1, 2]);
    assert_eq!(graph.neighbors(3), [0; 0]);
    assert_eq!(graph.neighbors(9), [0; 0]);
    assert_eq!((graph.degree(1), graph.edge_count(), graph.entry_count()), (5, 5, 9));
    assert_eq!(pairs(&graph), [(0, 1), (0, 1), (0, 2), (1, 1), (1, 2)]);
}

#[test]
fn last_vertex_keeps_its_row() {
    let graph = Graph::from_edges(Direction::Directed, 3, &[(2, 0), (2, 1)]).unwrap();
    assert_eq!(graph.neighbors(2), [0, 1]);
    assert_eq!(graph.neighbors(0), [0; 0]);
    assert_eq!(graph.sources(1), [2]);
    assert_eq!((graph.in_degree(2), graph.degree(2)), (0, 2));
}

#[test]
fn weights_stay_beside_their_edges() {
    let given = [(0, 2, 5.0), (0, 1, 7.0), (1, 0, 3.0)];
    let graph = Graph::from_weighted_edges(Direction::Directed, 3, &given).unwrap();
    assert_eq!(graph.weights(0), Some(&[7.0, 5.0][..]));
    assert_eq!(graph.source_entries(0).collect::<Vec<_>>(), [(1, 3.0)]);
    let undirected = graph.to_undirected();
    assert_eq!(undirected.entries(0).collect::<Vec<_>>(), [(1, 10.0), (2, 5.0)]);
    assert_eq!(undirected.edge_count(), 2);
    assert_eq!(pairs(&graph.reversed()), [(0, 1), (1, 0), (2, 0)]);
}

#[test]
fn loop_stays_one_edge_without_direction() {
    let graph = Graph::from_edges(Direction::Directed, 2, &[(0, 0), (0, 1), (1, 0)]).unwrap().to_undirected();
    assert_eq!(pairs(&graph), [(0, 0), (0, 1)]);
    assert_eq!(graph.degree(0), 3);
}

#[test]
fn edge_to_nowhere_and_weight_of_no_number_are_refused() {
    let missing = Graph::from_edges(Direction::Directed, 2, &[(0, 2)]).unwrap_err();
    assert_eq!(missing, GraphError::NoVertex { vertex: 2, count: 2 });
    let unknown = Graph::from_weighted_edges(Direction::Directed, 2, &[(0, 1, f64::NAN)]).unwrap_err();
    assert!(matches!(unknown, GraphError::NotFinite { .. }));
    let graph = Graph::from_weighted_edges(Direction::Directed, 2, &[(0, 1, -1.0)]).unwrap();
    assert_eq!(graph.negative_edge().map(|edge| edge.weight), Some(-1.0));
}

#[test]
fn graph_of_nothing_has_nothing() {
    let graph = Graph::from_edges(Direction::Undirected, 0, &[]).unwrap();
    assert_eq!((graph.vertex_count(), graph.edge_count(), graph.vertices().len()), (0, 0, 0));
}
