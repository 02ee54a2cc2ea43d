//! Changes and documents at random, over few names so that they meet.

use proptest::prelude::*;
use ragstone_graph::Direction;
use ragstone_graph::document::{Attributes, DocumentEdge, DocumentNode, GraphDocument, NodeKey};
use ragstone_graph::property::{
    AttributeEdit, Change, ColumnValues, EdgeEdit, EdgeName, Group, Loops, MissingEnds, NewEdge, NodeEdit,
};
use serde_json::{Value, json};

pub(super) fn key() -> impl Strategy<Value = NodeKey> {
    prop_oneof![
        4 => (0i64..3).prop_map(NodeKey::Integer),
        2 => (0i64..2).prop_map(|number| NodeKey::Text(number.to_string())),
        1 => Just(NodeKey::from("a longer name")),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(1),
        json!(2),
        json!(-7),
        json!(1.0),
        json!(2.5),
        json!("1"),
        json!("text"),
        json!(""),
        json!(true),
        json!(false),
        json!(null),
        json!([1, {"a": 0.5}]),
        json!(u64::MAX),
    ])
}

fn attributes() -> impl Strategy<Value = Attributes> {
    let name = prop::sample::select(vec!["a", "b", "weight"]);
    let number = prop_oneof![(-3i64..4).prop_map(Value::from), (0..9u8).prop_map(|x| f64::from(x).into())];
    prop_oneof![
        1 => prop::collection::vec((name, value()), 0..3).prop_map(|pairs| pairs.into_iter().collect()),
        1 => number.prop_map(|weight| Attributes::from_iter([("weight", weight)])),
    ]
}

fn edit() -> impl Strategy<Value = AttributeEdit> {
    let remove = prop::collection::vec(prop::sample::select(vec!["a".to_owned(), "c".to_owned()]), 0..2);
    (attributes(), remove).prop_map(|(set, remove)| AttributeEdit { set, remove })
}

fn edge_key() -> impl Strategy<Value = Option<NodeKey>> {
    prop_oneof![2 => Just(None), 2 => prop_oneof![Just(1.into()), Just("1".into())].prop_map(Some)]
}

fn edge_name() -> impl Strategy<Value = EdgeName> {
    (key(), key(), edge_key()).prop_map(|(source, target, key)| EdgeName { source, target, key })
}

fn new_edge() -> impl Strategy<Value = NewEdge> {
    (edge_name(), attributes()).prop_map(|(name, attributes)| {
        let EdgeName { source, target, key } = name;
        NewEdge { source, target, key, attributes }
    })
}

fn node() -> impl Strategy<Value = DocumentNode> {
    (key(), attributes()).prop_map(|(key, attributes)| DocumentNode { key, attributes })
}

fn group() -> impl Strategy<Value = Group> {
    (key(), prop::collection::vec(key(), 0..3)).prop_map(|(into, members)| Group { into, members })
}

pub(super) fn document(direction: Direction, multigraph: bool) -> impl Strategy<Value = GraphDocument> {
    let nodes = prop::collection::btree_map(key(), attributes(), 1..6);
    (nodes, attributes()).prop_flat_map(move |(nodes, attributes)| {
        let end = 0..u32::try_from(nodes.len()).unwrap();
        let edge = (end.clone(), end, edge_key(), self::attributes());
        prop::collection::vec(edge, 0..6).prop_map(move |edges| GraphDocument {
            direction,
            multigraph,
            attributes: attributes.clone(),
            nodes: nodes
                .clone()
                .into_iter()
                .map(|(key, attributes)| DocumentNode { key, attributes })
                .collect(),
            edges: edges
                .into_iter()
                .map(|(source, target, key, attributes)| DocumentEdge { source, target, key, attributes })
                .collect(),
        })
    })
}

/// A change to a graph of a kind. Columns fit graphs of few sizes only.
pub(super) fn change(direction: Direction, multigraph: bool) -> impl Strategy<Value = Change> {
    let missing = prop::sample::select(vec![MissingEnds::Create, MissingEnds::Create, MissingEnds::Refuse]);
    let columns = prop_oneof![
        prop::collection::vec(-2.0..2.0f64, 0..9).prop_map(ColumnValues::Floats),
        prop::collection::vec(any::<i64>(), 0..9).prop_map(ColumnValues::Integers),
        prop::collection::vec(any::<bool>(), 0..9).prop_map(ColumnValues::Booleans),
        prop::collection::vec(prop::option::of(value()), 0..9).prop_map(ColumnValues::Values),
    ]
    .boxed();
    let name = || "[ab]".prop_map(String::from);
    let node_edit = (key(), edit()).prop_map(|(key, edit)| NodeEdit { key, edit });
    let edge_edit = (edge_name(), edit()).prop_map(|(edge, edit)| EdgeEdit { edge, edit });
    let loops = prop::sample::select(vec![Loops::Keep, Loops::Drop]);
    let weight = prop::option::of(Just("weight".to_owned()));
    prop_oneof![
        6 => prop::collection::vec(node(), 0..4).prop_map(Change::AddNodes),
        9 => (prop::collection::vec(new_edge(), 0..4), missing)
            .prop_map(|(edges, missing)| Change::AddEdges { edges, missing }),
        3 => prop::collection::vec(node_edit, 0..3).prop_map(Change::EditNodes),
        4 => prop::collection::vec(edge_edit, 0..3).prop_map(Change::EditEdges),
        2 => edit().prop_map(Change::EditGraph),
        2 => (name(), columns.clone()).prop_map(|(name, values)| Change::WriteNodes { name, values }),
        2 => (name(), columns).prop_map(|(name, values)| Change::WriteEdges { name, values }),
        2 => prop::collection::vec(key(), 0..3).prop_map(Change::RemoveNodes),
        2 => prop::collection::vec(edge_name(), 0..3).prop_map(Change::RemoveEdges),
        3 => prop::collection::vec((key(), key()), 0..3).prop_map(Change::Relabel),
        3 => (prop::collection::vec(group(), 0..3), weight, loops)
            .prop_map(|(groups, weight, loops)| Change::Contract { groups, weight, loops }),
        1 => Just(Change::Clear),
        1 => document(direction, multigraph).prop_map(Change::Replace),
    ]
}

/// A kind of graph, and changes to it.
pub(super) fn changes() -> impl Strategy<Value = (Direction, bool, Vec<Change>)> {
    let direction = prop::sample::select(vec![Direction::Directed, Direction::Undirected]);
    (direction, any::<bool>()).prop_flat_map(|(direction, multigraph)| {
        let changes = prop::collection::vec(change(direction, multigraph), 1..14);
        (Just(direction), Just(multigraph), changes)
    })
}
