//! Graphs are made, looked into, analysed and drawn.

use ragstone_core::Scope;
use ragstone_mcp::McpConfig;
use serde_json::json;

use crate::workbench::{Workbench, call};

async fn towns() -> Workbench {
    let bench = Workbench::new().await;
    bench.ok("create_graph", json!({ "name": "towns", "description": "roads" })).await;
    let edges = json!([
        { "source": 1, "target": "1", "attributes": { "km": 3 } },
        { "source": "1", "target": "bath", "attributes": { "km": 4.5 } },
    ]);
    let receipt = bench.ok("change_graph", json!({ "graph": "towns", "add_edges": edges })).await;
    assert_eq!((&receipt["graph"]["version"], &receipt["edges"]["added"]), (&json!(1), &json!(2)));
    bench
}

#[tokio::test]
async fn a_graph_is_listed_and_looked_into() {
    let bench = towns().await;
    let listed = bench.ok("list_graphs", json!({})).await;
    assert_eq!((&listed["graphs"][0]["name"], &listed["graphs"][0]["nodes"]), (&json!("towns"), &json!(3)));
    let schema = bench.ok("read_graph", json!({ "graph": "towns" })).await;
    assert_eq!(schema["schema"]["edges"]["properties"][0]["name"], "km");
    let nodes = bench.ok("read_graph", json!({ "graph": "towns", "find": "nodes", "limit": 2 })).await;
    assert_eq!((&nodes["nodes"][1]["key"], &nodes["next_offset"]), (&json!("1"), &json!(2)));
    let rest = json!({ "graph": "towns", "find": "nodes", "offset": 2 });
    let rest = bench.ok("read_graph", rest).await;
    assert_eq!((&rest["nodes"][0]["key"], rest.get("next_offset")), (&json!("bath"), None));
    let far = json!([{ "attribute": "km", "op": "gt", "value": 4 }]);
    let far = bench.ok("read_graph", json!({ "graph": "towns", "find": "edges", "conditions": far })).await;
    assert_eq!((&far["total"], &far["edges"][0]["target"]), (&json!(1), &json!("bath")));
    let near = json!({ "graph": "towns", "find": "neighbors", "keys": ["1"] });
    assert_eq!(bench.ok("read_graph", near).await["total"], 2);
    for wrong in [
        json!({ "graph": "towns", "find": "neighbors" }),
        json!({ "graph": "towns", "find": "edges", "keys": [1] }),
        json!({ "graph": "towns", "keys": [1] }),
        json!({ "graph": "towns", "limit": 1 }),
    ] {
        assert_eq!(bench.refused("read_graph", wrong).await.0, "invalid_argument");
    }
}

#[tokio::test]
async fn algorithms_are_listed_run_and_refused_with_advice() {
    let bench = towns().await;
    let known = bench.ok("analyze_graph", json!({})).await;
    assert!(known["algorithms"].as_array().expect("algorithms").len() > 80);
    let way = json!({ "source": 1, "target": "bath", "weight": "km" });
    let way = json!({ "graph": "towns", "algorithm": "shortest-path", "parameters": way });
    let way = bench.ok("analyze_graph", way).await;
    assert_eq!(way["report"]["rows"][0]["nodes"], json!([1, "1", "bath"]));
    let rank = json!({ "graph": "towns", "algorithm": "pagerank", "limit": 1 });
    let rank = bench.ok("analyze_graph", rank).await;
    assert_eq!((&rank["report"]["total"], &rank["report"]["rows"][0]["node"]), (&json!(3), &json!("1")));
    assert_eq!(rank["next_offset"], 1);
    for wrong in [
        json!({ "graph": "towns", "algorithm": "pagerank", "limit": 0 }),
        json!({ "graph": "towns", "algorithm": "pagerank", "parameters": { "algorithm": "katz" } }),
        json!({ "graph": "towns" }),
    ] {
        assert_eq!(bench.refused("analyze_graph", wrong).await.0, "invalid_argument");
    }
    let wrong = json!({ "graph": "towns", "algorithm": "page-rank" });
    let (reason, text) = bench.refused("analyze_graph", wrong).await;
    assert_eq!(reason, "invalid_argument");
    assert!(text.contains("pagerank"), "{text}");
}

#[tokio::test]
async fn a_picture_comes_as_an_image() {
    let bench = towns().await;
    let result = bench
        .call("draw_graph", json!({ "graph": "towns", "picture": { "width": 200, "height": 150 } }))
        .await;
    assert_eq!(result["structuredContent"]["version"], 1);
    let image = result["content"].as_array().expect("content").iter().find(|block| block["type"] == "image");
    let image = image.expect("an image");
    assert_eq!(image["mimeType"], "image/png");
    assert!(image["data"].as_str().is_some_and(|data| data.starts_with("iVBORw0KGgo")));
    let huge = json!({ "graph": "towns", "picture": { "width": 100_000 } });
    assert_eq!(bench.refused("draw_graph", huge).await.0, "invalid_argument");
}

#[tokio::test]
async fn a_call_makes_one_kind_of_change() {
    let bench = towns().await;
    let several = json!({ "graph": "towns", "add_nodes": [{ "key": 5 }], "remove_nodes": [1] });
    for wrong in [several, json!({ "graph": "towns" })] {
        assert_eq!(bench.refused("change_graph", wrong).await.0, "invalid_argument");
    }
    let removed = bench.ok("change_graph", json!({ "graph": "towns", "remove_nodes": [1] })).await;
    assert_eq!((&removed["nodes"]["removed"], &removed["edges"]["removed"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn readers_cannot_change_graphs() {
    let bench = towns().await;
    let router = bench.seen_with(McpConfig::default(), Scope::Read);
    let change = json!({ "graph": "towns", "remove_nodes": [1] });
    let refused = call(&router, "change_graph", change).await;
    assert_eq!(refused["_meta"]["ragstone/error"]["reason"], "permission_denied", "{refused}");
    assert_eq!(bench.ok("list_graphs", json!({})).await["graphs"][0]["nodes"], 3);
}
