//! What a delta holds after a change, and how it is cut.

use serde_json::json;

use crate::document::{Attributes, DocumentNode, NodeKey};
use crate::graph::Direction;
use crate::property::PropertyGraph;
use crate::property::change::{Change, ColumnValues, Group, Loops};
use crate::property::values::Values;

fn graph(nodes: i64) -> PropertyGraph {
    let mut graph = PropertyGraph::new(Direction::Directed, false);
    let node = |number| DocumentNode {
        key: NodeKey::Integer(number),
        attributes: Attributes::from_iter([("x", number)]),
    };
    let resolved = graph.resolve(&Change::AddNodes((0..nodes).map(node).collect())).unwrap();
    graph.apply(resolved.delta).unwrap();
    graph
}

fn write(graph: &mut PropertyGraph, values: ColumnValues) {
    let resolved = graph.resolve(&Change::WriteNodes { name: "x".into(), values }).unwrap();
    graph.apply(resolved.delta).unwrap();
}

#[test]
fn column_widens_with_its_values() {
    let mut graph = graph(3);
    let is = |graph: &PropertyGraph, test: fn(&Values) -> bool| {
        graph.node_columns.get("x").is_some_and(|column| test(&column.values))
    };
    assert!(is(&graph, |values| matches!(values, Values::Integers(_))));
    write(&mut graph, ColumnValues::Values(vec![Some(json!(0.5)), Some(json!(1)), Some(json!(2))]));
    assert!(is(&graph, |values| matches!(values, Values::Numbers(_))));
    write(&mut graph, ColumnValues::Values(vec![Some(json!("a")), None, Some(json!(2))]));
    assert!(is(&graph, |values| matches!(values, Values::Json(_))));
    assert_eq!(graph.node_columns.row(0).get("x"), Some(&json!("a")));
    assert_eq!(graph.node_columns.row(1).len(), 0);
}

#[test]
fn change_that_changes_nothing_is_empty() {
    let graph = graph(3);
    let same = ColumnValues::Integers(vec![0, 1, 2]);
    let resolved = graph.resolve(&Change::WriteNodes { name: "x".into(), values: same }).unwrap();
    assert!(resolved.delta.is_empty());
    assert_eq!(resolved.receipt.nodes.unchanged, 3);
}

#[test]
fn column_that_no_node_has_is_gone() {
    let mut graph = graph(2);
    write(&mut graph, ColumnValues::Values(vec![None, None]));
    assert!(graph.node_attribute("x").is_none());
}

#[test]
fn long_removal_is_cut_from_the_end() {
    let mut graph = graph(400);
    let odd = (0..200).map(|number| NodeKey::Integer(2 * number + 1)).collect();
    let delta = graph.resolve(&Change::RemoveNodes(odd)).unwrap().delta;
    let parts = delta.split(128).unwrap();
    assert!(parts.len() > 3);
    for part in parts {
        graph.apply(part).unwrap();
    }
    assert!((0..200).all(|row| graph.node_columns.row(row).get("x") == Some(&json!(2 * row))));
}

#[test]
fn names_follow_a_removal_that_is_cut() {
    let mut graph = graph(400);
    let group = |into: &str, members: Vec<i64>| Group {
        into: into.into(),
        members: members.into_iter().map(NodeKey::Integer).collect(),
    };
    let groups =
        vec![group("odd", (0..200).map(|number| 2 * number + 1).collect()), group("end", vec![396, 398])];
    let delta = graph.resolve(&Change::Contract { groups, weight: None, loops: Loops::Keep }).unwrap().delta;
    let mut at_once = graph.clone();
    at_once.apply(delta.clone()).unwrap();
    for part in delta.split(128).unwrap() {
        graph.apply(part).unwrap();
    }
    assert_eq!(graph, at_once);
    assert!(graph.vertex(NodeKey::from("end").borrow()).is_some());
}
