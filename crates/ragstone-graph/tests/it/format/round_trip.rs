//! What is written comes back as it was, or is refused.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ragstone_graph::document::{Attributes, DocumentEdge, DocumentNode, GraphDocument, NodeKey};
use ragstone_graph::format::{
    Content, EdgeField, FormatError, KeyReading, KeyWriting, NodeNaming, ReadOptions, ValueWriting,
    WriteOptions,
};
use ragstone_graph::{Direction, GraphFormat};
use serde_json::{Value, json};

use super::{read_with, written, written_with};

type Edge = (NodeKey, NodeKey, Option<NodeKey>, String);
type Change = fn(&mut GraphDocument);

/// Nodes by key, with their attributes as text.
fn nodes(document: &GraphDocument) -> BTreeMap<NodeKey, String> {
    document.nodes.iter().map(|node| (node.key.clone(), format!("{:?}", node.attributes))).collect()
}

/// Edges in order, of an undirected graph with the lesser end first. `is_real` makes weights reals.
fn edges(document: &GraphDocument, is_real: bool) -> Vec<Edge> {
    let mut edges: Vec<Edge> = document
        .edges
        .iter()
        .map(|edge| {
            let [source, target] =
                [edge.source, edge.target].map(|end| document.nodes[end as usize].key.clone());
            let is_turned = document.direction == Direction::Undirected && target < source;
            let (source, target) = if is_turned { (target, source) } else { (source, target) };
            let mut attributes = edge.attributes.clone();
            if let Some(weight) = attributes.get("weight").and_then(Value::as_f64).filter(|_| is_real) {
                attributes.insert("weight", weight);
            }
            (source, target, edge.key.clone(), format!("{attributes:?}"))
        })
        .collect();
    edges.sort();
    edges
}

fn has_parallel(document: &GraphDocument) -> bool {
    let mut single = document.clone();
    single.multigraph = false;
    single.validate().is_err()
}

fn assert_same(format: GraphFormat, document: &GraphDocument, again: &GraphDocument, text: &str) {
    let is_real = format == GraphFormat::MatrixMarket;
    assert_eq!(again.direction, document.direction, "{format}\n{text}");
    assert_eq!(again.attributes, document.attributes, "{format}\n{text}");
    assert_eq!(nodes(again), nodes(document), "{format}\n{text}");
    assert_eq!(edges(again, is_real), edges(document, is_real), "{format}\n{text}");
    let told = matches!(format, GraphFormat::NodeLink | GraphFormat::Gml);
    let multigraph = if told { document.multigraph } else { has_parallel(document) };
    assert_eq!(again.multigraph, multigraph, "{format}\n{text}");
    assert_eq!(again.validate(), Ok(()));
}

/// Reads what was written of a document.
fn again(format: GraphFormat, document: &GraphDocument, text: &str) -> GraphDocument {
    let options = ReadOptions { direction: document.direction, ..ReadOptions::default() };
    read_with(format, text, &options).unwrap_or_else(|error| panic!("{format}: {error}\n{text}"))
}

fn key() -> impl Strategy<Value = NodeKey> {
    prop_oneof![
        4 => (-3i64..12).prop_map(NodeKey::Integer),
        3 => "[a-z]{1,3}".prop_map(NodeKey::Text),
        1 => text().prop_map(NodeKey::Text),
    ]
}

fn text() -> impl Strategy<Value = String> {
    let odd = [
        "", "1", "01", "-0", "1.5", "true", "null", "a b", " x", "x ", "a  b", "é", "\"", "\\", "a\\\"",
        "a\nb", "\t", "\r", "\r\n", "<&>;", "&amp;", "{x}", "{", "#a", "%", "$x^2$", "~", "\u{1}", "🦀",
        "nan", "1e5", "a,b", "a;b", "*a", "A and B", "\u{feff}", "\u{a0}", "]]>", "//", "ellipse", "[", "'",
        "graph",
    ];
    prop_oneof![
        3 => "[a-zA-Z]{0,5}",
        2 => prop::sample::select(odd.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,5}",
        1 => prop::collection::vec(any::<char>(), 0..4).prop_map(|chars| chars.into_iter().collect()),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => any::<i32>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        3 => any::<f64>().prop_filter_map("finite", |real| serde_json::Number::from_f64(real).map(Value::Number)),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        5 => text().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::btree_map("[a-c]{1}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn attributes() -> impl Strategy<Value = Attributes> {
    let known = [
        "weight",
        "label",
        "key",
        "id",
        "source",
        "type",
        "name",
        "subgraph",
        "x",
        "y",
        "shape",
        "viz",
        "authors",
        "year",
        "title",
        "description",
        "directed",
        "pid",
        "relation",
        "url",
    ];
    let name = prop_oneof![
        4 => "[a-d]",
        3 => prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => text(),
    ];
    let filled = prop::collection::vec((name, value()), 0..3)
        .prop_map(|pairs| pairs.into_iter().collect::<Attributes>());
    prop_oneof![2 => Just(Attributes::new()), 1 => filled]
}

/// Any document; parallel edges only in a multigraph.
fn any_document() -> impl Strategy<Value = GraphDocument> {
    let nodes = prop::collection::btree_map(key(), attributes(), 0..6);
    (any::<bool>(), any::<bool>(), prop_oneof![3 => Just(Attributes::new()), 1 => attributes()], nodes)
        .prop_flat_map(|(directed, multigraph, attributes, nodes)| {
            let count = u32::try_from(nodes.len()).unwrap();
            let end = 0..count.max(1);
            let key = prop_oneof![3 => Just(None), 1 => key().prop_map(Some)];
            let most = if count == 0 { 1 } else { 8 };
            let edges = prop::collection::vec((end.clone(), end, key, self::attributes()), 0..most);
            edges.prop_map(move |edges| {
                let edge =
                    |(source, target, key, attributes)| DocumentEdge { source, target, key, attributes };
                let nodes = nodes.clone().into_iter();
                let mut document = GraphDocument {
                    direction: if directed { Direction::Directed } else { Direction::Undirected },
                    multigraph,
                    attributes: attributes.clone(),
                    nodes: nodes.map(|(key, attributes)| DocumentNode { key, attributes }).collect(),
                    edges: edges.into_iter().map(edge).collect(),
                };
                document.multigraph |= has_parallel(&document);
                document
            })
        })
}

/// A document of all that a format holds, as its table says.
fn held_document(format: GraphFormat, size: u32, has_lone: bool, directed: bool, seed: i64) -> GraphDocument {
    let holds = |content| format.holds(content);
    let key = |place: u32| match format {
        GraphFormat::BibTex => NodeKey::Text(format!("k{place}")),
        _ if holds(Content::MixedKeys) && place % 2 == 1 => NodeKey::Text((place - 1).to_string()),
        _ if holds(Content::TextKeys) && place % 3 == 2 => NodeKey::Text(format!("n{place}")),
        _ => NodeKey::Integer(i64::from(place) + 1),
    };
    let mut document = GraphDocument::new(match format {
        _ if directed || format == GraphFormat::BibTex => Direction::Directed,
        _ => Direction::Undirected,
    });
    if holds(Content::GraphAttributes) {
        document.attributes.insert("name", "a graph");
        document.attributes.insert("size", seed);
    }
    for place in 0..size {
        let mut attributes = Attributes::new();
        if holds(Content::NodeAttributes) {
            attributes.insert("type", "misc");
            attributes.insert("title", "a title & more");
            attributes.insert("year", 1900 + seed);
        }
        if holds(Content::NodeAttributes) && holds(Content::NestedValues) {
            attributes.insert("nested", json!({"list": [1, null, "x", [true]]}));
        }
        document.nodes.push(DocumentNode { key: key(place), attributes });
    }
    let ends = if has_lone && holds(Content::LoneNodes) { size / 2 } else { size };
    for place in 0..ends {
        let mut attributes = Attributes::new();
        if holds(Content::Weights) {
            attributes.insert("weight", f64::from(place) + 0.5);
        }
        if holds(Content::EdgeAttributes) {
            attributes.insert("kind", if place % 2 == 0 { json!("a b") } else { json!(seed) });
        }
        let key = holds(Content::EdgeKeys).then_some(NodeKey::Integer(place.into()));
        document.edges.push(DocumentEdge { source: place, target: (place + 1) % size, key, attributes });
    }
    document.multigraph = has_parallel(&document);
    document
}

/// A law for each format: any document comes back or is refused.
macro_rules! any_document_comes_back_or_is_refused {
    ($($name:ident: $format:ident,)*) => {
        mod any_document_comes_back_or_is_refused {
            use super::*;

            proptest! {
                #![proptest_config(ProptestConfig::with_cases(200))]
                $(
                    #[test]
                    fn $name(document in any_document()) {
                        let format = GraphFormat::$format;
                        match written(format, &document) {
                            Ok(text) => assert_same(format, &document, &again(format, &document, &text), &text),
                            Err(error) => {
                                let is_refusal = matches!(error, FormatError::Unrepresentable { .. });
                                prop_assert!(is_refusal, "{}: {}", format, error);
                            }
                        }
                    }
                )*
            }
        }
    };
}

any_document_comes_back_or_is_refused! {
    csv: Csv,
    tsv: Tsv,
    edge_list: EdgeList,
    adjacency_list: AdjacencyList,
    node_link: NodeLink,
    graphml: GraphMl,
    gexf: Gexf,
    gml: Gml,
    pajek: Pajek,
    dot: Dot,
    matrix_market: MatrixMarket,
    bibtex: BibTex,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_a_format_holds_is_written_and_comes_back(
        size in 2u32..20,
        has_lone in any::<bool>(),
        directed in any::<bool>(),
        seed in 0i64..100,
    ) {
        for format in GraphFormat::ALL {
            let document = held_document(format, size, has_lone, directed, seed);
            let text = written(format, &document).unwrap_or_else(|error| panic!("{error}"));
            assert_same(format, &document, &again(format, &document, &text), &text);
        }
    }

    #[test]
    fn values_as_text_are_always_readable(document in any_document()) {
        let options = WriteOptions {
            keys: KeyWriting::Stringified,
            values: ValueWriting::Stringified,
            ..WriteOptions::default()
        };
        for format in GraphFormat::ALL {
            if let Ok(text) = written_with(format, &document, options) {
                let read = again(format, &document, &text);
                prop_assert_eq!(read.edges.len(), document.edges.len(), "{}\n{}", format, text);
            }
        }
    }
}

#[test]
fn what_a_format_does_not_hold_is_refused() {
    let plain = |format| {
        let mut document = held_document(format, 3, false, true, 1);
        document.attributes = Attributes::new();
        for edge in &mut document.edges {
            edge.key = None;
            edge.attributes = Attributes::new();
        }
        if format != GraphFormat::BibTex {
            for (place, node) in (1..).zip(&mut document.nodes) {
                *node = DocumentNode { key: NodeKey::Integer(place), attributes: Attributes::new() };
            }
        }
        document
    };
    let contents: [(Content, Change); 9] = [
        (Content::GraphAttributes, |document| drop(document.attributes.insert("x", 1))),
        (Content::LoneNodes, |document| {
            document.nodes.push(DocumentNode {
                key: if document.nodes[0].key == NodeKey::Integer(1) {
                    NodeKey::Integer(4)
                } else {
                    "lone".into()
                },
                attributes: document.nodes[0].attributes.clone(),
            });
        }),
        (Content::NodeAttributes, |document| drop(document.nodes[0].attributes.insert("x", "y"))),
        (Content::EdgeAttributes, |document| drop(document.edges[0].attributes.insert("x", "y"))),
        (Content::Weights, |document| {
            document.edges.iter_mut().for_each(|edge| drop(edge.attributes.insert("weight", 2)));
        }),
        (Content::EdgeKeys, |document| document.edges[0].key = Some("k".into())),
        (Content::TextKeys, |document| document.nodes[0].key = "a".into()),
        (Content::MixedKeys, |document| document.nodes[0].key = "2".into()),
        (Content::NestedValues, |document| {
            drop(document.edges[0].attributes.insert("x", json!([])));
            if document.nodes[0].attributes.get("type").is_none() {
                return;
            }
            drop(document.nodes[0].attributes.insert("x", json!([])));
        }),
    ];
    for format in GraphFormat::ALL {
        assert!(written(format, &plain(format)).is_ok(), "{format}");
        for (content, add) in contents {
            let mut document = plain(format);
            add(&mut document);
            let outcome = written(format, &document);
            // Keys of a bibliography are texts whatever they look like.
            let is_held =
                format.holds(content) || (format, content) == (GraphFormat::BibTex, Content::MixedKeys);
            assert_eq!(outcome.is_ok(), is_held, "{format} {content:?} {outcome:?}");
            if let Err(error) = outcome {
                assert!(matches!(error, FormatError::Unrepresentable { .. }), "{error}");
            }
        }
    }
}

#[test]
fn refusal_names_the_place_and_what_holds_it() {
    let mut document = held_document(GraphFormat::GraphMl, 3, false, true, 1);
    document.nodes[1].attributes.insert("list", json!([1]));
    let error = written(GraphFormat::GraphMl, &document).unwrap_err();
    assert_eq!(
        error.to_string(),
        "graphml does not hold nested values, as in node 1 (attribute \"list\"): write node-link JSON, which holds it, \
         or ask for values as text"
    );
}

#[test]
fn keys_as_text_or_numbers_are_written_where_they_are_asked_for() {
    let node = |key| DocumentNode { key, attributes: Attributes::new() };
    let edge = DocumentEdge { source: 0, target: 1, key: None, attributes: Attributes::new() };
    let mut document = GraphDocument {
        nodes: vec![node("7".into()), node("b".into())],
        edges: vec![edge],
        ..GraphDocument::new(Direction::Directed)
    };
    let text = WriteOptions { keys: KeyWriting::Stringified, ..WriteOptions::default() };
    let numbered = WriteOptions { keys: KeyWriting::Numbered, ..WriteOptions::default() };
    let reading =
        ReadOptions { direction: Direction::Directed, keys: KeyReading::Text, ..ReadOptions::default() };
    for format in [GraphFormat::Csv, GraphFormat::GraphMl, GraphFormat::Dot, GraphFormat::AdjacencyList] {
        assert!(written(format, &document).is_err());
        let read = read_with(format, written_with(format, &document, text).unwrap(), &reading).unwrap();
        assert_eq!(nodes(&read), nodes(&document), "{format}");
    }
    let matrix = written_with(GraphFormat::MatrixMarket, &document, numbered).unwrap();
    assert_eq!(matrix, "%%MatrixMarket matrix coordinate pattern general\n2 2 1\n1 2\n");
    assert_eq!(written_with(GraphFormat::AdjacencyList, &document, numbered).unwrap(), "0 1\n1\n");
    document.nodes[1].key = NodeKey::Integer(7);
    for format in [GraphFormat::Csv, GraphFormat::Dot, GraphFormat::BibTex] {
        assert!(written_with(format, &document, text).is_err(), "{format}");
    }
}

#[test]
fn names_by_id_come_back() {
    let mut document = held_document(GraphFormat::MatrixMarket, 4, true, true, 1);
    document.nodes[2].attributes.insert("label", "c");
    document.nodes.swap(0, 3);
    let writing = WriteOptions { names: NodeNaming::Id, ..WriteOptions::default() };
    let reading = ReadOptions { names: NodeNaming::Id, ..ReadOptions::default() };
    for format in [GraphFormat::Gml, GraphFormat::Pajek] {
        let text = written_with(format, &document, writing).unwrap();
        assert_same(format, &document, &read_with(format, &text, &reading).unwrap(), &text);
    }
}

#[test]
fn links_are_written_where_they_are_asked_for() {
    let document = held_document(GraphFormat::NodeLink, 2, false, true, 1);
    let text = written_with(
        GraphFormat::NodeLink,
        &document,
        WriteOptions { edge_field: EdgeField::Links, ..WriteOptions::default() },
    );
    let text = text.unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["links"].as_array().map(Vec::len), Some(2));
    assert_same(GraphFormat::NodeLink, &document, &again(GraphFormat::NodeLink, &document, &text), &text);
}
