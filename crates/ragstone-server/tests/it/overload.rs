//! More requests than the server is told to work on at once.

use reqwest::header::RETRY_AFTER;
use serde_json::json;

use crate::cli::ragstone;
use crate::drain::Unfinished;
use crate::operations::operations;
use crate::server::Server;

#[test]
fn what_is_too_much_is_refused_with_a_time_to_come_back() {
    let data = tempfile::tempdir().expect("folder");
    let mut command = ragstone(data.path());
    command
        .arg("serve")
        .env("RAGSTONE_OVERLOAD__MAX_REQUESTS", "1")
        .env("RAGSTONE_OVERLOAD__MIN_REQUESTS", "1");
    let mut server = Server::spawn(data.path(), &mut command);
    let port = operations(&mut server, None);
    let search = json!({ "query": "albatross" });
    let held = Unfinished::begin(&server);

    let refused = server.http.post("/api/v1/search", &search);
    assert_eq!(refused.problem(), (503, "unavailable".to_owned()));
    let wait: u64 = refused.headers[RETRY_AFTER].to_str().expect("text").parse().expect("seconds");
    assert!((1..=2).contains(&wait), "{wait}");
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    assert_eq!(server.http.post("/mcp", &message).problem().0, 503);
    for path in ["/health/live", "/health/ready", "/health/startup"] {
        assert_eq!(server.http.get(path).status, 200, "{path}");
    }
    let page = port.get("/metrics").body;
    assert!(page.contains("ragstone_requests_shed_total{priority=\"high\"} 2\n"), "{page}");
    let deep = port.get("/health/deep").ok();
    let checks = deep["checks"].as_array().expect("checks");
    let admission = checks.iter().find(|check| check["name"] == "admission").expect("admission");
    assert_eq!(admission["facts"], json!({ "limit": 1, "running": 1, "refused": 2, "is_shedding": true }));

    let answer = held.finish();
    assert!(answer.contains("HTTP/1.1 201"), "{answer}");
    server.http.post("/api/v1/search", &search).ok();
    let output = server.stop();
    assert!(output.contains("requests are refused"), "{output}");
}
