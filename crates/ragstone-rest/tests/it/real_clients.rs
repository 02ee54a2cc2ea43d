//! A client of another code base, over a real socket: tuspy sends a file in parts, and goes on after a restart.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use ragstone_catalog::{SqliteCatalog, SqliteConfig};
use ragstone_core::clock::SequentialIds;
use ragstone_core::{Scope, SystemClock};
use ragstone_engine::EngineConfig;
use ragstone_rest::RestConfig;
use serde_json::{Value, json};

use crate::server::Server;

const PYTHON: &str = "RAGSTONE_TEST_CLIENTS_PYTHON";

/// Sends the file up to an offset, from the beginning or under the address of an upload; prints that address.
const SEND: &str = "
import sys
from tusclient import client
base, bearer, path, stop, url = sys.argv[1:6]
tus = client.TusClient(base + '/api/v1/collections/default/uploads/resumable', headers={'Authorization': bearer})
known = {'url': url} if url else {}
metadata = {'external_id': 'long', 'filename': 'long.txt', 'filetype': 'text/plain', 'title': 'Birds'}
uploader = tus.uploader(path, chunk_size=300000, metadata=metadata, **known)
uploader.upload(stop_at=int(stop) or None)
print(uploader.url, uploader.offset)
";

/// The Python with the client; where it is missing the test is reported as skipped.
#[expect(clippy::disallowed_methods, reason = "the client is told through the environment")]
fn python() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let found = variable(PYTHON).map(PathBuf::from);
    if found.is_none()
        && let Some(report) = variable("RAGSTONE_SKIP_REPORT")
    {
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(report).expect("opens");
        writeln!(file, "ragstone-rest::{test}\t{PYTHON} names no Python with tuspy").expect("writes");
    }
    found
}

/// A server on a port of its own, until the test ends.
async fn serve(folder: &Path, ids: &Arc<SequentialIds>) -> (Server, String, tokio::task::JoinHandle<()>) {
    let path = folder.join("catalog.sqlite");
    let catalog = SqliteCatalog::open(path, SqliteConfig::default(), Arc::new(SystemClock)).await;
    let catalog = Arc::new(catalog.expect("opens"));
    let stores = (catalog.ports(), catalog.job_store(), ids.clone());
    let server = Server::over(stores, RestConfig::default(), EngineConfig::default(), Router::new()).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let app = server.router();
    #[expect(clippy::disallowed_methods, reason = "the test ends the task itself")]
    let task = tokio::spawn(async move { axum::serve(listener, app).await.expect("serves") });
    (server, base, task)
}

async fn send(
    python: &Path,
    base: &str,
    bearer: &str,
    file: &Path,
    stop: usize,
    url: &str,
) -> (String, usize) {
    let mut command = Command::new(python);
    command.args(["-c", SEND, base, bearer]).arg(file).args([stop.to_string().as_str(), url]);
    let output =
        tokio::task::spawn_blocking(move || command.output()).await.expect("joins").expect("starts Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("is text");
    let (url, offset) = text.trim().split_once(' ').expect("two words");
    (url.to_owned(), offset.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tuspy_goes_on_after_a_restart() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("long.txt");
    let text = "Storks clatter with their bills, and terns dive for fish in the bay.\n".repeat(20_000);
    std::fs::write(&file, &text).expect("writes");
    let ids = Arc::default();
    let url = {
        let (server, base, task) = serve(folder.path(), &ids).await;
        let bearer = server.bearer(Scope::Admin);
        let (url, offset) = send(&python, &base, &bearer, &file, 600_000, "").await;
        assert_eq!(offset, 600_000);
        task.abort();
        server.engine.close().await.expect("closes");
        url
    };
    let (server, base, task) = serve(folder.path(), &ids).await;
    let path = url.split_once("/api/").map(|(_, path)| format!("{base}/api/{path}")).expect("a path");
    // The address and the tokens are new ones; the upload is the old one.
    let (_, offset) = send(&python, &base, &server.bearer(Scope::Admin), &file, 0, &path).await;
    assert_eq!(offset, text.len());
    let jobs = server.get("/api/v1/jobs").await.json();
    assert_eq!(jobs["jobs"].as_array().map(Vec::len), Some(1), "{jobs:#}");
    let job = format!("/api/v1/jobs/{}", jobs["jobs"][0]["id"].as_str().expect("an id"));
    let job = server.get(&format!("{job}?wait=keyword_searchable&wait_ms=30000")).await.json();
    assert_eq!(job["stage"], "keyword_searchable", "{job:#}");
    let document = format!("/api/v1/documents/{}", job["result"]["document"].as_str().expect("an id"));
    let document = server.get(&document).await.json();
    assert_eq!((&document["text_len"], &document["title"]), (&Value::from(text.len()), &json!("Birds")));
    task.abort();
}
