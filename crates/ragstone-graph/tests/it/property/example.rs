//! Changes by example: what is merged, what is refused and with which error.

use ragstone_graph::document::{
    Attributes, DocumentEdge, DocumentNode, GraphDocument, KeyRef, NodeKey, Weighting,
};
use ragstone_graph::property::{
    AttributeEdit, Cell, Change, ChangeError, ColumnValues, Delta, DeltaError, EdgeName, EdgeView, Group,
    Loops, MAX_DEPTH, MAX_KEY_LEN, MAX_NAME_LEN, MissingEnds, NewEdge, NodeEdit, NodeView, Tally,
};
use ragstone_graph::{Direction, PropertyGraph};
use serde_json::{Value, json};

use super::change;

fn node(key: impl Into<NodeKey>, attributes: &[(&str, Value)]) -> DocumentNode {
    DocumentNode { key: key.into(), attributes: attributes.iter().cloned().collect() }
}

pub(super) fn edge(
    source: impl Into<NodeKey>,
    target: impl Into<NodeKey>,
    attributes: &[(&str, Value)],
) -> NewEdge {
    let attributes = attributes.iter().cloned().collect();
    NewEdge { source: source.into(), target: target.into(), key: None, attributes }
}

pub(super) fn add_edges(edges: Vec<NewEdge>) -> Change {
    Change::AddEdges { edges, missing: MissingEnds::Create }
}

fn simple() -> PropertyGraph {
    PropertyGraph::new(Direction::Directed, false)
}

fn refusal(graph: &PropertyGraph, change: &Change) -> ChangeError {
    graph.resolve(change).unwrap_err()
}

/// A graph with all that a part of a log can hold but removals.
pub(super) fn every_kind() -> PropertyGraph {
    let nodes = [
        node(
            1,
            &[("float", json!(0.5)), ("integer", json!(-300)), ("mixed", json!(1)), ("flag", json!(true))],
        ),
        node("1", &[("float", json!(-1e300)), ("integer", json!(i64::MAX)), ("mixed", json!(2.5))]),
        node("ü", &[("text", json!("one")), ("any", json!({"a": [null, 1]})), ("flag", json!(false))]),
        node(-7, &[("text", json!("one")), ("any", json!("text")), ("void", json!(null))]),
    ];
    let edge = |source, target, key: Option<&str>| DocumentEdge {
        source,
        target,
        key: key.map(NodeKey::from),
        attributes: Attributes::from_iter([("weight", f64::from(source) + 0.25)]),
    };
    let mut edges = vec![edge(0, 1, None), edge(0, 1, Some("k")), edge(3, 3, None), edge(2, 0, None)];
    edges[3].key = Some(NodeKey::Integer(5));
    let document = GraphDocument {
        multigraph: true,
        attributes: Attributes::from_iter([("name", json!("all")), ("list", json!([1.0, 2]))]),
        nodes: nodes.into(),
        edges,
        ..GraphDocument::new(Direction::Undirected)
    };
    PropertyGraph::from_document(document).unwrap()
}

#[test]
fn integer_and_its_text_are_two_nodes_and_values_keep_their_kind() {
    let mut graph = simple();
    let nodes =
        vec![node(1, &[("x", json!(1))]), node("1", &[("x", json!(1.0))]), node(2, &[("x", json!("1"))])];
    let receipt = change(&mut graph, &Change::AddNodes(nodes));
    assert_eq!(receipt.nodes, Tally { added: 3, ..Tally::default() });
    assert_eq!((graph.vertex(KeyRef::Integer(1)), graph.vertex(KeyRef::Text("1"))), (Some(0), Some(1)));
    let column = graph.node_attribute("x").unwrap();
    let cells: Vec<_> = column.iter().collect();
    assert_eq!(cells, [(0, Cell::Integer(1)), (1, Cell::Float(1.0)), (2, Cell::Text("1"))]);
    assert_eq!(graph.node(0).unwrap().attributes().get("x"), Some(&json!(1)));
}

#[test]
fn attributes_are_merged_and_the_account_tells() {
    let mut graph = simple();
    change(&mut graph, &Change::AddNodes(vec![node("a", &[("x", json!(1))]), node("b", &[("x", json!(2))])]));
    let again = vec![node("a", &[("y", json!(true))]), node("b", &[("x", json!(2))]), node("c", &[])];
    let receipt = change(&mut graph, &Change::AddNodes(again));
    assert_eq!(receipt.nodes, Tally { added: 1, updated: 1, unchanged: 1, removed: 0 });
    assert_eq!(graph.node(0).unwrap().attributes().len(), 2);
}

#[test]
fn edge_of_a_simple_graph_is_updated_and_of_a_multigraph_added() {
    for (multigraph, count) in [(false, 1), (true, 2)] {
        let mut graph = PropertyGraph::new(Direction::Undirected, multigraph);
        change(&mut graph, &add_edges(vec![edge("a", "b", &[("weight", json!(1.0))])]));
        change(&mut graph, &add_edges(vec![edge("b", "a", &[("weight", json!(2.0))])]));
        assert_eq!(graph.edge_count(), count);
        let name = EdgeName { source: "a".into(), target: "b".into(), key: None };
        let weights: Vec<_> =
            graph.edges_between(&name).unwrap().iter().map(|edge| edge.attribute("weight")).collect();
        assert_eq!(weights.last(), Some(&Some(Cell::Float(2.0))));
        assert_eq!(weights.len(), count);
    }
}

#[test]
fn refusals_name_what_to_mend() {
    let mut graph = simple();
    change(&mut graph, &add_edges(vec![edge("a", "b", &[])]));
    let strict = |edges| Change::AddEdges { edges, missing: MissingEnds::Refuse };
    assert_eq!(
        refusal(&graph, &strict(vec![edge("a", "z", &[])])).to_string(),
        "node \"z\" is not there: add it first, or name another"
    );
    let twice = vec![edge("a", "c", &[]), edge("a", "c", &[])];
    assert!(matches!(refusal(&graph, &add_edges(twice)), ChangeError::DuplicateEdge { .. }));
    let twice = Change::AddNodes(vec![node(1, &[]), node(1, &[])]);
    assert_eq!(refusal(&graph, &twice), ChangeError::DuplicateNode { key: 1.into() });
    let name = EdgeName { source: "b".into(), target: "a".into(), key: None };
    assert!(matches!(refusal(&graph, &Change::RemoveEdges(vec![name])), ChangeError::NoEdge { .. }));
    let taken = Change::Relabel(vec![("a".into(), "b".into())]);
    assert_eq!(refusal(&graph, &taken), ChangeError::KeyTaken { key: "b".into() });
    let empty = Change::Contract {
        groups: vec![Group { into: "z".into(), members: vec![] }],
        weight: None,
        loops: Loops::Keep,
    };
    assert_eq!(refusal(&graph, &empty), ChangeError::EmptyGroup { key: "z".into() });
    let other = Change::Replace(GraphDocument::new(Direction::Undirected));
    assert!(matches!(refusal(&graph, &other), ChangeError::WrongKind { .. }));
}

#[test]
fn limits_are_inclusive() {
    let graph = simple();
    let add = |key: String, name: String, depth: usize| {
        let value = (0..depth).fold(json!(1), |value, _| json!([value]));
        Change::AddNodes(vec![DocumentNode {
            key: NodeKey::Text(key),
            attributes: Attributes::from_iter([(name, value)]),
        }])
    };
    let (key, name) = ("k".repeat(MAX_KEY_LEN), "n".repeat(MAX_NAME_LEN));
    let delta = graph.resolve(&add(key.clone(), name.clone(), MAX_DEPTH)).unwrap().delta;
    assert_eq!(Delta::decode(&delta.encode()).as_ref(), Ok(&delta));
    let error = |key: &str, name: &str, depth| refusal(&graph, &add(key.into(), name.into(), depth));
    assert!(matches!(error(&format!("{key}k"), "n", 1), ChangeError::LongKey { length: 1025, .. }));
    assert_eq!(error("", "n", 1), ChangeError::EmptyKey);
    assert!(matches!(error("k", &format!("{name}n"), 1), ChangeError::LongName { length: 257, .. }));
    assert_eq!(error("k", "", 1), ChangeError::EmptyName);
    assert!(matches!(error("k", "n", MAX_DEPTH + 1), ChangeError::DeepValue { .. }));
}

#[test]
fn what_is_no_number_is_refused() {
    let mut graph = simple();
    change(&mut graph, &Change::AddNodes(vec![node(1, &[]), node(2, &[])]));
    let write = |values| Change::WriteNodes { name: "rank".into(), values: ColumnValues::Floats(values) };
    assert_eq!(refusal(&graph, &write(vec![0.5, f64::NAN])), ChangeError::NotFinite { name: "rank".into() });
    assert!(matches!(refusal(&graph, &write(vec![0.5])), ChangeError::WrongLength { expected: 2, .. }));
    change(&mut graph, &write(vec![0.5, 1.5]));
    assert_eq!(graph.node_attribute("rank").unwrap().floats(2), Some([0.5, 1.5].as_slice()));
}

#[test]
fn names_are_swapped_at_once() {
    let mut graph = simple();
    change(&mut graph, &add_edges(vec![edge("a", "b", &[])]));
    let swap = Change::Relabel(vec![("a".into(), "b".into()), ("b".into(), "a".into())]);
    assert_eq!(change(&mut graph, &swap).nodes.updated, 2);
    assert_eq!(graph.key(0), Some(KeyRef::Text("b")));
    assert_eq!(graph.edges_of(0).len(), 1);
}

#[test]
fn groups_become_one_node_with_summed_weights() {
    let mut graph = PropertyGraph::new(Direction::Undirected, false);
    let weight = |weight: Value| [("weight", weight)];
    change(
        &mut graph,
        &add_edges(vec![
            edge("a", "b", &weight(json!(1))),
            edge("a", "x", &weight(json!(2))),
            edge("x", "b", &weight(json!(3))),
            edge("b", "y", &[]),
        ]),
    );
    let contract = Change::Contract {
        groups: vec![Group { into: "ab".into(), members: vec!["a".into(), "b".into()] }],
        weight: Some("weight".into()),
        loops: Loops::Drop,
    };
    let receipt = change(&mut graph, &contract);
    assert_eq!((receipt.node_count, receipt.edge_count), (3, 2));
    let name = EdgeName { source: "ab".into(), target: "x".into(), key: None };
    assert_eq!(graph.edges_between(&name).unwrap()[0].attribute("weight"), Some(Cell::Integer(5)));
}

#[test]
fn key_that_is_taken_in_a_group_is_lost() {
    let mut graph = PropertyGraph::new(Direction::Directed, true);
    let keyed = |source: &str| NewEdge { key: Some("k".into()), ..edge(source, "x", &[]) };
    change(&mut graph, &add_edges(vec![keyed("a"), keyed("b"), keyed("c")]));
    let groups = vec![Group { into: "a".into(), members: vec!["b".into(), "c".into()] }];
    change(&mut graph, &Change::Contract { groups, weight: None, loops: Loops::Keep });
    let keys: Vec<_> = graph.edges_from(0).map(EdgeView::key).collect();
    assert_eq!(keys, [Some(KeyRef::Text("k")), None, None]);
}

#[test]
fn removed_nodes_take_their_edges_along_and_order_stays() {
    let mut graph = simple();
    change(&mut graph, &add_edges(vec![edge(1, 2, &[]), edge(2, 3, &[("x", json!(1))]), edge(3, 4, &[])]));
    let receipt = change(&mut graph, &Change::RemoveNodes(vec![1.into()]));
    assert_eq!((receipt.nodes.removed, receipt.edges.removed), (1, 1));
    let keys: Vec<_> = graph.nodes_from(0).map(NodeView::key).collect();
    assert_eq!(keys, [2, 3, 4].map(KeyRef::Integer));
    assert_eq!(graph.edges_from(0).next().unwrap().attribute("x"), Some(Cell::Integer(1)));
    assert_eq!(graph.nodes_from(1).take(1).map(NodeView::vertex).collect::<Vec<_>>(), [1]);
}

#[test]
fn degrees_and_neighbours_follow_the_edges() {
    let edges = || add_edges(vec![edge(0, 1, &[]), edge(1, 1, &[]), edge(2, 1, &[])]);
    let mut graph = simple();
    change(&mut graph, &edges());
    assert_eq!((graph.degree(1), graph.in_degree(1)), (1, 3));
    assert_eq!(graph.sources(1).map(|(node, _)| node).collect::<Vec<_>>(), [0, 1, 2]);
    let mut graph = PropertyGraph::new(Direction::Undirected, false);
    change(&mut graph, &edges());
    assert_eq!((graph.degree(1), graph.in_degree(1)), (4, 4));
    assert_eq!(graph.neighbors(1).collect::<Vec<_>>(), [(0, 0), (1, 1), (2, 2)]);
    change(&mut graph, &add_edges(vec![edge(1, 3, &[])]));
    assert_eq!(graph.degree(1), 5);
}

#[test]
fn snapshot_is_that_of_the_document() {
    let graph = every_kind();
    let weighting = Weighting::Attribute { name: "weight", missing: None };
    let (ours, theirs) =
        (graph.to_graph(weighting).unwrap(), graph.to_document().to_graph(weighting).unwrap());
    assert_eq!(ours.edges().collect::<Vec<_>>(), theirs.edges().collect::<Vec<_>>());
    assert_eq!(graph.to_graph(Weighting::Unweighted).unwrap().edge_count(), 4);
    let absent = Weighting::Attribute { name: "absent", missing: None };
    assert!(graph.to_graph(absent).is_err());
    let absent = Weighting::Attribute { name: "absent", missing: Some(2.0) };
    assert_eq!(graph.to_graph(absent).unwrap().weights(3), Some([2.0].as_slice()));
}

#[test]
fn value_that_fits_no_part_is_refused() {
    let mut graph = simple();
    change(&mut graph, &Change::AddNodes(vec![node(1, &[("text", json!("x".repeat(1000)))])]));
    assert!(matches!(graph.snapshot_parts(1000), Err(DeltaError::TooLarge { limit: 1000, .. })));
    assert_eq!(graph.snapshot_parts(1200).unwrap().len(), 1);
    assert_eq!(simple().snapshot_parts(100).unwrap().len(), 1);
}

#[test]
fn edit_removes_what_is_there() {
    let mut graph = simple();
    change(&mut graph, &Change::AddNodes(vec![node(1, &[("x", json!(1))]), node(2, &[("x", json!(2))])]));
    let edit = AttributeEdit { set: Attributes::new(), remove: vec!["x".into(), "y".into()] };
    let receipt = change(&mut graph, &Change::EditNodes(vec![NodeEdit { key: 1.into(), edit }]));
    assert_eq!(receipt.nodes.updated, 1);
    assert_eq!(graph.node_attribute("x").unwrap().iter().collect::<Vec<_>>(), [(1, Cell::Integer(2))]);
}
