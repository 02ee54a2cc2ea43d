//! The same work as `sqlite`, on the PostgreSQL server that `RAGSTONE_TEST_POSTGRES_URL` names.
//!
//! A server of `cargo xtask services up` does not sync to its disk, which the first line of the report says. To measure
//! durable writes, run `ALTER SYSTEM SET fsync = on` and `SELECT pg_reload_conf()` there first.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run has nothing to report")]

#[path = "load/work.rs"]
mod work;

use std::sync::Arc;

use divan::Bencher;
use ragstone_catalog::{PostgresCatalog, PostgresConfig};
use ragstone_core::SystemClock;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::runtime::Runtime;

#[expect(clippy::disallowed_methods, reason = "the benchmark's only configuration")]
fn server() -> Option<String> {
    std::env::var("RAGSTONE_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

#[expect(clippy::print_stderr, reason = "a benchmark that measures nothing says so")]
fn main() {
    if server().is_none() {
        eprintln!(
            "skipped: RAGSTONE_TEST_POSTGRES_URL names no server (`cargo xtask services up` starts one)"
        );
        return;
    }
    let runtime = Runtime::new().expect("a runtime");
    eprintln!("fsync of the server: {}", runtime.block_on(fsync()));
    divan::main();
}

async fn fsync() -> String {
    let mut connection = PgConnection::connect(&server().expect("a server")).await.expect("connected");
    sqlx::query_scalar("SHOW fsync").fetch_one(&mut connection).await.expect("a setting")
}

/// Drops the database of one benchmark.
struct Database(String);

impl Drop for Database {
    fn drop(&mut self) {
        let runtime = Runtime::new().expect("a runtime");
        runtime.block_on(run(&format!("DROP DATABASE {} WITH (FORCE)", self.0)));
    }
}

async fn run(sql: &str) {
    let url = server().expect("a server");
    let mut connection = PgConnection::connect(&url).await.expect("connected");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("executed");
}

fn bench(name: &str) -> work::Bench<Database> {
    let runtime = Runtime::new().expect("a runtime");
    let database = format!("ragstone_bench_{name}_{}", std::process::id());
    runtime.block_on(run(&format!("CREATE DATABASE {database} ENCODING 'UTF8' TEMPLATE template0")));
    let mut url = url::Url::parse(&server().expect("a server")).expect("a URL");
    url.set_path(&database);
    let config = PostgresConfig::from_url(url.as_str()).expect("a configuration");
    let open = PostgresCatalog::open(config, Arc::new(SystemClock));
    let catalog = runtime.block_on(open).expect("opened");
    work::Bench::new(runtime, Box::new(catalog), Database(database))
}

/// A batch of new documents; items are chunks.
#[divan::bench(sample_count = 60, sample_size = 1)]
fn put_new(bencher: Bencher<'_, '_>) {
    bench("put_new").put_new(bencher);
}

/// A batch that replaces all its documents; items are chunks.
#[divan::bench(sample_count = 30, sample_size = 1)]
fn put_changed(bencher: Bencher<'_, '_>) {
    bench("put_changed").put_changed(bencher);
}

/// A batch in which nothing changed; items are documents.
#[divan::bench(sample_count = 60, sample_size = 1)]
fn put_unchanged(bencher: Bencher<'_, '_>) {
    bench("put_unchanged").put_unchanged(bencher);
}

/// One document with one chunk: what a single durable write costs.
#[divan::bench(sample_count = 100, sample_size = 1)]
fn put_one(bencher: Bencher<'_, '_>) {
    bench("put_one").put_one(bencher);
}

/// Ten chunks of ten documents, among 20,480 chunks.
#[divan::bench(sample_count = 1000, sample_size = 1)]
fn passages_10(bencher: Bencher<'_, '_>) {
    bench("passages_10").passages_10(bencher);
}

/// A whole document of 16 chunks.
#[divan::bench(sample_count = 1000, sample_size = 1)]
fn document_content(bencher: Bencher<'_, '_>) {
    bench("document_content").document_content(bencher);
}
