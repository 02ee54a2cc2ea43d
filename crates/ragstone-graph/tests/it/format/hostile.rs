//! Damaged and malicious files end in errors of their own, with line and column.

use std::io::{self, Read};

use proptest::prelude::*;
use ragstone_graph::format::{self, FormatError, Limits, Position, ReadOptions};
use ragstone_graph::{GraphFormat, Interruption, Watch};

use super::{read, read_with};

/// A small file of each format.
const SAMPLES: [(GraphFormat, &str); 12] = [
    (GraphFormat::Csv, "source,target,weight,kind\n1,2,0.5,\"a \"\"b\"\"\nc\"\nx y,1,,é\n"),
    (GraphFormat::Tsv, "1\t2\t3\n2\té\t4.5\n"),
    (GraphFormat::EdgeList, "# a note\n1 2 {'weight': 3, 'a': [True, None, \"x\\u00e9\"]}\n2 é 4.5\n3 1\n"),
    (GraphFormat::AdjacencyList, "1 2 3\n2 é\n4\n"),
    (
        GraphFormat::NodeLink,
        "{\"directed\": true, \"multigraph\": false, \"graph\": {\"name\": \"é\"},\n\"nodes\": [{\"id\": 1, \"a\": [1.5]}, {\"id\": \"1\"}],\n\"links\": [{\"source\": 1, \"target\": \"1\", \"key\": 0}]}",
    ),
    (
        GraphFormat::GraphMl,
        "<?xml version=\"1.0\"?>\n<graphml><key id=\"d\" for=\"node\" attr.name=\"é\" attr.type=\"double\"><default>1</default></key>\n<graph edgedefault=\"directed\"><node id=\"1\"><data key=\"d\">0.5</data></node><node id=\"a&amp;\"/>\n<edge id=\"e\" source=\"1\" target=\"a&amp;\"/></graph></graphml>",
    ),
    (
        GraphFormat::Gexf,
        "<gexf xmlns:viz=\"v\" version=\"1.2\"><meta><creator>é</creator></meta><graph defaultedgetype=\"directed\">\n<attributes class=\"node\"><attribute id=\"0\" title=\"a\" type=\"long\"/></attributes>\n<nodes><node id=\"1\" label=\"x\"><attvalues><attvalue for=\"0\" value=\"5\"/></attvalues><viz:size value=\"2\"/></node><node id=\"2\"/></nodes>\n<edges><edge id=\"0\" source=\"1\" target=\"2\" weight=\"2.5\"/></edges></graph></gexf>",
    ),
    (
        GraphFormat::Gml,
        "Creator \"é\"\ngraph [\n  directed 1\n  node [ id 1 label \"a&#233;\" graphics [ x 1.5 ] ]\n  node [ id 2 label 7 ]\n  edge [ source 1 target 2 weight 3 weight 4 ]\n]\n",
    ),
    (
        GraphFormat::Pajek,
        "*Network é\n*Vertices 3\n1 \"a b\" 0.5 0.5 ellipse ic Red\n2 7\n*Arcs\n1 2 3.5 l \"x\"\n*Arcslist\n3 1 2\n",
    ),
    (
        GraphFormat::Dot,
        "/* é */ strict digraph \"g\" {\n  node [color=red];\n  subgraph cluster_a { a; b [w=1.5] }\n  a:p:n -> {b c} -> 1 [weight=2, label=\"x\\\"y\"];\n  d [label=<<b>h</b>>]; // end\n}\n",
    ),
    (
        GraphFormat::MatrixMarket,
        "%%MatrixMarket matrix coordinate real general\n% é\n3 3 2\n1 2 0.5\n3 1 -2\n",
    ),
    (
        GraphFormat::BibTex,
        "A note.\n@string{j = \"J. é\"}\n@article{a, title = {On {G}r\\'aphs}, author = \"B, C and D\", year = 1999, journal = j # { x}, cites = {b, c}}\n@misc(b, title = \"x\")\n",
    ),
];

fn sample(format: GraphFormat) -> &'static str {
    SAMPLES.iter().find(|(of, _)| *of == format).unwrap().1
}

/// Where a file is wrong; it has to be.
fn place(format: GraphFormat, text: impl AsRef<[u8]>) -> (u64, u64) {
    let error = read(format, text.as_ref()).map(|_| ()).unwrap_err();
    let Position { line, column } = error.position().unwrap_or_else(|| panic!("{format}: {error}"));
    (line, column)
}

#[test]
fn samples_are_read() {
    for (format, text) in SAMPLES {
        let document = read(format, text).unwrap_or_else(|error| panic!("{error}"));
        assert!(document.edges.len() + document.nodes.len() > 2, "{format}");
    }
}

#[test]
fn cut_files_are_read_in_part_or_refused_with_a_place() {
    for (format, text) in SAMPLES {
        for end in 0..text.len() {
            if let Err(error) = read(format, &text.as_bytes()[..end]) {
                let has_place = error.position().is_some() || matches!(error, FormatError::Document(_));
                assert!(has_place, "{format} {end}: {error}");
            }
        }
    }
    let closed =
        [GraphFormat::NodeLink, GraphFormat::GraphMl, GraphFormat::Gexf, GraphFormat::Gml, GraphFormat::Dot];
    for format in closed {
        let text = sample(format).trim_end();
        assert!(read(format, &text[..text.len() - 1]).is_err(), "{format}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_where_they_are() {
    for (format, text) in SAMPLES {
        let place_of_letter = text.find('é').unwrap_or_else(|| panic!("{format}"));
        let mut bytes = text.as_bytes().to_vec();
        bytes[place_of_letter + 1] = b'x';
        let is_note = matches!(format, GraphFormat::Dot);
        match read(format, &bytes) {
            Ok(_) => assert!(is_note, "{format}"),
            Err(error) => {
                let line = text[..place_of_letter].matches('\n').count() as u64 + 1;
                assert_eq!(error.position().map(|position| position.line), Some(line), "{format}: {error}");
            }
        }
    }
}

#[test]
fn mistakes_are_placed_by_line_and_character() {
    let cases = [
        (GraphFormat::Csv, "source,target,weight\n1,2,3\n1,2,inf\n", (3, 5)),
        (GraphFormat::Csv, "1,2,3\né,2,x\n", (2, 5)),
        (GraphFormat::Csv, "source,target\n1\n", (2, 2)),
        (GraphFormat::Csv, "source,target\n1,\"2\"x\n", (2, 6)),
        (GraphFormat::Csv, "source,target\n1,\"2\n\n", (2, 1)),
        (GraphFormat::EdgeList, "1 2\n1  é  {'a': }\n", (2, 13)),
        (GraphFormat::EdgeList, "1 2\n  1\n", (2, 4)),
        (GraphFormat::NodeLink, "{\"nodes\": [],\n \"links\": [{\"source\": 1}]}", (2, 25)),
        (
            GraphFormat::NodeLink,
            "{\"nodes\": [{\"id\": 1}],\n\"links\": [\n{\"source\": 1, \"target\": 2}]}",
            (3, 2),
        ),
        (
            GraphFormat::GraphMl,
            "<graphml>\n<graph edgedefault=\"directed\">\n  <node/></graph></graphml>",
            (3, 3),
        ),
        (GraphFormat::GraphMl, "<graphml>\n<graph edgedefault=\"directed\"><é></graph></graphml>", (2, 31)),
        (GraphFormat::Gexf, "<gexf>\n <graph><edges><edge source=\"1\"/></edges></graph></gexf>", (2, 16)),
        (GraphFormat::Gml, "graph [\n  node [ id 1 ]\n  edge [ source 1 target 2 ]\n]", (3, 3)),
        (GraphFormat::Gml, "graph [\n  node [ id x ]\n]", (2, 13)),
        (GraphFormat::Pajek, "*Vertices 2\n*Arcs\n1 3\n", (3, 1)),
        (GraphFormat::Dot, "graph {\n  a -> b\n}", (2, 5)),
        (GraphFormat::Dot, "graph {\n  a [b=]\n}", (2, 8)),
        (GraphFormat::MatrixMarket, "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 3 1\n", (3, 1)),
        (GraphFormat::BibTex, "@misc{a,\n  title {x}}\n", (2, 9)),
    ];
    for (format, text, expected) in cases {
        assert_eq!(place(format, text), expected, "{format}\n{text}");
    }
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    let cases = [
        (GraphFormat::Csv, "1,2,nan\n"),
        (GraphFormat::Tsv, "source\ttarget\tweight\n1\t2\tNaN\n"),
        (GraphFormat::EdgeList, "1 2 1e999\n"),
        (GraphFormat::EdgeList, "1 2 {'weight': inf}\n"),
        (
            GraphFormat::GraphMl,
            "<graphml><key id=\"w\" attr.type=\"double\"/><graph edgedefault=\"directed\"><node id=\"1\"><data key=\"w\">NaN</data></node></graph></graphml>",
        ),
        (
            GraphFormat::Gexf,
            "<gexf><graph><edges><edge source=\"1\" target=\"2\" weight=\"NaN\"/></edges></graph></gexf>",
        ),
        (GraphFormat::Gml, "graph [ node [ id 1 weight NAN ] ]"),
        (GraphFormat::Gml, "graph [ node [ id 1 weight +INF ] ]"),
        (GraphFormat::Pajek, "*Vertices 2\n*Arcs\n1 2 inf\n"),
        (GraphFormat::MatrixMarket, "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 nan\n"),
    ];
    for (format, text) in cases {
        let error = read(format, text).unwrap_err();
        assert!(matches!(error, FormatError::NotFinite { .. }), "{format}: {error}");
    }
    for number in ["NaN", "1e999", "-Infinity"] {
        let text = format!("{{\"nodes\": [],\n\"links\": [{{\"weight\": {number}}}]}}");
        assert_eq!(place(GraphFormat::NodeLink, text).0, 2);
    }
}

#[test]
fn document_types_and_entities_are_refused() {
    let laughs = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;\">]>\n<graphml>&b;</graphml>";
    for format in [GraphFormat::GraphMl, GraphFormat::Gexf] {
        let error = read(format, laughs).unwrap_err();
        assert!(matches!(error, FormatError::Unsupported { .. }), "{error}");
        assert_eq!(place(format, laughs), (2, 1));
    }
    let entity = "<graphml><graph edgedefault=\"directed\"><node id=\"&b;\"/></graph></graphml>";
    assert_eq!(place(GraphFormat::GraphMl, entity), (1, 40));
}

#[test]
fn deep_nesting_is_refused() {
    let many = 200_000;
    let cases = [
        (GraphFormat::EdgeList, format!("1 2 {{'a': {}", "[".repeat(many))),
        (GraphFormat::NodeLink, format!("{{\"nodes\": [{{\"a\": {}", "[".repeat(many))),
        (GraphFormat::NodeLink, format!("{{\"x\": {}", "{\"a\":".repeat(many))),
        (GraphFormat::GraphMl, format!("<graphml>{}", "<desc>".repeat(many))),
        (GraphFormat::Gexf, format!("<gexf><graph>{}", "<nodes><node id=\"1\">".repeat(many))),
        (GraphFormat::Gml, format!("graph [ {}", "a [ ".repeat(many))),
        (GraphFormat::Gml, "a [ ".repeat(many)),
        (GraphFormat::Dot, format!("graph {{ {}", "{ ".repeat(many))),
        (GraphFormat::Dot, format!("graph {{ a [b={}", "<".repeat(many))),
        (GraphFormat::BibTex, format!("@misc{{a, b = {}", "{".repeat(many))),
    ];
    for (format, text) in cases {
        assert!(read(format, text).is_err(), "{format}");
    }
}

#[test]
fn counts_in_headers_take_no_memory() {
    let cases = [
        (
            GraphFormat::MatrixMarket,
            "%%MatrixMarket matrix coordinate real general\n999999999999 999999999999 1\n1 2 1\n",
        ),
        (
            GraphFormat::MatrixMarket,
            "%%MatrixMarket matrix coordinate real general\n99999999 99999999 1\n1 2 1\n",
        ),
        (
            GraphFormat::MatrixMarket,
            "%%MatrixMarket matrix coordinate pattern general\n2 2 99999999999\n1 2\n",
        ),
        (GraphFormat::Pajek, "*Vertices 99999999999\n*Arcs\n1 2\n"),
        (GraphFormat::Pajek, "*Vertices 99999999\n*Arcs\n1 2\n"),
        (GraphFormat::MatrixMarket, "%%MatrixMarket matrix coordinate real general\n-1 -1 1\n"),
        (GraphFormat::MatrixMarket, "%%MatrixMarket matrix coordinate real general\n1e9 1e9 1\n"),
    ];
    for (format, text) in cases {
        assert!(read(format, text).is_err(), "{text}");
    }
}

#[test]
fn small_files_do_not_grow_without_bound() {
    let names = |letter: char| (0..5000).map(|name| format!("{letter}{name} ")).collect::<Vec<_>>().concat();
    let long = "x".repeat(100_000);
    let doubled = (1..60)
        .map(|place| format!("@string{{a{place} = a{} # a{}}}", place - 1, place - 1))
        .collect::<Vec<_>>()
        .concat();
    let nodes = (0..5000).map(|node| format!("<node id=\"{node}\"/>")).collect::<Vec<_>>().concat();
    let cases = [
        (GraphFormat::Dot, format!("graph {{ {{ {} }} -- {{ {} }} }}", names('a'), names('b'))),
        (GraphFormat::Dot, format!("graph {{ node [a={long}] {} }}", names('a'))),
        (GraphFormat::Dot, format!("graph {{ edge [a={long}] {} }}", "a -- b; ".repeat(5000))),
        (GraphFormat::Dot, format!("graph {{ subgraph {long} {{ {} }} }}", names('a'))),
        (GraphFormat::BibTex, format!("@string{{a0 = \"text\"}}{doubled}")),
        (
            GraphFormat::GraphMl,
            format!(
                "<graphml><key id=\"d\"><default>{long}</default></key><graph edgedefault=\"directed\">{nodes}</graph></graphml>"
            ),
        ),
        (
            GraphFormat::Gexf,
            format!(
                "<gexf><graph><attributes class=\"node\"><attribute id=\"0\"><default>{long}</default></attribute></attributes><nodes>{nodes}</nodes></graph></gexf>"
            ),
        ),
    ];
    for (format, text) in cases {
        let error = read(format, text).unwrap_err();
        assert!(
            matches!(error, FormatError::TooLarge { .. } | FormatError::Malformed { .. }),
            "{format}: {error}"
        );
    }
}

#[test]
fn hypersparse_matrix_is_read_within_its_limit() {
    let text = "%%MatrixMarket matrix coordinate pattern general\n20 20 2\n1 2\n20 7\n";
    let with = |counted_nodes| ReadOptions {
        limits: Limits { counted_nodes, ..Limits::default() },
        ..ReadOptions::default()
    };
    let few = read_with(GraphFormat::MatrixMarket, text, &with(16)).unwrap();
    let many = read_with(GraphFormat::MatrixMarket, text, &with(20)).unwrap();
    assert_eq!((few.nodes.len(), many.nodes.len()), (20, 20));
    assert!(read_with(GraphFormat::MatrixMarket, text, &with(15)).is_err());
}

#[test]
fn endless_input_ends_at_the_limit() {
    let limits = Limits { text_bytes: 100_000, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    for (format, text) in SAMPLES {
        for byte in [b'a', b'"', b'{', b'(', b'[', b'<', b' ', b'1', b','] {
            for end in [0, text.len() / 2, text.len()] {
                let head = &text.as_bytes()[..end];
                let mut input = head.chain(io::repeat(byte).take(3_000_000));
                // Nothing of it may take long or all memory; some of it is a graph.
                let _ = format::read_document(format, &mut input, &options, &Watch::unbounded());
            }
        }
        let mut input = text.as_bytes()[..text.len() / 2].chain(io::repeat(b'a').take(3_000_000));
        let outcome = format::read_document(format, &mut input, &options, &Watch::unbounded());
        assert!(outcome.is_err(), "{format}");
    }
}

#[test]
fn more_than_the_limits_is_refused() {
    let limits = |nodes, edges, names| ReadOptions {
        limits: Limits { nodes, edges, names, ..Limits::default() },
        ..ReadOptions::default()
    };
    for (format, text) in SAMPLES {
        assert!(read_with(format, text, &limits(100, 100, 100)).is_ok());
        let refused = read_with(format, text, &limits(100, 0, 100)).unwrap_err();
        assert!(
            matches!(refused, FormatError::TooLarge { what: "edges", limit: 0, .. }),
            "{format}: {refused}"
        );
    }
    let refused = read_with(GraphFormat::Gml, sample(GraphFormat::Gml), &limits(1, 9, 9)).unwrap_err();
    assert!(matches!(refused, FormatError::TooLarge { what: "nodes", limit: 1, .. }));
    let refused =
        read_with(GraphFormat::NodeLink, sample(GraphFormat::NodeLink), &limits(9, 9, 0)).unwrap_err();
    assert!(matches!(refused, FormatError::TooLarge { limit: 0, .. }), "{refused}");
}

#[test]
fn cancelled_reading_stops() {
    let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let text = "1 2\n".repeat(10_000);
    for format in [GraphFormat::EdgeList, GraphFormat::AdjacencyList] {
        let outcome = format::read_document(format, &mut text.as_bytes(), &ReadOptions::default(), &watch);
        assert!(matches!(outcome, Err(FormatError::Graph(_))));
    }
}

#[test]
fn failing_input_is_an_error_of_its_own() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    for format in GraphFormat::ALL {
        let mut input = sample(format).as_bytes()[..10].chain(Broken);
        let outcome = format::read_document(format, &mut input, &ReadOptions::default(), &Watch::unbounded());
        let Err(FormatError::Io(error)) = outcome else { panic!("{format}: {outcome:?}") };
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_files_never_panic(
        index in 0..SAMPLES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..6),
    ) {
        let (format, text) = SAMPLES[index];
        let mut bytes = text.as_bytes().to_vec();
        for (place, byte, change) in changes {
            let at = place.index(bytes.len());
            match change {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => {}
            }
        }
        if let Ok(document) = read(format, &bytes) {
            prop_assert_eq!(document.validate(), Ok(()));
        }
    }
}
