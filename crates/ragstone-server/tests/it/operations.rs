//! The operations port of the real binary: health, metrics, log level, and the end.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use reqwest::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};

use crate::cli::{ragstone, run};
use crate::data::{skip, variable};
use crate::http::Http;
use crate::server::Server;

/// The line that names the address of the port.
const SERVED: &str = "health and metrics are served";

/// A client of the operations port, with or without a token.
pub(crate) fn operations(server: &mut Server, token: Option<&str>) -> Http {
    let line = server.wait_for(SERVED);
    let (_, address) = line.rsplit_once("address=").expect("an address");
    Http::new(&format!("http://{}", address.trim()), token)
}

fn serve(data: &Path, settings: &[(&str, &str)]) -> Server {
    let mut command = ragstone(data);
    command.arg("serve");
    for (name, value) in settings {
        command.env(name, value);
    }
    let mut server = Server::spawn(data, &mut command);
    server.wait_for("Ctrl-C stops the server.");
    server
}

#[test]
fn health_tells_every_store_and_how_far_the_projections_are() {
    let data = tempfile::tempdir().expect("folder");
    let mut server = serve(data.path(), &[]);
    server
        .http
        .put("/api/v1/collections/default/documents", &json!({ "external_id": "a", "text": "Bees." }))
        .ok();
    server.http.catch_up();
    let port = operations(&mut server, None);
    for (path, status) in [("live", "live"), ("startup", "started"), ("ready", "ready")] {
        assert_eq!(port.get(&format!("/health/{path}")).ok()["status"], status);
    }
    let deep = port.get("/health/deep").ok();
    assert_eq!((&deep["status"], &deep["missing"]), (&json!("ready"), &json!([])));
    assert_eq!(deep["version"], env!("CARGO_PKG_VERSION"));
    let check = |name: &str| -> Value {
        let checks = deep["checks"].as_array().expect("checks");
        checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("{name}: {deep}")).clone()
    };
    for (name, is_required) in [
        ("catalog", true),
        ("index", true),
        ("pools", false),
        ("projections", false),
        ("inventory", false),
        ("data-directory", false),
    ] {
        let check = check(name);
        assert_eq!((&check["is_up"], &check["is_required"]), (&json!(true), &json!(is_required)), "{check}");
    }
    assert_eq!(check("projections")["facts"]["chunk-index"]["lag"], 0);
    assert_eq!(check("inventory")["facts"]["documents"], 1);
    assert!(check("data-directory")["facts"]["free_bytes"].as_u64().is_some_and(|free| free > 0));
    // The main port says the same.
    assert_eq!(server.http.get("/health/ready").ok()["status"], "ready");
    server.stop();
}

#[test]
fn metrics_cover_what_was_done_and_pass_promtool() {
    let data = tempfile::tempdir().expect("folder");
    let mut server = serve(data.path(), &[]);
    server
        .http
        .put("/api/v1/collections/default/documents", &json!({ "external_id": "a", "text": "Bees." }))
        .ok();
    server.http.catch_up();
    server.http.search("bees");
    crate::mcp::call(&server.http, "search", &json!({ "query": "bees" }));
    server.http.get("/no/such/path/c4nary");
    let page = operations(&mut server, None).get("/metrics");
    assert_eq!(page.headers[CONTENT_TYPE], "text/plain; version=0.0.4; charset=utf-8");
    let page = page.body;
    for line in [
        r#"ragstone_operations_total{operation="search",transport="rest",outcome="ok"} 2"#,
        r#"ragstone_operations_total{operation="search",transport="mcp",outcome="ok"} 1"#,
        r#"ragstone_operation_duration_seconds_count{operation="documents.put",transport="rest"} 1"#,
        r#"ragstone_mcp_calls_total{tool="search",outcome="ok"} 1"#,
        r#"ragstone_search_stage_duration_seconds_count{stage="keyword_leg"} 3"#,
        r#"ragstone_ingest_stage_duration_seconds_count{stage="store"} 1"#,
        r#"ragstone_documents_ingested_total{effect="created"} 1"#,
        r#"ragstone_http_requests_total{method="GET",route="unmatched",status="404"} 1"#,
        r#"ragstone_projection_lag_sequences{projection="chunk-index"} 0"#,
        r#"ragstone_store_up{backend="catalog"} 1"#,
        r#"ragstone_pool_connections{backend="catalog",pool="writer",state="max"} 1"#,
        r#"ragstone_pool_connections{backend="catalog",pool="readers",state="max"} 4"#,
        "ragstone_ready 1",
        "ragstone_documents 1",
        concat!("ragstone_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
    ] {
        assert!(page.lines().any(|found| found == line), "{line} is missing in\n{page}");
    }
    for name in [
        "ragstone_port_calls_total{",
        r#"ragstone_pool_connections{backend="catalog",pool="writer",state="idle"} "#,
        r#"ragstone_pool_connections{backend="catalog",pool="writer",state="used"} "#,
        r#"ragstone_pool_waiting{backend="catalog",pool="readers"} "#,
        r#"ragstone_pool_acquire_duration_seconds_bucket{backend="catalog",pool="writer",le="0.0005"}"#,
        "process_resident_memory_bytes ",
        "ragstone_data_dir_free_bytes ",
    ] {
        assert!(page.contains(name), "{name} is missing in\n{page}");
    }
    assert!(!page.contains("c4nary"), "{page}");
    check_with_promtool(&page);
    server.stop();
}

fn check_with_promtool(page: &str) {
    let promtool = variable("RAGSTONE_TEST_PROMTOOL").unwrap_or_else(|| "/usr/bin/promtool".into());
    if !promtool.is_file() {
        return skip("operations::promtool", "promtool is not installed (Debian package prometheus)");
    }
    let mut command = Command::new(promtool);
    command.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("promtool starts");
    child.stdin.take().expect("piped").write_all(page.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("ends");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success() && said.is_empty(), "{}\n{page}", String::from_utf8_lossy(&said));
}

#[test]
fn the_log_level_changes_for_the_admin_alone() {
    let data = tempfile::tempdir().expect("folder");
    let mut server = serve(data.path(), &[]);
    let stranger = operations(&mut server, None);
    let token = server.token.clone();
    let admin = operations(&mut server, Some(&token));
    let level = json!({ "filter": "warn,ragstone_rest::access=info" });
    assert_eq!(stranger.put("/log-level", &level).problem(), (401, "unauthenticated".to_owned()));
    assert_eq!(
        admin.put("/log-level", &json!({ "filter": "ragstone=loud" })).problem(),
        (400, "invalid_argument".to_owned())
    );
    assert_eq!(
        admin.put("/log-level", &json!({ "level": "x" })).problem(),
        (400, "invalid_argument".to_owned())
    );
    assert_eq!(admin.put("/log-level", &level).ok(), level);
    assert!(
        stranger.get("/log-level").ok()["filter"]
            .as_str()
            .is_some_and(|filter| filter.contains("access=info"))
    );
    server.http.get("/api/v1/status").ok();
    server.wait_for("request answered");
    server.stop();
}

#[test]
fn a_token_closes_all_but_the_simple_checks() {
    let data = tempfile::tempdir().expect("folder");
    let made = run(data.path(), ["token", "create", "operator"]);
    let (_, hash) = made.stderr.split_once("hash = \"").expect("a hash");
    let (hash, _) = hash.split_once('"').expect("a hash");
    let token = made.text().trim().to_owned();
    let mut server = serve(data.path(), &[("RAGSTONE_OPERATIONS__TOKEN", hash)]);
    let stranger = operations(&mut server, None);
    let operator = operations(&mut server, Some(&token));
    for path in ["/health/live", "/health/startup", "/health/ready"] {
        assert_eq!(stranger.get(path).status, 200, "{path}");
    }
    for path in ["/health/deep", "/metrics", "/log-level"] {
        assert_eq!(stranger.get(path).problem().0, 401, "{path}");
        assert_eq!(operator.get(path).status, 200, "{path}");
    }
    assert_eq!(operator.put("/log-level", &json!({ "filter": "warn" })).status, 200);
    server.stop();
}

#[test]
fn an_address_in_use_is_a_clear_error() {
    let data = tempfile::tempdir().expect("folder");
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("bound").to_string();
    let mut command = ragstone(data.path());
    let output = command
        .args(["serve", "--bind", "127.0.0.1:0"])
        .env("RAGSTONE_OPERATIONS__BIND", &address)
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{said}");
    assert!(said.contains(&address) && said.contains("operations.bind"), "{said}");
}

#[test]
fn a_switched_off_port_is_not_there() {
    let data = tempfile::tempdir().expect("folder");
    let server = serve(data.path(), &[("RAGSTONE_OPERATIONS__ENABLED", "false")]);
    assert_eq!(server.http.get("/health/ready").status, 200);
    let output = server.stop();
    assert!(!output.contains(SERVED), "{output}");
}

#[test]
fn readiness_turns_false_before_the_listener_closes() {
    let data = tempfile::tempdir().expect("folder");
    let mut server = serve(data.path(), &[("RAGSTONE_OPERATIONS__DRAIN_DELAY_MS", "3000")]);
    let port = operations(&mut server, None);
    assert_eq!(port.get("/health/ready").status, 200);
    assert!(!server.http.get("/api/v1/status").headers.contains_key(CONNECTION));
    server.signal("-TERM");
    let not_ready =
        (0..1000).find_map(|_| Some(port.get("/health/ready")).filter(|reply| reply.status == 503));
    assert_eq!(not_ready.expect("turns not ready").json()["status"], "draining");
    // Whoever did not notice yet is served as ever, and asked to leave.
    let late = server.http.get("/api/v1/status");
    assert_eq!((late.status, &late.headers[CONNECTION]), (200, &HeaderValue::from_static("close")));
    assert_eq!(server.http.get("/health/ready").json()["status"], "draining");
    assert_eq!(port.get("/health/live").status, 200);
    let address = server.address().to_owned();
    server.finish();
    assert!(TcpStream::connect(address).is_err());
}
