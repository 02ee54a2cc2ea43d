//! What the formats of others look like in practice.

use ragstone_graph::document::{GraphDocument, KeyRef, NodeKey};
use ragstone_graph::format::{
    Delimiter, Event, FormatError, Header, KeyReading, NodeNaming, Position, ReadOptions, Visitor,
    read as read_events,
};
use ragstone_graph::{Direction, GraphFormat, Watch};
use serde_json::{Value, json};

use super::{read, read_with};

/// The value with the names of its objects in order, whatever order `serde_json` was built to keep.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(sorted).collect(),
        Value::Object(fields) => {
            let mut fields: Vec<_> =
                fields.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            fields.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(fields.into_iter().collect())
        }
        other => other.clone(),
    }
}

/// Nodes and edges in one line each, in order.
fn shown(document: &GraphDocument) -> Vec<String> {
    let attributes = |of: &ragstone_graph::document::Attributes| {
        of.iter().fold(String::new(), |shown, (name, value)| shown + &format!(" {name}={}", sorted(value)))
    };
    let nodes = document.nodes.iter().map(|node| format!("{}{}", node.key, attributes(&node.attributes)));
    let edges = document.edges.iter().map(|edge| {
        let key = edge.key.as_ref().map(|key| format!(" ({key})")).unwrap_or_default();
        let [source, target] = [edge.source, edge.target].map(|end| &document.nodes[end as usize].key);
        format!("{source}->{target}{key}{}", attributes(&edge.attributes))
    });
    nodes.chain(edges).collect()
}

fn check(format: GraphFormat, text: &str, expected: &[&str]) {
    let document = read(format, text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(shown(&document), expected, "{text}");
}

#[test]
fn separated_values_of_any_kind() {
    check(GraphFormat::Csv, "\u{feff}from;to;n\r\n1;a;\"x\"\r\n", &["1", "\"a\"", "1->\"a\" n=\"x\""]);
    check(GraphFormat::Csv, "1 2 0.5\n", &["1", "2", "1->2 weight=0.5"]);
    check(
        GraphFormat::Csv,
        "Id,Source,Target,key\ne, 1 ,\"b \"\"q\"\"\n\",k\n",
        &["1", "\"b \\\"q\\\"\\n\"", "1->\"b \\\"q\\\"\\n\" (\"k\") Id=\"e\""],
    );
    check(
        GraphFormat::Csv,
        "source,target,a,b,c,d\n1,2,007,\"5\",,\"\"\n",
        &["1", "2", "1->2 a=\"007\" b=\"5\" d=\"\""],
    );
    let pipes =
        ReadOptions { delimiter: Delimiter::Byte(b'|'), header: Header::Present, ..ReadOptions::default() };
    let document = read_with(GraphFormat::Csv, "p|q|r\n1|2|true\n", &pipes).unwrap();
    assert_eq!(shown(&document), ["1", "2", "1->2 r=true"]);
    let texts = ReadOptions { keys: KeyReading::Text, ..ReadOptions::default() };
    assert_eq!(shown(&read_with(GraphFormat::Tsv, "1\t2\n", &texts).unwrap())[0], "\"1\"");
}

#[test]
fn edge_list_of_networkx() {
    let text = "#note\n1 2 {}\n2 3 {'weight': 7, \"s\": 'it\\'s', 'l': [1, (2)]}\n";
    assert!(read(GraphFormat::EdgeList, text).is_err());
    let text = text.replace("(2)", "None");
    check(GraphFormat::EdgeList, &text, &["1", "2", "3", "1->2", "2->3 l=[1,null] s=\"it's\" weight=7"]);
}

#[test]
fn node_link_in_any_order_and_by_place() {
    check(
        GraphFormat::NodeLink,
        r#"{"links": [{"source": 1, "target": 0, "value": 3}], "nodes": [{"name": "a"}, {"name": "b"}]}"#,
        &["1 name=\"b\"", "0 name=\"a\"", "1->0 value=3"],
    );
    let document = read(
        GraphFormat::NodeLink,
        r#"{"graph": [["a", 1]], "nodes": [{"id": 1}], "edges": [], "multigraph": true, "directed": true, "x": null}"#,
    )
    .unwrap();
    assert_eq!((document.direction, document.multigraph), (Direction::Directed, true));
    assert_eq!(document.attributes.get("a"), Some(&json!(1)));
    assert_eq!(document.attributes.get("x"), Some(&Value::Null));
    for (text, is_duplicate) in [
        (r#"{"nodes": [{"id": 1}, {"id": 1}], "edges": []}"#, true),
        (r#"{"nodes": [{"id": 1.5}], "edges": []}"#, false),
        (r#"{"nodes": [], "edges": [], "links": []}"#, false),
        (r#"{"nodes": [{"a": 1, "a": 2}], "edges": []}"#, false),
        (r#"{"nodes": []}"#, false),
        (r#"{"nodes": [], "edges": []} x"#, false),
        ("[]", false),
    ] {
        let error = read(GraphFormat::NodeLink, text).unwrap_err();
        assert_eq!(matches!(error, FormatError::DuplicateNode { .. }), is_duplicate, "{error}");
    }
}

#[test]
fn graphml_with_defaults_labels_and_data_of_the_graph() {
    let text = r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <key id="d0" for="node" attr.name="color" attr.type="string"><desc>d</desc><default>yellow</default></key>
  <key id="d1" for="edge" attr.name="weight" attr.type="double"/>
  <key id="d2" for="graph" attr.name="n" attr.type="int"/>
  <key id="d3" for="node" yfiles.type="nodegraphics"/>
  <graph id="G" edgedefault="undirected">
    <data key="d2">4</data>
    <node id="n0"><data key="d0">green &lt;&#x41;<![CDATA[&]]></data></node>
    <node id="n1"><data key="d3"><y:ShapeNode><y:Geometry x="1"/><y:NodeLabel>A <!-- c --> B</y:NodeLabel></y:ShapeNode></data></node>
    <edge source="n0" target="n1"><data key="d1">1</data></edge>
  </graph>
</graphml>"#;
    check(
        GraphFormat::GraphMl,
        text,
        &[
            "\"n0\" color=\"green <A&\"",
            "\"n1\" color=\"yellow\" label=\"A  B\"",
            "\"n0\"->\"n1\" weight=1.0",
        ],
    );
    assert_eq!(read(GraphFormat::GraphMl, text).unwrap().attributes.get("n"), Some(&json!(4)));
    let one = |inside: &str| {
        format!("<graphml><graph edgedefault=\"directed\"><node id=\"1\"/>{inside}</graph></graphml>")
    };
    for (inside, kind) in [
        ("<node id=\"2\"><graph edgedefault=\"directed\"/></node>", "unsupported"),
        ("<hyperedge/>", "unsupported"),
        ("<edge source=\"1\" target=\"1\" directed=\"false\"/>", "unsupported"),
        ("<edge source=\"1\" target=\"2\"/>", "undeclared"),
        ("<node id=\"1\"/>", "duplicate"),
        ("<node id=\"2\"><data key=\"x\">1</data></node>", "malformed"),
        ("text", "malformed"),
    ] {
        let error = read(GraphFormat::GraphMl, one(inside)).unwrap_err();
        let found = match error {
            FormatError::Unsupported { .. } => "unsupported",
            FormatError::UndeclaredNode { .. } => "undeclared",
            FormatError::DuplicateNode { .. } => "duplicate",
            _ => "malformed",
        };
        assert_eq!(found, kind, "{inside}");
    }
}

#[test]
fn gexf_with_hierarchy_drawing_and_types() {
    let text = r#"<gexf xmlns="http://www.gexf.net/1.2draft" xmlns:viz="http://www.gexf.net/1.1draft/viz" version="1.2">
  <meta lastmodifieddate="2009-03-20"><creator>c</creator><x/></meta>
  <graph mode="static" defaultedgetype="directed" idtype="integer">
    <attributes class="node"><attribute id="0" title="ok" type="boolean"><default>true</default></attribute></attributes>
    <nodes><node id="0" label="a"><viz:color r="1" g="2" b="3"/><viz:position x="1.5" y="2" z="0"/><viz:size value="2.0"/>
      <nodes><node id="1"><attvalues><attvalue for="0" value="false"/></attvalues></node></nodes></node></nodes>
    <edges><edge id="7" source="0" target="1" weight="2"/></edges>
  </graph>
</gexf>"#;
    check(
        GraphFormat::Gexf,
        text,
        &[
            "0 label=\"a\" ok=true viz={\"color\":{\"b\":3,\"g\":2,\"r\":1},\"position\":{\"x\":1.5,\"y\":2,\"z\":0},\"size\":2.0}",
            "1 ok=false pid=\"0\"",
            "0->1 (7) weight=2",
        ],
    );
    for graph in ["<graph mode=\"dynamic\"/>", "<graph><nodes><node id=\"1\" start=\"1\"/></nodes></graph>"] {
        let error = read(GraphFormat::Gexf, format!("<gexf>{graph}</gexf>")).unwrap_err();
        assert!(matches!(error, FormatError::Unsupported { .. }), "{error}");
    }
}

#[test]
fn gml_by_label_and_by_id() {
    let text = "# c\nCreator \"x\"\ngraph\n[ directed 0 comment \"c\"\n edge [ source 1 target 2 value .5 ]\n\
                node [ id 1 label \"a&amp;&nbsp;\" p [ x +1 y 2E+3 ] ] node [ id 2 v 1 v \"2\" ] ]";
    check(
        GraphFormat::Gml,
        text,
        &["\"a&&nbsp;\" p={\"x\":1,\"y\":2000.0}", "2 v=[1,\"2\"]", "\"a&&nbsp;\"->2 value=0.5"],
    );
    let by_id = ReadOptions { names: NodeNaming::Id, ..ReadOptions::default() };
    let document = read_with(GraphFormat::Gml, text, &by_id).unwrap();
    assert_eq!(document.nodes[0].key, NodeKey::Integer(1));
    assert_eq!(shown(&document).last().map(String::as_str), Some("1->2 value=0.5"));
    let twice = "graph [ node [ id 1 label \"a\" ] node [ id 2 label \"a\" ] ]";
    assert!(matches!(read(GraphFormat::Gml, twice), Err(FormatError::DuplicateNode { .. })));
    assert_eq!(read_with(GraphFormat::Gml, twice, &by_id).unwrap().nodes.len(), 2);
}

#[test]
fn pajek_with_lists_matrix_and_unlisted_vertices() {
    check(
        GraphFormat::Pajek,
        "%c\n*Vertices 3\n1 \"1\" 0.5 .5 box ic \"Light Blue\"\n2 b\n\n*edgeslist\n1 2 3\n*Arcs\n",
        &["\"1\" ic=\"Light Blue\" shape=\"box\" x=0.5 y=0.5", "\"b\"", "3", "\"1\"->\"b\"", "\"1\"->3"],
    );
    let document = read(GraphFormat::Pajek, "*vertices 2\n*Matrix\n0 1.5\n0 0\n").unwrap();
    assert_eq!(shown(&document), ["1", "2", "1->2 weight=1.5"]);
    for text in ["*Vertices 2\n*Arcs\n1 2\n*Edges\n1 2\n", "*Vertices 2 1\n", "*Vertices 1\n*Partition a\n"] {
        assert!(matches!(read(GraphFormat::Pajek, text), Err(FormatError::Unsupported { .. })), "{text}");
    }
}

#[test]
fn dot_with_defaults_chains_subgraphs_and_ports() {
    let text = "// c\n#line\nDigraph \"G x\" { rankdir=LR; node [color=red, w=2.] edge [kind=k]\n\
                a:p:ne -> b -> {c; d} [weight=-.5]\n a [color=\"bl\" + \"ue\"] node [color=green]\n\
                subgraph cluster_0 { label=inner; e; b }\n e -> a [key=3 bold] }";
    check(
        GraphFormat::Dot,
        text,
        &[
            "\"c\" color=\"red\" w=2.0",
            "\"d\" color=\"red\" w=2.0",
            "\"a\" color=\"blue\" w=2.0",
            "\"b\" color=\"red\" subgraph=\"cluster_0\" w=2.0",
            "\"e\" color=\"green\" subgraph=\"cluster_0\" w=2.0",
            "\"a\"->\"b\" kind=\"k\" tailport=\"p:ne\" weight=-0.5",
            "\"b\"->\"c\" kind=\"k\" weight=-0.5",
            "\"b\"->\"d\" kind=\"k\" weight=-0.5",
            "\"e\"->\"a\" (3) bold=true kind=\"k\"",
        ],
    );
    let document = read(GraphFormat::Dot, text).unwrap();
    assert_eq!(document.attributes.get("name"), Some(&json!("G x")));
    assert_eq!(document.attributes.get("rankdir"), Some(&json!("LR")));
    assert!(read(GraphFormat::Dot, "strict graph { a -- b; b -- a }").is_err());
    assert!(read(GraphFormat::Dot, "graph { a -- b; b -- a }").unwrap().multigraph);
}

#[test]
fn matrices_dense_symmetric_and_skew() {
    let matrix = |head: &str, rest: &str| {
        read(GraphFormat::MatrixMarket, format!("%%MatrixMarket matrix {head}\n{rest}"))
    };
    let dense = matrix("array real general", "2 2\n0\n1.5\n0\n2\n").unwrap();
    assert_eq!(shown(&dense), ["1", "2", "2->1 weight=1.5", "2->2 weight=2.0"]);
    let skew = matrix("coordinate integer skew-symmetric", "2 2 1\n2 1 5\n").unwrap();
    assert_eq!(shown(&skew)[2..], ["1->2 weight=-5", "2->1 weight=5"]);
    let symmetric = matrix("array integer symmetric", "2 2\n0\n3\n4\n").unwrap();
    assert_eq!(
        (shown(&symmetric)[2..].to_vec(), symmetric.direction),
        (vec!["2->1 weight=3".to_owned(), "2->2 weight=4".to_owned()], Direction::Undirected)
    );
    assert!(matrix("coordinate real general", "2 2 1\n1 2 1\n2 1 1\n").is_err());
    assert!(matrix("coordinate real general", "2 3 0\n").is_err());
}

#[test]
fn bibliography_is_a_graph_of_citations() {
    let text = r#"
@Article{a,
  author = {Erd{\H{o}}s, P. and {Barnes and Noble} },
  title = "{On} Graphs \& {M}ore",
  year = 1959, url = {http://x.org/a_b~c%20d}, month = jan,
  cites = {b; c},
  crossref = {d},
}
@comment{ignored {really}}
@misc{d, note = {}, year = "in press"}
"#;
    check(
        GraphFormat::BibTex,
        text,
        &[
            "\"a\" authors=[\"Erdős, P.\",\"Barnes and Noble\"] month=\"jan\" title=\"On Graphs & More\" type=\"article\" url=\"http://x.org/a_b~c%20d\" year=1959",
            "\"b\"",
            "\"c\"",
            "\"d\" note=\"\" type=\"misc\" year=\"in press\"",
            "\"a\"->\"b\"",
            "\"a\"->\"c\"",
            "\"a\"->\"d\" relation=\"crossref\"",
        ],
    );
    assert!(matches!(read(GraphFormat::BibTex, "@misc{a}@misc{a}"), Err(FormatError::DuplicateNode { .. })));
}

#[test]
fn visitor_sees_pieces_as_they_come_and_may_stop() {
    struct Counter(usize);
    impl Visitor for Counter {
        fn visit(&mut self, event: Event<'_>, position: Position) -> Result<(), FormatError> {
            if let Event::Edge { source, .. } = event {
                self.0 += 1;
                assert_eq!((source, position.line), (KeyRef::Integer(1), self.0 as u64));
            }
            if self.0 == 3 { Err(FormatError::Visitor("enough".into())) } else { Ok(()) }
        }
    }
    let mut counter = Counter(0);
    let endless = &mut std::io::Read::chain("1 2\n1 2\n1 2\n".as_bytes(), std::io::repeat(b'x'));
    let outcome = read_events(
        GraphFormat::EdgeList,
        endless,
        &ReadOptions::default(),
        &Watch::unbounded(),
        &mut counter,
    );
    assert!(matches!(outcome, Err(FormatError::Visitor(_))));
    assert_eq!(counter.0, 3);
}
