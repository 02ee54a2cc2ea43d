//! Search by meaning with a model that another server runs, and what happens while it is away.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use ragstone_testkit::process::{OwnedProcess, free_port, wait_until};
use serde_json::{Value, json};

use crate::cli::{ragstone, run};
use crate::meaning::{PASSAGES, QUESTION, ingest, model, python};
use crate::server::Server;

/// Speaks the protocol of `/v1/embeddings`, with the vectors that the reference computes.
const SERVER: &str = r#"
import contextlib, io, json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

reference, folder, port = sys.argv[1:]
# The reference answers one question and ends; its functions are kept.
sys.stdin, model = io.StringIO(json.dumps({"folder": folder, "texts": [], "pooling": "mean", "most": 256})), {}
with contextlib.redirect_stdout(io.StringIO()):
    exec(open(reference).read(), model)


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path != "/v1/embeddings" or self.headers["authorization"] != "Bearer sesame":
            self.send_error(401)
            return
        data = [{"index": index, "embedding": model["embed"](text)} for index, text in enumerate(asked["input"])]
        body = json.dumps({"object": "list", "model": asked["model"], "data": data}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


HTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
"#;
const REFERENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ragstone-models/tests/it/reference.py");
const PATIENCE: Duration = Duration::from_secs(30);

fn serve(python: &Path, model: &Path, port: u16) -> OwnedProcess {
    let mut command = Command::new(python);
    command.args(["-c", SERVER, REFERENCE]).arg(model).arg(port.to_string());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let process = OwnedProcess::spawn(&mut command).expect("starts");
    wait_until(PATIENCE, || TcpStream::connect(("127.0.0.1", port)).is_ok()).expect("listens");
    process
}

fn configure(data: &Path, port: u16, dimensions: usize, key: &str) -> Command {
    let key_file = data.join("model.key");
    std::fs::write(&key_file, key).expect("written");
    let mut command = ragstone(data);
    command
        .env("RAGSTONE_REMOTE_MODEL__URL", format!("http://127.0.0.1:{port}/v1"))
        .env("RAGSTONE_REMOTE_MODEL__NAME", "all-MiniLM-L6-v2")
        .env("RAGSTONE_REMOTE_MODEL__DIMENSIONS", dimensions.to_string())
        .env("RAGSTONE_REMOTE_MODEL__MAX_TOKENS", "256")
        .env("RAGSTONE_REMOTE_MODEL__KEY_FILE", key_file);
    command
}

fn ask(server: &Server, query: &str) -> Value {
    server.http.post("/api/v1/search", &json!({ "query": query, "mode": "hybrid" })).ok()
}

fn is_by_keyword(answer: &Value) -> bool {
    answer["degraded"][0]["leg"] == "semantic"
}

#[test]
fn a_model_on_a_server_is_used_missed_and_used_again() {
    const TEST: &str = "remote_model::a_model_on_a_server_is_used_missed_and_used_again";
    let (Some(python), Some(model)) = (python(TEST), model(TEST)) else { return };
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let data = data.path();
    ingest(data, folder.path());
    let port = free_port().expect("a port");
    let mut process = serve(&python, &model, port);
    let doctor = configure(data, port, 384, "sesame").arg("doctor").output().expect("runs");
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.status.success() && said.contains("model: all-MiniLM-L6-v2 at http://"), "{said}");

    let server = Server::spawn(data, configure(data, port, 384, "sesame").arg("serve"));
    wait_until(PATIENCE, || ask(&server, QUESTION)["hits"][0]["text"] == PASSAGES[0]).expect("is embedded");
    process.kill();
    let answer = ask(&server, "the glacier");
    assert!(is_by_keyword(&answer) && answer["hits"][0]["text"] == PASSAGES[1], "{answer}");
    let _process = serve(&python, &model, port);
    // Each question is a new one, so that no answer is a kept one.
    let mut number = 0;
    let is_back = || {
        number += 1;
        !is_by_keyword(&ask(&server, &format!("glacier {number}")))
    };
    wait_until(PATIENCE, is_back).expect("is asked again");
    server.stop();
}

#[test]
fn a_model_of_other_dimensions_or_a_refused_key_leaves_keywords_and_is_named() {
    const TEST: &str = "remote_model::a_model_of_other_dimensions_or_a_refused_key";
    let (Some(python), Some(model)) = (python(TEST), model(TEST)) else { return };
    let folder = tempfile::tempdir().expect("folder");
    let port = free_port().expect("a port");
    let _process = serve(&python, &model, port);
    for (dimensions, key, named) in [(512, "sesame", "dimensions"), (384, "other", "refused")] {
        let data = tempfile::tempdir().expect("folder");
        ingest(data.path(), folder.path());
        let doctor = configure(data.path(), port, dimensions, key).arg("doctor").output().expect("runs");
        let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
        assert!(!doctor.status.success() && said.contains("model:") && said.contains(named), "{said}");
        let server = Server::spawn(data.path(), configure(data.path(), port, dimensions, key).arg("serve"));
        let answer = ask(&server, "the glacier");
        assert!(is_by_keyword(&answer) && answer["hits"][0]["text"] == PASSAGES[1], "{answer}");
        server.stop();
    }
}

#[test]
fn settings_that_cannot_be_used_keep_the_server_from_starting() {
    let data = tempfile::tempdir().expect("folder");
    let config = data.path().join("ragstone.toml");
    for (text, named) in [
        ("[remote_model]\nname = \"m\"\n", "remote_model.url"),
        ("[remote_model]\nurl = \"http://h\"\nname = \"m\"\n", "dimensions"),
        (
            "[model]\nfolder = \"/m\"\n[remote_model]\nurl = \"http://h\"\nname = \"m\"\ndimensions = 4\n",
            "remove",
        ),
    ] {
        std::fs::write(&config, text).expect("written");
        let refused = run(data.path(), ["--config", config.to_str().expect("UTF-8"), "search", "x"]);
        assert!(refused.code != 0 && refused.stderr.contains(named), "{refused:?}");
    }
}
