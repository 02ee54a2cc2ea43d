//! A made model on the built-in runtime: what tokens, lanes and batches cost around the network.
#![expect(clippy::expect_used, reason = "a benchmark fails by panicking")]

use std::sync::Arc;

use divan::counter::ItemsCount;
use ragstone_core::SystemClock;
use ragstone_core::embedding::{InputKind, Precision};
use ragstone_core::port::Embedder;
use ragstone_models::onnx::{GraphOptions, write};
use ragstone_models::{Engine, LocalEmbedder, LocalOptions, ModelFolder};

#[allow(unreachable_pub, reason = "shared with the tests")]
#[path = "../tests/it/made.rs"]
mod made;

fn main() {
    divan::main();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("starts")
}

fn embed(bencher: divan::Bencher<'_, '_>, kind: InputKind, texts: &[&str]) {
    let made = made::MadeModel::bert().write();
    let folder = ModelFolder::open(made.path()).expect("opens");
    let embedder = LocalEmbedder::open(&folder, &Engine::Tract, LocalOptions::new(), Arc::new(SystemClock))
        .expect("opens");
    let runtime = runtime();
    let ctx = ragstone_core::CallContext::system();
    bencher
        .counter(ItemsCount::new(texts.len()))
        .bench_local(|| runtime.block_on(embedder.embed(&ctx, kind, texts)).expect("embeds"));
}

#[divan::bench]
fn query(bencher: divan::Bencher<'_, '_>) {
    embed(bencher, InputKind::Query, &["the capital of germany"]);
}

#[divan::bench]
fn passages(bencher: divan::Bencher<'_, '_>) {
    let text = "the red apple lies on a table ".repeat(6);
    embed(bencher, InputKind::Passage, &vec![text.as_str(); 256]);
}

#[divan::bench(args = [Precision::F32, Precision::Int8])]
fn graph(bencher: divan::Bencher<'_, '_>, precision: Precision) {
    let made = made::MadeModel::bert().write();
    let folder = ModelFolder::open(made.path()).expect("opens");
    bencher.bench_local(|| write(&folder, GraphOptions::embedding(&folder, precision)).expect("writes"));
}
