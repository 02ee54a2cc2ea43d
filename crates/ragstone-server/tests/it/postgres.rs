//! Servers whose catalog is on PostgreSQL; without a database server these tests are reported as skipped.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ragstone_core::{Clock as _, SystemClock};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use url::Url;

use crate::cli::ragstone;
use crate::data::{skip, variable};
use crate::server::Server;

const SERVER: &str = "RAGSTONE_TEST_POSTGRES_URL";
const DOCUMENTS: &str = "/api/v1/collections/default/documents";

/// An empty database, dropped with the value.
#[derive(Debug)]
pub(crate) struct Database {
    name: String,
    server: Url,
}

impl Database {
    /// Makes a database; `None` without a server, which is reported.
    pub(crate) fn create(test: &str) -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let server = url_in(test, SERVER)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ragstone_server_{}_{number}", std::process::id());
        execute(&server, &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"));
        Some(Self { name, server })
    }

    pub(crate) fn url(&self) -> Url {
        let mut url = self.server.clone();
        url.set_path(&self.name);
        url
    }

    /// Runs SQL in this database.
    pub(crate) fn run(&self, sql: &str) {
        execute(&self.url(), sql);
    }

    /// The number that a query answers with.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        let url = self.url();
        let run = async {
            let mut connection = PgConnection::connect(url.as_str()).await.expect("connected");
            let count: i64 =
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.expect(sql);
            connection.close().await.expect("closed");
            count
        };
        runtime().block_on(run)
    }

    /// Sessions in this database but for the one that asks.
    pub(crate) fn sessions(&self) -> i64 {
        self.count(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
    }

    /// A command on this database and a data directory.
    pub(crate) fn command(&self, data: &Path) -> Command {
        let mut command = ragstone(data);
        command.env("RAGSTONE_CATALOG__URL", self.url().as_str());
        command
    }

    pub(crate) fn serve(&self, data: &Path) -> Server {
        Server::spawn(data, self.command(data).arg("serve"))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        execute(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// The URL in a variable; where it is missing, the skip is reported and the test must return.
pub(crate) fn url_in(test: &str, name: &str) -> Option<Url> {
    let url = variable(name).and_then(|url| url.into_os_string().into_string().ok());
    if let Some(url) = url.filter(|url| !url.is_empty()) {
        return Some(Url::parse(&url).expect("a URL"));
    }
    skip(test, &format!("{name} names no server"));
    None
}

fn execute(server: &Url, sql: &str) {
    let run = async {
        let mut connection = PgConnection::connect(server.as_str()).await.expect("connected");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect(sql);
        connection.close().await.expect("closed");
    };
    runtime().block_on(run);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime")
}

fn put(server: &Server, id: &str, text: &str) -> Option<u64> {
    server.http.put(DOCUMENTS, &json!({ "external_id": id, "text": text })).ok()["sequence"].as_u64()
}

#[test]
fn data_on_postgresql_outlives_the_data_directory() {
    let Some(database) = Database::create("postgres::data_on_postgresql_outlives_the_data_directory") else {
        return;
    };
    let (first, second) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let server = database.serve(first.path());
    let sequence = put(&server, "note", "Skuas chase other birds.");
    assert_eq!(server.http.search_behind("skuas", sequence).len(), 1);
    server.crash();

    let server = database.serve(second.path());
    assert_eq!(server.http.search_behind("skuas", sequence).len(), 1, "the index is built again");
    assert_eq!(server.http.documents("default").len(), 1);
    assert!(!second.path().join("catalog.sqlite").exists());
    server.stop();
}

#[test]
fn two_servers_see_what_the_other_one_writes() {
    let Some(database) = Database::create("postgres::two_servers_see_what_the_other_one_writes") else {
        return;
    };
    let (first, second) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let servers = [database.serve(first.path()), database.serve(second.path())];
    for round in 0..10 {
        let (writer, reader) = (&servers[round % 2], &servers[(round + 1) % 2]);
        let sequence = put(writer, &format!("note {round}"), &format!("Puffins unique{round}."));
        let start = SystemClock.instant();
        let search = json!({ "query": format!("unique{round}") });
        let is_found = || {
            // Before the first pass over the collection there is no index to ask: 503.
            let reply = reader.http.post("/api/v1/search", &search);
            reply.status == 200 && reply.json()["hits"] != json!([])
        };
        while !is_found() {
            assert!(
                SystemClock.instant() - start < Duration::from_mins(1),
                "round {round} is not told to the other server"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(reader.http.search_behind(&format!("unique{round}"), sequence).len(), 1);
    }
    let [first, second] = servers;
    first.stop();
    let sequence = put(&second, "alone", "Guillemots.");
    assert_eq!(second.http.search_behind("guillemots", sequence).len(), 1);
    second.stop();
}

#[test]
fn an_instance_moves_to_postgresql_and_back() {
    let Some(database) = Database::create("postgres::an_instance_moves_to_postgresql_and_back") else {
        return;
    };
    let [from, over, to] = [(); 3].map(|()| tempfile::tempdir().expect("folder"));
    let note = from.path().join("note.md");
    std::fs::write(&note, "# Fulmars\n\nFulmars spit oil at intruders.\n").expect("written");
    let hits = |command: &mut Command| {
        let output = command.args(["search", "fulmars", "--json"]).output().expect("runs");
        assert!(output.status.success(), "{output:?}");
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let hits = found["hits"].as_array().expect("hits").clone();
        hits.iter().map(|hit| (hit["citation"].clone(), hit["score"].clone())).collect::<Vec<_>>()
    };
    let done = |command: &mut Command| {
        let output = command.output().expect("runs");
        assert!(output.status.success(), "{output:?}");
    };
    let file = |name: &str| from.path().join(name);
    done(ragstone(from.path()).arg("ingest").arg(&note));
    let before = hits(&mut ragstone(from.path()));
    assert_eq!(before.len(), 1);
    done(ragstone(from.path()).arg("export").arg(file("one.jsonl.gz")));
    done(database.command(over.path()).arg("import").arg(file("one.jsonl.gz")));
    assert_eq!(hits(&mut database.command(over.path())), before);
    done(database.command(over.path()).arg("export").arg(file("two.jsonl.gz")));
    done(ragstone(to.path()).arg("import").arg(file("two.jsonl.gz")));
    assert_eq!(hits(&mut ragstone(to.path())), before);
}

#[test]
fn a_database_that_cannot_be_used_is_named_with_what_to_do() {
    let Some(database) =
        Database::create("postgres::a_database_that_cannot_be_used_is_named_with_what_to_do")
    else {
        return;
    };
    let data = tempfile::tempdir().expect("folder");
    let with = |change: fn(&mut Url)| {
        let mut url = database.url();
        change(&mut url);
        url.to_string()
    };
    let wrong = [
        with(|url| url.set_password(Some("not-the-password")).expect("set")),
        with(|url| url.set_path("no_such_database")),
        with(|url| url.set_port(Some(1)).expect("set")),
        "mysql://localhost/x".to_owned(),
        "postgres://".to_owned(),
    ];
    for url in wrong {
        for word in ["serve", "doctor"] {
            let output = ragstone(data.path()).env("RAGSTONE_CATALOG__URL", &url).arg(word).output();
            let output = output.expect("runs");
            let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
            let said = said.concat();
            assert!(!output.status.success(), "{url}: {said}");
            assert!(!said.contains("not-the-password"), "{said}");
            assert!(said.lines().count() > 1, "{url}: {said}");
        }
    }
}
