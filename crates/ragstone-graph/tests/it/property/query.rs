//! Graphs made of graphs, and what is told about one.

use std::collections::BTreeSet;

use proptest::prelude::*;
use ragstone_graph::document::{Attributes, DocumentNode, KeyRef, NodeKey};
use ragstone_graph::property::{
    AttributeEdit, Cell, Change, ChangeError, Comparison, Filter, LabelCount, Merge, Reach, ValueKind,
};
use ragstone_graph::{Direction, PropertyGraph};
use serde_json::json;

use super::change;
use super::example::{add_edges, edge, every_kind};
use super::sample::document;

type Ends = (NodeKey, NodeKey, Option<NodeKey>);

/// Edges by the names of their ends, of an undirected graph with the lesser first.
fn edges(graph: &PropertyGraph) -> BTreeSet<Ends> {
    let ends = |edge: ragstone_graph::property::EdgeView<'_>| {
        let name = |node| graph.key(node).unwrap().to_key();
        let (source, target) = (name(edge.source()), name(edge.target()));
        let key = edge.key().filter(|_| graph.is_multigraph()).map(KeyRef::to_key);
        if graph.is_directed() { (source, target, key) } else { turned((source, target, key)) }
    };
    graph.edges_from(0).map(ends).collect()
}

/// The ends with the lesser first.
fn turned((source, target, key): Ends) -> Ends {
    if target < source { (target, source, key) } else { (source, target, key) }
}

fn nodes(graph: &PropertyGraph) -> BTreeSet<NodeKey> {
    graph.nodes_from(0).map(|node| node.key().to_key()).collect()
}

/// A path of five nodes, each edge heavier than the one before, nodes of two kinds in turn.
fn path(direction: Direction) -> PropertyGraph {
    let mut graph = PropertyGraph::new(direction, false);
    let node = |number: i64| DocumentNode {
        key: NodeKey::Integer(number),
        attributes: Attributes::from_iter([
            ("type", json!(if number % 2 == 0 { "even" } else { "odd" })),
            ("size", json!(number)),
        ]),
    };
    change(&mut graph, &Change::AddNodes((0..5).map(node).collect()));
    let edges = (0..4i64).map(|number| edge(number, number + 1, &[("weight", json!(number))]));
    change(&mut graph, &add_edges(edges.collect()));
    graph
}

/// A graph of a document that does not contradict itself.
fn graph_of(document: &ragstone_graph::GraphDocument) -> Option<PropertyGraph> {
    PropertyGraph::from_document(document.clone()).ok()
}

fn two_graphs() -> impl Strategy<Value = (ragstone_graph::GraphDocument, ragstone_graph::GraphDocument)> {
    let direction = prop::sample::select(vec![Direction::Directed, Direction::Undirected]);
    (direction, any::<bool>()).prop_flat_map(|(direction, multigraph)| {
        (document(direction, multigraph), document(direction, multigraph))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn merges_are_those_of_sets((one, two) in two_graphs()) {
        let (Some(one), Some(two)) = (graph_of(&one), graph_of(&two)) else { return Ok(()) };
        let merge = |merge| one.merged(&two, merge).unwrap();
        let (union, both) = (merge(Merge::Union), merge(Merge::Intersection));
        let (rest, either) = (merge(Merge::Difference), merge(Merge::SymmetricDifference));
        for graph in [&union, &both, &rest, &either] {
            let document = graph.to_document();
            prop_assert_eq!(document.validate(), Ok(()));
            prop_assert_eq!(&PropertyGraph::from_document(document).unwrap(), graph);
        }
        prop_assert_eq!(nodes(&union), nodes(&one).union(&nodes(&two)).cloned().collect());
        prop_assert_eq!(nodes(&both), nodes(&one).intersection(&nodes(&two)).cloned().collect());
        prop_assert_eq!((nodes(&rest), nodes(&either)), (nodes(&one), nodes(&union)));
        prop_assert_eq!(edges(&union), edges(&one).union(&edges(&two)).cloned().collect());
        prop_assert_eq!(edges(&both), edges(&one).intersection(&edges(&two)).cloned().collect());
        if !one.is_multigraph() {
            prop_assert_eq!(edges(&rest), edges(&one).difference(&edges(&two)).cloned().collect());
            prop_assert_eq!(edges(&either), edges(&one).symmetric_difference(&edges(&two)).cloned().collect());
        }
        prop_assert_eq!(union.edge_count(), one.edge_count() + two.edge_count() - both.edge_count());
        prop_assert_eq!(rest.edge_count(), one.edge_count() - both.edge_count());
        prop_assert_eq!(either.edge_count(), union.edge_count() - both.edge_count());
        for node in two.nodes_from(0) {
            let merged = union.node(union.vertex(node.key()).unwrap()).unwrap();
            for (name, _) in two.node_attributes() {
                prop_assert!(node.attribute(name).is_none_or(|cell| merged.attribute(name) == Some(cell)));
            }
        }
    }

    #[test]
    fn directions_go_and_come_back((one, _) in two_graphs()) {
        let Some(graph) = graph_of(&one) else { return Ok(()) };
        prop_assert_eq!(&graph.reversed().reversed(), &graph);
        let undirected = graph.to_undirected().unwrap();
        prop_assert_eq!(undirected.to_document().validate(), Ok(()));
        prop_assert_eq!(edges(&undirected), edges(&graph).into_iter().map(turned).collect());
        let directed = graph.to_directed();
        prop_assert_eq!(directed.to_document().validate(), Ok(()));
        prop_assert_eq!(edges(&directed.to_undirected().unwrap()), edges(&undirected));
        if !graph.is_multigraph() && !graph.is_directed() {
            prop_assert_eq!(directed.to_undirected().unwrap(), graph);
        }
    }

    #[test]
    fn induced_graph_is_what_the_others_leave((one, _) in two_graphs(), mask: u8) {
        let Some(graph) = graph_of(&one) else { return Ok(()) };
        let is_kept = |place: usize| mask >> (place % 8) & 1 == 1;
        let keys: Vec<_> = nodes(&graph).into_iter().enumerate().collect();
        let part = |kept: bool| -> Vec<NodeKey> {
            keys.iter().filter(|(place, _)| is_kept(*place) == kept).map(|(_, key)| key.clone()).collect()
        };
        let induced = graph.induced(&part(true)).unwrap();
        let mut rest = graph.clone();
        change(&mut rest, &Change::RemoveNodes(part(false)));
        prop_assert_eq!(induced, rest);
    }
}

#[test]
fn ego_reaches_as_far_as_its_radius() {
    let graph = path(Direction::Directed);
    let ego = |radius, reach| nodes(&graph.ego(&[2.into()], radius, reach).unwrap());
    let keys = |keys: &[i64]| keys.iter().map(|&key| NodeKey::Integer(key)).collect::<BTreeSet<_>>();
    assert_eq!(ego(0, Reach::Both), keys(&[2]));
    assert_eq!(ego(1, Reach::Forward), keys(&[2, 3]));
    assert_eq!(ego(1, Reach::Backward), keys(&[1, 2]));
    assert_eq!(ego(9, Reach::Both), keys(&[0, 1, 2, 3, 4]));
    let undirected = path(Direction::Undirected).ego(&[0.into()], 2, Reach::Forward).unwrap();
    assert_eq!((undirected.node_count(), undirected.edge_count()), (3, 2));
    assert_eq!(undirected.node(2).unwrap().attribute("size"), Some(Cell::Integer(2)));
    let absent = graph.ego(&["z".into()], 1, Reach::Both).unwrap_err();
    assert_eq!(absent, ChangeError::NoNode { key: "z".into() });
}

#[test]
fn filter_keeps_nodes_and_edges_that_hold() {
    let graph = path(Direction::Directed);
    let compare = |name: &str, comparison, value| Filter::Compare { name: name.into(), comparison, value };
    let large = compare("size", Comparison::AtLeast, json!(1.5));
    let filtered = graph.filtered(Some(&large), None);
    assert_eq!((filtered.node_count(), filtered.edge_count()), (3, 2));
    let light = compare("weight", Comparison::Less, json!(2));
    assert_eq!(graph.filtered(None, Some(&light)).edge_count(), 2);
    let even = compare("type", Comparison::Equal, json!("even"));
    let both = Filter::All(vec![even.clone(), Filter::Not(Box::new(large.clone()))]);
    assert_eq!(nodes(&graph.filtered(Some(&both), None)), BTreeSet::from([0.into()]));
    let either = Filter::Any(vec![even, large]);
    assert_eq!(graph.filtered(Some(&either), None).node_count(), 4);
    let chosen = Filter::In { name: "size".into(), values: vec![json!(1), json!(3.0)] };
    assert_eq!(graph.filtered(Some(&chosen), None).node_count(), 2);
    assert_eq!(graph.filtered(Some(&Filter::Has("absent".into())), None).node_count(), 0);
    let part = Filter::Contains { name: "type".into(), value: json!("dd") };
    assert_eq!(graph.filtered(Some(&part), None).node_count(), 2);
}

#[test]
fn union_of_graphs_that_share_a_node_is_not_disjoint() {
    let graph = path(Direction::Directed);
    let refusal = graph.merged(&graph, Merge::DisjointUnion).unwrap_err();
    assert_eq!(refusal, ChangeError::KeyTaken { key: 0.into() });
    let other = path(Direction::Undirected);
    assert!(matches!(graph.merged(&other, Merge::Union), Err(ChangeError::WrongKind { .. })));
    assert_eq!(graph.merged(&graph, Merge::Union).unwrap(), graph);
}

#[test]
fn opposite_edges_become_one_with_the_later_attributes() {
    let mut graph = PropertyGraph::new(Direction::Directed, false);
    let one = edge("a", "b", &[("x", json!(1)), ("y", json!(1))]);
    let two = edge("b", "a", &[("x", json!(2))]);
    change(&mut graph, &add_edges(vec![one, two]));
    let edit = AttributeEdit { set: Attributes::from_iter([("name", "g")]), remove: vec![] };
    change(&mut graph, &Change::EditGraph(edit));
    let undirected = graph.to_undirected().unwrap();
    assert_eq!(undirected.edge_count(), 1);
    let attributes = undirected.edge(0).unwrap().attributes();
    assert_eq!((attributes.get("x"), attributes.get("y")), (Some(&json!(2)), Some(&json!(1))));
    assert_eq!(undirected.attributes().get("name"), Some(&json!("g")));
}

#[test]
fn schema_counts_labels_and_kinds() {
    let schema = path(Direction::Directed).schema("type", "type", 1);
    assert_eq!(schema.node_labels, [LabelCount { label: "even".into(), count: 3 }]);
    assert_eq!((schema.unlabelled_nodes, schema.unlabelled_edges), (0, 4));
    let schema = every_kind().schema("text", "kind", 9);
    let mixed = schema.node_properties.iter().find(|property| property.name == "mixed").unwrap();
    assert_eq!(mixed.kinds, [(ValueKind::Integer, 1), (ValueKind::Float, 1)]);
    assert!((mixed.share - 0.5).abs() < 1e-15);
    assert_eq!(schema.edge_properties[0].name, "weight");
}

#[test]
fn summary_counts_loops() {
    let summary = every_kind().summary();
    assert_eq!((summary.node_count, summary.edge_count, summary.loop_count), (4, 4, 1));
    assert!((summary.density - 4.0 / 6.0).abs() < 1e-15);
    assert!(PropertyGraph::new(Direction::Directed, false).summary().density.abs() < 1e-15);
}
