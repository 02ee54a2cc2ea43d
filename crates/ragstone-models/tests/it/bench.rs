//! Throughput and latency of the public model, printed for people; asserted are only counts.
//!
//! Run alone with `--nocapture`: beside other tests the figures say nothing.

use std::sync::Arc;
use std::time::Instant;

use ragstone_core::embedding::{InputKind, Precision};
use ragstone_core::port::Embedder;
use ragstone_core::{CallContext, SystemClock};
use ragstone_models::{Engine, LocalEmbedder, LocalOptions, ModelFolder};

use crate::environment::public_model;
use crate::families::engines;

/// Texts that the throughput is measured with.
const TEXTS: usize = 64;

#[test]
fn speed_of_the_public_model() {
    let Some(folder) = public_model() else {
        return;
    };
    let folder = ModelFolder::open(folder).expect("opens");
    for (name, engine) in engines() {
        for precision in [Precision::F32, Precision::Int8] {
            measure(&folder, name, &engine, precision);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs the time")]
fn now() -> Instant {
    Instant::now()
}

fn measure(folder: &ModelFolder, name: &str, engine: &Engine, precision: Precision) {
    let start = now();
    let options = LocalOptions::new().with_precision(precision).expect("is one for local models");
    let embedder = LocalEmbedder::open(folder, engine, options, Arc::new(SystemClock)).expect("opens");
    let opened = start.elapsed();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("starts");
    let ctx = CallContext::system();
    let text =
        "Vitamin D deficiency was associated with a higher risk of respiratory infection in a cohort. "
            .repeat(13);
    let texts = vec![text.as_str(); TEXTS];
    let start = now();
    let found = runtime.block_on(embedder.embed(&ctx, InputKind::Passage, &texts)).expect("embeds");
    let tokens: u32 = found.iter().map(|embedding| embedding.tokens.0.min(256)).sum();
    let rate = f64::from(tokens) / start.elapsed().as_secs_f64();
    let mut times: Vec<f64> = (0..60)
        .map(|_| {
            let start = now();
            let query = ["what is the role of vitamin d in immunity"];
            runtime.block_on(embedder.embed(&ctx, InputKind::Query, &query)).expect("embeds");
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{name} {}: {rate:.0} tokens/s, a query {:.2} ms (p50) {:.2} ms (p95), opened in {opened:.2?}",
        precision.as_str(),
        times[30],
        times[57]
    );
    assert_eq!(found.len(), TEXTS);
}
