//! A server whose Redis wants TLS and a client certificate, both from an authority of one's own.

use std::path::Path;
use std::process::Command;

use ragstone_testkit::authority::Authority;
use ragstone_testkit::process::{RedisServer, free_port};
use serde_json::{Value, json};

use crate::cli::ragstone;
use crate::data::skip;
use crate::operations::operations;
use crate::server::Server;

const DOCUMENTS: &str = "/api/v1/collections/default/documents";

/// A Redis that answers over TLS alone, and only those whom its authority has signed.
struct Bench {
    authority: Authority,
    redis: RedisServer,
}

impl Bench {
    /// `None` without the programs, which is reported.
    fn start(test: &str) -> Option<Self> {
        for (program, word) in [("redis-server", "--version"), ("openssl", "version")] {
            if !Command::new(program).arg(word).output().is_ok_and(|output| output.status.success()) {
                skip(test, &format!("{program} is not installed"));
                return None;
            }
        }
        let authority = Authority::create();
        let port = free_port().expect("a port");
        let file = |name: &str| authority.path(name).display().to_string();
        let (certificate, key, ca) = (file("server.crt"), file("server.key"), file("ca.crt"));
        let tls_port = port.to_string();
        let options = [
            ["--port", "0"],
            ["--tls-port", &tls_port],
            ["--tls-cert-file", &certificate],
            ["--tls-key-file", &key],
            ["--tls-ca-cert-file", &ca],
            ["--tls-auth-clients", "yes"],
        ];
        let redis = RedisServer::start_at(port, options.as_flattened());
        Some(Self { authority, redis })
    }

    /// A command that knows the Redis and these of its certificates.
    fn command(&self, data: &Path, ca: &Path, shows_certificate: bool) -> Command {
        let mut command = ragstone(data);
        command
            .env("RAGSTONE_REDIS__URL", format!("rediss://localhost:{}", self.redis.port()))
            .env("RAGSTONE_REDIS__CA_FILE", ca);
        if shows_certificate {
            command
                .env("RAGSTONE_REDIS__CLIENT_CERTIFICATE_FILE", self.authority.path("client.crt"))
                .env("RAGSTONE_REDIS__CLIENT_KEY_FILE", self.authority.path("client.key"));
        }
        command
    }
}

/// What `doctor` says of Redis: whether it can be used, and why not.
fn diagnosis(command: &mut Command) -> (bool, String) {
    let output = command.args(["doctor", "--json"]).output().expect("runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let checks = report.as_array().or_else(|| report["checks"].as_array()).expect("checks");
    let redis = checks.iter().find(|check| check["name"] == "redis").expect("a check of redis");
    (redis["is_ok"] == json!(true), redis["finding"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn answers_are_shared_through_a_redis_that_wants_a_certificate() {
    let test = "redis_tls::answers_are_shared_through_a_redis_that_wants_a_certificate";
    let Some(bench) = Bench::start(test) else { return };
    let data = tempfile::tempdir().expect("folder");
    let ca = bench.authority.path("ca.crt");
    let mut server = Server::spawn(data.path(), bench.command(data.path(), &ca, true).arg("serve"));
    server.http.put(DOCUMENTS, &json!({ "external_id": "a", "text": "Terns dive." })).ok();
    server.http.catch_up();
    assert_eq!(server.http.search("terns").len(), 1);
    let port = operations(&mut server, None);
    let deep = port.get("/health/deep").ok();
    let checks = deep["checks"].as_array().expect("checks");
    let is_up = |name: &str| checks.iter().any(|check| check["name"] == name && check["is_up"] == true);
    assert!(is_up("redis"), "{deep}");
    let page = port.get("/metrics").body;
    let pool = r#"ragstone_pool_connections{backend="redis",pool="commands",state="max"} 8"#;
    assert!(page.lines().any(|line| line == pool), "{page}");
    let waits = r#"ragstone_pool_acquire_duration_seconds_count{backend="redis",pool="commands"} "#;
    let waits = page.lines().find_map(|line| line.strip_prefix(waits)).expect("counted");
    assert!(waits.parse::<u64>().is_ok_and(|count| count > 0), "{page}");
    server.stop();
}

#[test]
fn doctor_tells_a_wrong_authority_and_a_missing_certificate_from_a_good_one() {
    let test = "redis_tls::doctor_tells_a_wrong_authority_and_a_missing_certificate_from_a_good_one";
    let Some(bench) = Bench::start(test) else { return };
    let data = tempfile::tempdir().expect("folder");
    let (ca, other) = (bench.authority.path("ca.crt"), Authority::create());
    let (is_ok, finding) = diagnosis(&mut bench.command(data.path(), &ca, true));
    assert!(is_ok && finding.starts_with("Redis "), "{finding}");
    let (is_ok, _) = diagnosis(&mut bench.command(data.path(), &ca, false));
    assert!(!is_ok, "it shows no certificate");
    let (is_ok, finding) = diagnosis(&mut bench.command(data.path(), &other.path("ca.crt"), true));
    assert!(!is_ok && finding.contains("TLS handshake"), "{finding}");

    // What is no certificate at all is refused at start.
    let key = bench.authority.path("client.key");
    let missing = data.path().join("no.crt");
    for (ca, code) in [(key, 2), (missing, 5)] {
        let output = bench.command(data.path(), &ca, true).arg("serve").output().expect("runs");
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
