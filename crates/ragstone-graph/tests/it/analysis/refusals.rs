//! What is refused, and in whose words.

use ragstone_graph::analysis::{Analysis, AnalysisError};
use ragstone_graph::document::{DocumentEdge, DocumentNode};
use ragstone_graph::generation::Generate;
use ragstone_graph::illustration::Illustration;
use ragstone_graph::{Direction, GraphDocument, GraphError, NodeKey, Watch};
use serde_json::{Value, json};

use super::{ask, karate};

/// A triangle of nodes with texts, the last edge of which weighs less than nothing.
fn loaded(direction: Direction) -> GraphDocument {
    let node = |key: NodeKey| DocumentNode { key, attributes: std::iter::empty::<(&str, Value)>().collect() };
    let edge = |source, target, weight: i32| DocumentEdge {
        source,
        target,
        key: None,
        attributes: [("weight", json!(weight))].into_iter().collect(),
    };
    GraphDocument {
        nodes: vec![node("a".into()), node(1.into()), node("1".into())],
        edges: vec![edge(0, 1, 1), edge(1, 2, 1), edge(2, 0, -5)],
        ..GraphDocument::new(direction)
    }
}

#[test]
fn number_and_its_text_are_two_nodes() {
    let subject = loaded(Direction::Directed);
    for (key, expected) in [(json!(1), 1), (json!("1"), 2)] {
        let report = ask(&subject, &json!({"algorithm": "bfs", "source": key})).unwrap();
        let report = serde_json::to_value(&report).unwrap();
        assert_eq!(report["rows"][0], json!({"node": key, "score": 0}), "{expected}");
    }
    let text = serde_json::to_string(&[NodeKey::from(1), NodeKey::from("1")]).unwrap();
    assert_eq!(text, r#"[1,"1"]"#);
    assert_eq!(serde_json::from_str::<Vec<NodeKey>>(&text).unwrap(), [NodeKey::from(1), NodeKey::from("1")]);
}

#[test]
fn unreadable_requests_say_what_there_is() {
    for (request, parts) in [
        (json!([]), vec!["object", "algorithm"]),
        (json!({}), vec!["missing field", "algorithm"]),
        (json!({"algorithm": 1}), vec!["algorithm", "text"]),
        (json!({"algorithm": "bfs"}), vec!["bfs", "missing field", "source"]),
        (json!({"algorithm": "bfs", "source": 1.5}), vec!["bfs.source", "whole number or a text"]),
        (
            json!({"algorithm": "pagerank", "dampening": 1}),
            vec!["dampening", "damping", "iterations", "weight"],
        ),
        (json!({"algorithm": "triangles", "weight": "w"}), vec!["triangles", "weight", "no fields"]),
        (json!({"algorithm": "pagerank", "damping": "x"}), vec!["pagerank.damping", "f64"]),
        (
            json!({"algorithm": "personalized-pagerank", "seeds": [{"node": 1, "share": 2}]}),
            vec!["seeds[0]", "share", "node", "weight"],
        ),
        (json!({"algorithm": "degree", "side": "left"}), vec!["degree.side", "outgoing", "both"]),
    ] {
        let error = Analysis::from_json(request.clone()).unwrap_err();
        assert!(matches!(error, AnalysisError::Unreadable { .. }), "{request}: {error:?}");
        let message = error.to_string();
        assert!(parts.iter().all(|part| message.contains(part)), "{request}: {message}");
        let read = serde_json::from_value::<Analysis>(request).unwrap_err();
        assert_eq!(read.to_string(), message);
    }
}

#[test]
fn unknown_names_are_answered_with_near_ones() {
    let near = |name: &str| match Analysis::from_json(json!({"algorithm": name})).unwrap_err() {
        AnalysisError::Unknown { kind: "algorithm", near, .. } => near,
        other => panic!("{other:?}"),
    };
    for (name, expected) in [
        ("pagernk", "pagerank"),
        ("PageRank", "pagerank"),
        ("page_rank", "pagerank"),
        ("betweeness", "betweenness"),
        ("shortest_path", "shortest-path"),
        ("connected components", "weak-components"),
        ("clustring", "clustering"),
    ] {
        assert!(near(name).contains(&expected), "{name}: {:?}", near(name));
        assert!(near(name).len() <= 5, "{name}");
    }
    assert!(near("zzzzzzzz").is_empty());
    let error = Generate::from_json(json!({"generator": "barabasi"})).unwrap_err();
    assert!(matches!(error, AnalysisError::Unknown { kind: "generator", ref near, .. }
        if near.as_slice() == ["barabasi-albert"]));
}

#[test]
fn refusals_name_parameters_and_keys() {
    let subject = loaded(Direction::Directed);
    for (request, message) in [
        (json!({"algorithm": "bfs", "source": "x"}), "source: there is no node \"x\""),
        (json!({"algorithm": "personalized-pagerank", "seeds": [{"node": 7}]}), "seeds: there is no node 7"),
        (
            json!({"algorithm": "dijkstra", "source": "a", "weight": "length"}),
            "weight: no edge has an attribute \"length\"",
        ),
        (
            json!({"algorithm": "modularity", "attribute": "club"}),
            "attribute: no node has an attribute \"club\"",
        ),
        (
            json!({"algorithm": "dijkstra", "source": "a", "weight": "weight"}),
            "the edge from \"1\" to \"a\" weighs -5: ask for Bellman–Ford",
        ),
        (
            json!({"algorithm": "topological-order"}),
            "the graph has a cycle through \"a\", 1, \"1\": remove one of its edges",
        ),
    ] {
        assert_eq!(ask(&subject, &request).unwrap_err().to_string(), message);
    }
    let cycle = ask(&subject, &json!({"algorithm": "bellman-ford", "source": 1, "weight": "weight"}));
    let cycle = cycle.unwrap_err();
    assert!(matches!(cycle.cause(), Some(GraphError::NegativeCycle { .. })), "{cycle:?}");
    assert!(cycle.to_string().starts_with("a cycle through "), "{cycle}");
}

#[test]
fn parameters_out_of_range_name_the_field() {
    let subject = karate(Direction::Undirected);
    for (request, field) in [
        (json!({"algorithm": "pagerank", "damping": 1.5}), "damping"),
        (json!({"algorithm": "personalized-pagerank"}), "seeds"),
        (json!({"algorithm": "leiden", "resolution": -1}), "resolution"),
        (json!({"algorithm": "k-shortest-paths", "source": 1, "target": 2, "count": 0}), "count"),
        (json!({"algorithm": "similar-nodes", "node": 1, "limit": 0}), "limit"),
        (json!({"algorithm": "percolation", "runs": 0}), "runs"),
        (json!({"algorithm": "betweenness-sampled", "error": 0}), "error"),
        (json!({"algorithm": "a-star", "source": 1, "target": 2, "x": "x", "y": "y", "scale": -1}), "scale"),
    ] {
        let message = ask(&subject, &request).unwrap_err().to_string();
        assert!(message.starts_with(&format!("{field} is ")), "{request}: {message}");
    }
    let generate = Generate::from_json(json!({"generator": "cycle", "nodes": 2})).unwrap();
    let error = generate.run(&Watch::unbounded()).unwrap_err();
    assert!(matches!(error, AnalysisError::OutOfRange { parameter: "nodes", .. }), "{error:?}");
}

#[test]
fn values_of_no_use_name_the_node() {
    let mut subject = karate(Direction::Undirected);
    subject.nodes[4].attributes.insert("age", "old");
    let error =
        ask(&subject, &json!({"algorithm": "numeric-assortativity", "attribute": "age"})).unwrap_err();
    assert!(matches!(
        error,
        AnalysisError::Attribute { parameter: "attribute", key: NodeKey::Integer(5), .. }
    ));
    subject.edges[0].attributes.insert("weight", "heavy");
    let error = ask(&subject, &json!({"algorithm": "pagerank", "weight": "weight"})).unwrap_err();
    assert!(matches!(error, AnalysisError::Document(_)), "{error:?}");
}

#[test]
fn what_is_not_afforded_is_refused_before_it_starts() {
    let subject = karate(Direction::Undirected);
    let analysis = Analysis::from_json(json!({"algorithm": "degree"})).unwrap();
    let poor = Watch::unbounded().with_max_bytes(100);
    let error = analysis.run(&subject, &poor).unwrap_err();
    assert!(matches!(error.cause(), Some(GraphError::TooExpensive { unit: "bytes", .. })), "{error:?}");
    let hasty = Watch::unbounded().with_max_steps(100);
    let error = analysis.run(&subject, &hasty).unwrap_err();
    assert!(matches!(error.cause(), Some(GraphError::TooExpensive { unit: "steps", .. })), "{error:?}");
}

#[test]
fn unknown_fields_of_pictures_are_refused() {
    for (request, parts) in [
        (json!({"zoom": 1}), ["zoom", "layout"]),
        (json!({"layout": {"kind": "force", "speed": 1}}), ["illustration.layout", "speed"]),
        (
            json!({"sizes": {"values": {"from": {"attribute": "age"}, "factor": 2}}}),
            ["illustration.sizes", "factor"],
        ),
        (
            json!({"colours": {"categories": {"analysis": {"algorithm": "leidn"}}}}),
            ["illustration.colours", "near it are leiden"],
        ),
    ] {
        let message = Illustration::from_json(request.clone()).unwrap_err().to_string();
        assert!(parts.iter().all(|part| message.contains(part)), "{request}: {message}");
        assert!(serde_json::from_value::<Illustration>(request.clone()).is_err(), "{request}");
    }
}
