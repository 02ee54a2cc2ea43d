//! Earlier versions over HTTP.

use axum::body::Body;
use axum::http::{Method, header};
use ragstone_core::Scope;
use serde_json::{Value, json};

use crate::server::{Reply, Server, anonymous};

const DOCUMENTS: &str = "/api/v1/collections/default/documents";

async fn put(server: &Server, text: &str) -> Value {
    let body = json!({ "external_id": "plan", "title": "Plan", "text": text });
    server.put(DOCUMENTS, body.to_string()).await.json()
}

async fn restore(server: &Server, path: &str, body: Value, tag: Option<&str>) -> Reply {
    let mut request = anonymous(Method::POST, &format!("{path}/restore"))
        .header(header::AUTHORIZATION, server.bearer(Scope::Write))
        .header(header::CONTENT_TYPE, "application/json");
    if let Some(tag) = tag {
        request = request.header(header::IF_MATCH, tag);
    }
    server.send(request.body(Body::from(body.to_string())).expect("request")).await
}

#[tokio::test]
async fn versions_are_listed_read_compared_and_restored() {
    let server = Server::start().await;
    let first = put(&server, "Paint the shed.\n").await;
    put(&server, "Sell the shed.\n").await;
    let path = format!("/api/v1/documents/{}", first["document"].as_str().expect("an id"));

    let listed = server.get(&format!("{path}/versions?page_size=1")).await.json();
    assert_eq!(listed["versions"][0]["version"], 2);
    assert!(listed["versions"][0].get("ended_at").is_none(), "{listed}");
    let cursor = listed["next_cursor"].as_str().expect("there are more");
    let rest = server.get(&format!("{path}/versions?cursor={cursor}")).await.json();
    assert_eq!(
        (&rest["versions"][0]["version"], rest["versions"].as_array().map(Vec::len)),
        (&json!(1), Some(1))
    );
    assert!(rest["versions"][0]["ended_at"].is_string() && rest.get("next_cursor").is_none(), "{rest}");

    let text = server.get(&format!("{path}/versions/1/text")).await.json();
    assert_eq!((&text["text"], &text["version"]), (&json!("Paint the shed.\n"), &json!(1)));
    let diff = server.get(&format!("{path}/versions/1/diff")).await.json();
    assert_eq!((&diff["from"], &diff["to"], &diff["changed"]), (&json!(1), &json!(2), &json!([])));
    assert!(
        diff["unified"].as_str().is_some_and(|text| text.contains("-Paint the shed.\n+Sell the shed.\n"))
    );
    for (path, status) in [("versions/7/text", 404), ("versions/0/text", 400), ("versions/x/diff", 400)] {
        assert_eq!(
            server
                .get(&format!("/api/v1/documents/{}/{path}", first["document"].as_str().expect("id")))
                .await
                .status,
            status,
            "{path}"
        );
    }

    assert_eq!(restore(&server, &path, json!({ "version": 1 }), Some("\"1\"")).await.status, 412);
    assert_eq!(restore(&server, &path, json!({}), None).await.status, 422);
    let restored = restore(&server, &path, json!({ "version": 1 }), Some("\"2\"")).await.json();
    assert_eq!((&restored["effect"], &restored["version"]), (&json!("updated"), &json!(3)));
    let again = restore(&server, &path, json!({ "version": 3 }), None).await.json();
    assert_eq!(again["effect"], "unchanged");
}

#[tokio::test]
async fn a_deleted_document_is_listed_restored_and_purged() {
    let server = Server::start().await;
    let first = put(&server, "Paint the shed.\n").await;
    let path = format!("/api/v1/documents/{}", first["document"].as_str().expect("an id"));
    let deleted = "/api/v1/collections/default/deleted-documents";
    assert_eq!(server.delete(&path).await.status, 200);
    let listed = server.get(deleted).await.json();
    assert_eq!(
        (&listed["versions"][0]["id"], &listed["versions"][0]["title"]),
        (&first["document"], &json!("Plan"))
    );
    assert_eq!(restore(&server, &path, json!({}), None).await.json()["effect"], "created");
    assert_eq!(server.get(deleted).await.json()["versions"], json!([]));

    let purge = async |scope: Scope| {
        let request = anonymous(Method::POST, &format!("{path}/purge"))
            .header(header::AUTHORIZATION, server.bearer(scope))
            .body(Body::empty());
        server.send(request.expect("request")).await
    };
    assert_eq!(purge(Scope::Write).await.status, 403);
    let purged = purge(Scope::Admin).await;
    assert!(purged.json()["sequence"].as_u64() > first["sequence"].as_u64());
    assert_eq!(purge(Scope::Admin).await.status, 404);
    for gone in ["", "/versions", "/versions/1/text"] {
        assert_eq!(server.get(&format!("{path}{gone}")).await.status, 404, "{gone}");
    }
}
