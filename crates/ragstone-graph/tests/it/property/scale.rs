//! A million edges: how much memory and how many bytes they take.

use ragstone_graph::document::{Attributes, NodeKey, Weighting};
use ragstone_graph::property::{Change, Delta, EdgeName, MissingEnds, NewEdge};
use ragstone_graph::{Direction, PropertyGraph};

use super::change;

const NODES: i64 = 200_000;
const EDGES: i64 = 1_000_000;

/// Edges with steps of five lengths around a circle, so that none comes twice.
fn circle() -> Change {
    let edge = |number: i64| NewEdge {
        source: NodeKey::Integer(number % NODES),
        target: NodeKey::Integer((number % NODES + 1 + 7919 * (number / NODES)) % NODES),
        key: None,
        attributes: Attributes::from_iter([("weight", f64::from(u32::try_from(number).unwrap()) / 7.0)]),
    };
    Change::AddEdges { edges: (0..EDGES).map(edge).collect(), missing: MissingEnds::Create }
}

#[test]
fn million_edges_take_little() {
    let mut graph = PropertyGraph::new(Direction::Directed, false);
    let receipt = change(&mut graph, &circle());
    assert_eq!((receipt.node_count, receipt.edge_count), (200_000, 1_000_000));
    // With the table of edges and the edges of each node.
    let name = EdgeName { source: 0.into(), target: 1.into(), key: None };
    assert_eq!(graph.edges_between(&name).unwrap().len(), 1);
    assert_eq!((graph.degree(0), graph.in_degree(0)), (5, 5));
    assert!(graph.memory() < 60_000_000, "{}", graph.memory());
    let parts = graph.snapshot_parts(8 << 20).unwrap();
    assert!(parts.iter().map(Vec::len).sum::<usize>() < 16_000_000);
    assert!(parts.len() <= 4, "{}", parts.len());
    let mut again = PropertyGraph::new(Direction::Directed, false);
    for part in parts {
        again.apply(Delta::decode(&part).unwrap()).unwrap();
    }
    assert_eq!(again, graph);
    let snapshot = again.to_graph(Weighting::Attribute { name: "weight", missing: None }).unwrap();
    assert_eq!(snapshot.edge_count(), 1_000_000);
}
