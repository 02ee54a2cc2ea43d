//! Named graphs over HTTP.

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::{Value, json};

use crate::server::{Reply, Server};

const GRAPHS: &str = "/api/v1/graphs";

async fn post(server: &Server, path: &str, body: &Value) -> Reply {
    server.post(&format!("{GRAPHS}{path}"), body.to_string()).await
}

async fn import(server: &Server, path: &str, file: &'static str) -> Reply {
    let request = server.request(Method::PUT, &format!("{GRAPHS}{path}"));
    let request = request.header(header::CONTENT_TYPE, "application/octet-stream");
    server.send(request.body(Body::from(file)).expect("request")).await
}

/// A path of four towns, two of them named by numbers.
async fn towns() -> Server {
    let server = Server::start().await;
    let created = post(&server, "", &json!({ "name": "towns", "description": "roads" })).await;
    assert_eq!((created.status, created.header(header::LOCATION)), (201, "/api/v1/graphs/towns"));
    let change = json!({ "kind": "add_edges", "edges": [
        { "source": 1, "target": "1", "attributes": { "km": 3, "type": "road" } },
        { "source": "1", "target": "bath", "attributes": { "km": 4.5, "type": "road" } },
        { "source": "bath", "target": 2, "attributes": { "km": 1, "type": "river" } },
    ] });
    let receipt = post(&server, "/towns/changes", &json!({ "change": change })).await;
    assert_eq!(receipt.status, 200, "{}", receipt.text());
    let receipt = receipt.json();
    assert_eq!((&receipt["graph"]["version"], &receipt["nodes"]["added"]), (&json!(1), &json!(4)));
    server
}

#[tokio::test]
async fn numbers_and_texts_name_different_nodes() {
    let server = towns().await;
    let query = |find: Value| json!({ "find": find });
    let found = post(&server, "/towns/query", &query(json!({ "kind": "nodes" }))).await.json();
    let keys: Vec<&Value> =
        found["nodes"].as_array().expect("nodes").iter().map(|node| &node["key"]).collect();
    assert_eq!((keys, &found["total"]), (vec![&json!(1), &json!("1"), &json!("bath"), &json!(2)], &json!(4)));
    let near = post(&server, "/towns/query", &query(json!({ "kind": "neighbors", "node": 1 }))).await.json();
    assert_eq!((&near["total"], &near["neighbors"][0]["node"]["key"]), (&json!(1), &json!("1")));
    assert_eq!(near["neighbors"][0]["edge"]["attributes"], json!({ "km": 3, "type": "road" }));
    let long = json!({ "kind": "edges", "filter": { "op": "gt", "attribute": "km", "value": 2 } });
    let long = post(&server, "/towns/query", &query(long)).await.json();
    assert_eq!(long["total"], 2);
    let both = json!({ "op": "and", "filters": [
        { "op": "gt", "attribute": "km", "value": 2 },
        { "op": "not", "filter": { "op": "lt", "attribute": "km", "value": 4 } },
    ] });
    let both = post(&server, "/towns/query", &query(json!({ "kind": "edges", "filter": both }))).await.json();
    assert_eq!(both["edges"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn algorithms_answer_by_the_names_of_nodes() {
    let server = towns().await;
    let analyze =
        async |analysis: Value| post(&server, "/towns/analyses", &json!({ "analysis": analysis })).await;
    let way = analyze(json!({ "algorithm": "shortest-path", "source": 1, "target": 2, "weight": "km" }))
        .await
        .json();
    assert_eq!(way["version"], 1);
    assert_eq!(way["report"]["rows"][0]["nodes"], json!([1, "1", "bath", 2]));
    assert_eq!(way["report"]["rows"][0]["length"], json!(8.5));
    let between = analyze(json!({ "algorithm": "betweenness" })).await.json();
    assert_eq!(between["report"]["rows"][0]["node"], json!("1"));
    let absent = analyze(json!({ "algorithm": "shortest-path", "source": 1, "target": "2" })).await;
    assert_eq!(absent.status, 404);
    assert!(absent.text().contains("\\\"2\\\""), "{}", absent.text());
    for (wrong, told) in [
        (json!({ "algorithm": "pagerang" }), "pagerank"),
        (json!({ "algorithm": "pagerank", "dampening": 1 }), "damping"),
        (json!({ "algorithm": "pagerank", "damping": 2 }), "damping"),
        (json!({ "algorithm": "dijkstra", "source": 1, "weight": "miles" }), "miles"),
    ] {
        let refused = analyze(wrong.clone()).await;
        assert!((400..500).contains(&refused.status), "{wrong}");
        assert!(refused.text().contains(told), "{wrong}: {}", refused.text());
    }
    let known = server.get("/api/v1/graph-algorithms").await.json();
    let names = known["algorithms"].as_array().expect("algorithms").iter().map(|one| &one["name"]);
    assert!(names.clone().any(|name| name == "leiden") && names.count() > 80);
}

#[tokio::test]
async fn an_answer_is_written_to_the_nodes() {
    let server = towns().await;
    let body =
        json!({ "analysis": { "algorithm": "core-numbers" }, "attribute": "core", "expected_version": 1 });
    let written = post(&server, "/towns/annotate", &body).await.json();
    assert_eq!((&written["written_version"], &written["updated"]), (&json!(2), &json!(4)));
    let again = post(&server, "/towns/annotate", &body).await;
    assert_eq!(again.status, 412);
    let schema = server.get("/api/v1/graphs/towns/schema").await.json();
    assert_eq!(schema["nodes"]["properties"][0]["kinds"], json!([{ "kind": "integer", "count": 4 }]));
    let labels = schema["edges"]["labels"].as_array().expect("labels");
    assert_eq!(labels.iter().map(|label| &label["label"]).collect::<Vec<_>>(), ["road", "river"]);
}

#[tokio::test]
async fn a_graph_is_drawn() {
    let server = towns().await;
    let drawn =
        post(&server, "/towns/picture", &json!({ "title": "Towns", "width": 300, "height": 200 })).await;
    assert_eq!((drawn.status, drawn.header(header::CONTENT_TYPE)), (200, "image/svg+xml"));
    assert_eq!(drawn.header("ragstone-graph-version"), "1");
    assert!(drawn.text().starts_with("<svg") || drawn.text().starts_with("<?xml"), "{}", drawn.text());
    assert!(drawn.text().contains("bath"));
    let wrong = post(&server, "/towns/picture", &json!({ "layout": { "kind": "spiral" } })).await;
    assert_eq!(wrong.status, 400);
    assert_eq!(post(&server, "", &json!({ "name": "none" })).await.status, 201);
    let empty = post(&server, "/none/picture", &json!({})).await;
    assert_eq!(empty.problem().reason, "failed_precondition");
}

#[tokio::test]
async fn files_are_read_and_written() {
    let server = towns().await;
    let file = server.get("/api/v1/graphs/towns/file?format=node-link").await;
    assert_eq!(file.header(header::CONTENT_TYPE), "application/json");
    assert!(file.header(header::CONTENT_DISPOSITION).contains("towns.json"));
    let request = server.request(Method::PUT, &format!("{GRAPHS}/copy/file?format=node-link"));
    let copied = server.send(request.body(Body::from(file.text())).expect("request")).await;
    assert_eq!((copied.status, copied.header(header::LOCATION)), (201, "/api/v1/graphs/copy"));
    let again = server.get("/api/v1/graphs/copy/file?format=node-link").await;
    assert_eq!(again.json(), file.json());
    // GML holds 1 beside "1"; an edge list does not.
    assert_eq!(server.get("/api/v1/graphs/towns/file?format=gml").await.status, 200);
    let lossy = server.get("/api/v1/graphs/towns/file?format=edge-list").await;
    assert_eq!(lossy.problem().reason, "failed_precondition");
}

/// Every way in which a file can be wrong ends as a refusal that says where.
#[tokio::test]
async fn what_is_wrong_with_a_file_is_told_with_its_place() {
    let server = Server::start().await;
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE g [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><graphml>&b;</graphml>";
    for (format, file, told) in [
        ("graphml", "<graphml>\n<graph edgedefault='directed'>\n<node/>", "line 3"),
        ("graphml", laughs, "line 1"),
        ("gml", "graph [\n node [ id 1 ]\n edge [ source 1 target 9 ]\n]", "line 3"),
        ("csv", "source,target,weight\n1,2,NaN\n", "line 2"),
        ("edge-list", "1\n", "line 1"),
        ("node-link", "{\"nodes\": [", "line 1"),
        ("graphmal", "", "graphml"),
    ] {
        let refused = import(&server, &format!("/bad/file?format={format}"), file).await;
        assert_eq!(refused.status, 400, "{format}: {}", refused.text());
        assert!(refused.text().contains(told), "{format} {told}: {}", refused.text());
    }
    assert_eq!(server.get(GRAPHS).await.json()["graphs"], json!([]));
}

#[tokio::test]
async fn algorithms_refuse_graphs_that_they_are_not_for() {
    let server = Server::start().await;
    let file = "source,target,weight\na,b,-1\nb,a,2\n";
    assert_eq!(import(&server, "/loop/file?format=csv&directed=true", file).await.status, 201);
    for (analysis, told) in [
        (json!({ "algorithm": "dijkstra", "source": "a", "weight": "weight" }), "bellman"),
        (json!({ "algorithm": "topological-order" }), "cycle"),
    ] {
        let refused = post(&server, "/loop/analyses", &json!({ "analysis": analysis })).await;
        assert_eq!(refused.problem().reason, "failed_precondition", "{analysis}");
        assert!(refused.text().to_lowercase().contains(told), "{analysis}: {}", refused.text());
    }
}

#[tokio::test]
async fn graphs_are_made_renamed_listed_and_deleted() {
    let server = towns().await;
    let generator =
        json!({ "generator": "watts-strogatz", "nodes": 50, "neighbors": 4, "rewired": 0.1, "seed": 7 });
    let content = json!({ "from": "generator", "generator": generator });
    let made = post(&server, "", &json!({ "name": "small-world", "content": content })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["nodes"], 50);
    let ego =
        json!({ "from": "graph", "graph": "towns", "take": { "kind": "ego", "centers": [1], "radius": 2 } });
    let made = post(&server, "", &json!({ "name": "near", "content": ego })).await.json();
    assert_eq!((&made["nodes"], &made["edges"]), (&json!(3), &json!(2)));
    let meant = json!({ "from": "graph", "graph": "towns", "take": { "kind": "copy", "nodes": [1] } });
    assert_eq!(post(&server, "", &json!({ "name": "no", "content": meant })).await.status, 400);
    let told = post(&server, "", &json!({ "name": "no", "directed": true, "content": content })).await;
    assert_eq!(told.status, 400);
    let renamed = post(&server, "/near/rename", &json!({ "name": "around" })).await.json();
    assert_eq!((&renamed["name"], &renamed["version"]), (&json!("around"), &json!(1)));
    let listed = server.get(&format!("{GRAPHS}?page_size=2")).await.json();
    assert_eq!(listed["graphs"][1]["name"], "small-world");
    let cursor = listed["next_cursor"].as_str().expect("a cursor");
    let rest = server.get(&format!("{GRAPHS}?page_size=2&cursor={cursor}")).await.json();
    assert_eq!(rest["graphs"][0]["name"], "towns");
    assert_eq!(server.delete("/api/v1/graphs/around").await.status, 204);
    assert_eq!(server.delete("/api/v1/graphs/around").await.status, 404);
}

#[tokio::test]
async fn a_change_says_what_came_of_it_and_happens_whole_or_not() {
    let server = towns().await;
    let change = async |change: Value| post(&server, "/towns/changes", &json!({ "change": change })).await;
    let half = change(json!({ "kind": "remove_nodes", "nodes": [1, "absent"] })).await;
    assert_eq!(half.status, 404);
    assert_eq!(server.get("/api/v1/graphs/towns").await.json()["nodes"], 4);
    let edited =
        json!({ "kind": "edit_nodes", "nodes": [{ "key": "bath", "set": { "people": [1, null] } }] });
    assert_eq!(change(edited.clone()).await.json()["nodes"]["updated"], 1);
    assert_eq!(change(edited).await.json()["nodes"]["unchanged"], 1);
    let groups = json!([{ "into": "avon", "members": ["bath", 2] }]);
    let contracted = change(json!({ "kind": "contract", "groups": groups, "weight": "km" })).await.json();
    assert_eq!((&contracted["graph"]["nodes"], &contracted["graph"]["edges"]), (&json!(3), &json!(2)));
    let wrong = change(json!({ "kind": "add_nodes", "nodes": [{ "key": 1.5 }] })).await;
    assert_eq!(wrong.status, 400);
    let unknown = change(json!({ "kind": "clear", "nodes": [] })).await;
    assert_eq!(unknown.status, 400);
    let cleared = change(json!({ "kind": "clear" })).await.json();
    assert_eq!((&cleared["nodes"]["removed"], &cleared["graph"]["nodes"]), (&json!(3), &json!(0)));
}
