//! Durable writes and the read that every search ends with, on a real file.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run has nothing to report")]

#[path = "load/work.rs"]
mod work;

use std::sync::Arc;

use divan::Bencher;
use ragstone_catalog::{SqliteCatalog, SqliteConfig};
use ragstone_core::SystemClock;
use tempfile::TempDir;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

fn bench() -> work::Bench<TempDir> {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("catalog.sqlite");
    let open = SqliteCatalog::open(path, SqliteConfig::default(), Arc::new(SystemClock));
    let catalog = runtime.block_on(open).expect("opened");
    work::Bench::new(runtime, Box::new(catalog), folder)
}

/// A batch of new documents; items are chunks.
#[divan::bench(sample_count = 60, sample_size = 1)]
fn put_new(bencher: Bencher<'_, '_>) {
    bench().put_new(bencher);
}

/// A batch that replaces all its documents; items are chunks.
#[divan::bench(sample_count = 30, sample_size = 1)]
fn put_changed(bencher: Bencher<'_, '_>) {
    bench().put_changed(bencher);
}

/// A batch in which nothing changed; items are documents.
#[divan::bench(sample_count = 60, sample_size = 1)]
fn put_unchanged(bencher: Bencher<'_, '_>) {
    bench().put_unchanged(bencher);
}

/// One document with one chunk: what a single durable write costs.
#[divan::bench(sample_count = 100, sample_size = 1)]
fn put_one(bencher: Bencher<'_, '_>) {
    bench().put_one(bencher);
}

/// Ten chunks of ten documents, among 20,480 chunks.
#[divan::bench(sample_count = 1000, sample_size = 1)]
fn passages_10(bencher: Bencher<'_, '_>) {
    bench().passages_10(bencher);
}

/// A whole document of 16 chunks.
#[divan::bench(sample_count = 1000, sample_size = 1)]
fn document_content(bencher: Bencher<'_, '_>) {
    bench().document_content(bencher);
}
