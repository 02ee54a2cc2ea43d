//! Stores that answer and cannot be used as they are: an error at the start, or an answer, says what is wrong.

use std::path::Path;
use std::process::Output;

use ragstone_testkit::process::{RedisServer, wait_until};
use serde_json::{Value, json};

use super::backends::Backends;
use super::figures::operations;
use super::load::recover;
use super::{DOCUMENTS, RECOVERY};
use crate::cli::{ragstone, run};
use crate::data::skip;
use crate::http::Http;
use crate::postgres::Database;
use crate::server::Server;

/// A check of deep health.
fn check(operations: &Http, name: &str) -> Value {
    let deep = operations.get("/health/deep").json();
    let checks = deep["checks"].as_array().expect("checks");
    checks.iter().find(|check| check["name"] == name).cloned().unwrap_or_else(|| panic!("{name}: {deep}"))
}

#[test]
fn a_redis_that_takes_no_writes_is_named_and_missed_by_nobody() {
    const TEST: &str = "outages::bad_input::redis";
    if !RedisServer::is_installed() {
        return skip(TEST, "Redis is not installed");
    }
    let data = tempfile::tempdir().expect("folder");
    let primary = RedisServer::start(&[]);
    let port = primary.port().to_string();
    let replica = RedisServer::start(&["--replicaof", "127.0.0.1", &port]);
    let is_linked = || replica.command(&["INFO", "replication"]).contains("master_link_status:up");
    wait_until(RECOVERY, is_linked).expect("follows");
    let mut command = ragstone(data.path());
    command.arg("serve").env("RAGSTONE_REDIS__URL", replica.url()).env("RAGSTONE_LOG__FORMAT", "json");
    let mut server = Server::spawn(data.path(), &mut command);
    assert!(server.wait_for("Redis cannot be used").contains("read-only mode"));
    let operations = operations(&mut server);
    recover(&server.http);
    let redis = check(&operations, "redis");
    assert_eq!((&redis["is_up"], &redis["failure"]), (&json!(false), &json!("unavailable")), "{redis}");
    assert_eq!(operations.get("/health/ready").status, 200);

    replica.command(&["REPLICAOF", "NO", "ONE"]);
    wait_until(RECOVERY, || check(&operations, "redis")["is_up"] == true).expect("is used again");
    server.stop();
}

/// The error that PostgreSQL makes of a full disk, made by PostgreSQL.
#[test]
fn a_full_disk_of_postgresql_refuses_writes_and_nothing_else() {
    let Some(database) = Database::create("outages::bad_input::full_disk") else { return };
    let data = tempfile::tempdir().expect("folder");
    let server = database.serve(data.path());
    recover(&server.http);
    let before = server.http.documents("default").len();
    database.run(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
         CREATE TRIGGER full_disk BEFORE INSERT ON document_texts EXECUTE FUNCTION full_disk()",
    );
    let refused = server.http.put(DOCUMENTS, &json!({ "external_id": "full", "text": "Auks." }));
    assert_eq!(refused.problem().0, 507);
    assert!(refused.body.contains("free disk space on the database server"), "{refused:?}");
    assert_eq!(server.http.documents("default").len(), before);
    assert!(!server.http.search("recovered").is_empty(), "reading goes on");
    database.run("DROP TRIGGER full_disk ON document_texts");
    recover(&server.http);
    server.stop();
}

#[test]
fn an_index_made_with_other_settings_is_built_again_with_the_new_ones() {
    let Some(backends) = Backends::start("outages::bad_input::settings") else { return };
    let data = tempfile::tempdir().expect("folder");
    let search = json!({ "query": "auks", "collections": ["default"] });
    for (number, is_sharded) in [false, true, false].into_iter().enumerate() {
        let mut command = backends.command(data.path());
        command.arg("serve").env("RAGSTONE_INDEX__TENANT_SHARD_KEY", is_sharded.to_string());
        let server = Server::spawn(data.path(), &mut command);
        let document = json!({ "external_id": number.to_string(), "text": format!("Auks {number}.") });
        server.http.put(DOCUMENTS, &document).ok();
        recover(&server.http);
        let found = server.http.post("/api/v1/search", &search).ok();
        assert_eq!(found["hits"].as_array().map(Vec::len), Some(number + 1), "{found}");
        assert_eq!(found["degraded"], json!([]));
        server.stop();
    }
}

fn said(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn a_newer_schema_of_postgresql_is_refused_and_an_older_one_is_brought_up_to_date() {
    let Some(database) = Database::create("outages::bad_input::schema") else { return };
    let data = tempfile::tempdir().expect("folder");
    let server = database.serve(data.path());
    recover(&server.http);
    server.stop();
    database.run(
        "INSERT INTO ragstone_schema (version, description, success, checksum, execution_time)
         VALUES (9999, 'of the future', TRUE, '\\x00', 1)",
    );
    for word in ["serve", "doctor"] {
        let output = database.command(data.path()).arg(word).output().expect("runs");
        assert_eq!(output.status.code(), Some(5), "{}", said(&output));
        assert!(said(&output).contains("written by a newer version"), "{}", said(&output));
    }
    database.run("DELETE FROM ragstone_schema WHERE version = 9999");
    let older = include_str!("../../../../ragstone-catalog/migrations/0006_language/postgres/rollback.sql");
    database.run(older);
    let server = database.serve(data.path());
    assert_eq!(server.http.documents("default").len(), 1);
    recover(&server.http);
    server.stop();
}

#[test]
fn a_newer_schema_of_sqlite_is_refused_and_an_older_one_is_brought_up_to_date() {
    let data = tempfile::tempdir().expect("folder");
    let server = Server::serve(data.path());
    recover(&server.http);
    server.stop();
    let file = data.path().join("catalog.sqlite");
    change(
        &file,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of the future', TRUE, x'00', 1)",
    );
    for word in ["serve", "doctor"] {
        let refused = run(data.path(), [word]);
        assert_eq!(refused.code, 5, "{refused:?}");
        let said = format!("{}{}", refused.stdout, refused.stderr);
        assert!(said.contains("written by a newer version"), "{said}");
    }
    change(&file, "DELETE FROM _sqlx_migrations WHERE version = 9999");
    change(&file, include_str!("../../../../ragstone-catalog/migrations/0006_language/sqlite/rollback.sql"));
    let server = Server::serve(data.path());
    assert_eq!(server.http.documents("default").len(), 1);
    recover(&server.http);
    server.stop();
}

fn change(file: &Path, sql: &'static str) {
    use sqlx::Connection as _;
    let url = format!("sqlite://{}", file.display());
    let run = async {
        let mut connection = sqlx::SqliteConnection::connect(&url).await.expect("connected");
        sqlx::raw_sql(sql).execute(&mut connection).await.expect(sql);
        connection.close().await.expect("closed");
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime").block_on(run);
}
