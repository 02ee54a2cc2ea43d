//! Documents as graphs, and what is refused.

use serde_json::{Value, json};

use super::*;

fn node(key: impl Into<NodeKey>) -> DocumentNode {
    DocumentNode { key: key.into(), attributes: Attributes::new() }
}

fn edge(source: Vertex, target: Vertex, attributes: &[(&str, Value)]) -> DocumentEdge {
    let attributes = attributes.iter().cloned().collect();
    DocumentEdge { source, target, key: None, attributes }
}

fn document(edges: Vec<DocumentEdge>) -> GraphDocument {
    GraphDocument {
        nodes: vec![node(1), node("1"), node("a")],
        edges,
        ..GraphDocument::new(Direction::Undirected)
    }
}

#[test]
fn number_and_its_text_are_two_nodes() {
    assert_eq!(document(vec![]).validate(), Ok(()));
    let mut twice = document(vec![]);
    twice.nodes.push(node(1));
    assert_eq!(twice.validate(), Err(DocumentError::DuplicateNode { key: NodeKey::Integer(1) }));
}

#[test]
fn weight_is_the_chosen_attribute() {
    let edges = vec![edge(0, 1, &[("w", json!(2)), ("v", json!(0.5))]), edge(1, 2, &[("w", json!(3.5))])];
    let document = document(edges);
    let weighed = |name, missing| document.to_graph(Weighting::Attribute { name, missing });
    assert_eq!(weighed("w", None).unwrap().weights(1), Some(&[2.0, 3.5][..]));
    assert_eq!(weighed("v", Some(1.0)).unwrap().weights(1), Some(&[0.5, 1.0][..]));
    assert!(!document.to_graph(Weighting::Unweighted).unwrap().is_weighted());
}

#[test]
fn edge_whose_weight_is_no_number_is_named() {
    for (value, missing) in [(json!("5"), Some(1.0)), (Value::Null, Some(1.0)), (json!(1), Some(f64::NAN))] {
        let document =
            document(vec![edge(0, 1, &[("w", json!(1))]), edge(2, 1, &[("w", value), ("x", json!(1))])]);
        let name = if missing.is_some_and(f64::is_nan) { "absent" } else { "w" };
        let error = document.to_graph(Weighting::Attribute { name, missing }).unwrap_err();
        let expected_edge = usize::from(name == "w");
        assert!(matches!(&error, DocumentError::Weight { edge, .. } if *edge == expected_edge), "{error}");
    }
    let missing = document(vec![edge(2, 1, &[])]);
    let error = missing.to_graph(Weighting::Attribute { name: "w", missing: None }).unwrap_err();
    assert_eq!(
        error.to_string(),
        "edge 0, from \"a\" to \"1\", has no finite number as w: mend it, or choose another attribute"
    );
}

#[test]
fn edge_to_nowhere_and_parallel_edges_are_refused() {
    let nowhere = document(vec![edge(0, 3, &[])]);
    assert_eq!(nowhere.validate(), Err(DocumentError::NoNode { edge: 0, place: 3, count: 3 }));
    assert!(nowhere.to_graph(Weighting::Unweighted).is_err());
    let mut parallel = document(vec![edge(0, 1, &[]), edge(1, 0, &[])]);
    assert!(matches!(parallel.validate(), Err(DocumentError::ParallelEdges { .. })));
    parallel.direction = Direction::Directed;
    assert_eq!(parallel.validate(), Ok(()));
}

#[test]
fn snapshot_comes_back_as_it_was() {
    let weighted = Graph::from_weighted_edges(Direction::Directed, 3, &[(0, 1, 2.5), (0, 1, 1.0)]).unwrap();
    let document = GraphDocument::from_graph(&weighted, "weight");
    assert!(document.multigraph);
    assert_eq!(document.validate(), Ok(()));
    let again = document.to_graph(Weighting::Attribute { name: "weight", missing: None }).unwrap();
    assert_eq!(again.edges().collect::<Vec<_>>(), weighted.edges().collect::<Vec<_>>());
}

#[test]
fn attributes_stay_ascending_and_distinct() {
    let mut attributes: Attributes =
        [("b", json!(1)), ("a", json!(2)), ("b", json!(3))].into_iter().collect();
    assert_eq!(attributes.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(attributes.get("b"), Some(&json!(3)));
    assert_eq!(attributes.remove("a"), Some(json!(2)));
    assert_eq!((attributes.len(), attributes.get("a")), (1, None));
}

#[test]
fn long_name_is_cut_in_messages() {
    let key = NodeKey::Text("é".repeat(1000));
    assert_eq!(key.to_string().chars().count(), 64 + 3);
}
