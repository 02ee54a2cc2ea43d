//! Measures one runtime on one model: `speed FOLDER tract|LIBRARY f32|int8 [GRAPH]`.
//!
//! Prints tokens per second of a batch of passages, and times of queries in milliseconds. With a fourth argument the
//! graph is written there, for whoever wants to measure another program on it.
#![expect(clippy::print_stdout, reason = "it is made for a terminal")]
#![expect(clippy::disallowed_methods, reason = "a measurement needs the time")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use ragstone_core::embedding::{InputKind, Precision};
use ragstone_core::port::Embedder;
use ragstone_core::{CallContext, Error, Result, SystemClock};
use ragstone_models::onnx::{self, GraphOptions};
use ragstone_models::{Engine, LocalEmbedder, LocalOptions, ModelFolder, OnnxRuntime};

/// Passages of a round; each is longer than the model looks at.
const PASSAGES: usize = 64;
/// Rounds; the best one counts, because other programs only slow it down.
const ROUNDS: usize = 3;
/// Queries whose times are sorted.
const QUERIES: usize = 101;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, runtime, precision, rest @ ..] = &arguments[..] else {
        return Err(Error::invalid("arguments", "are FOLDER tract|LIBRARY f32|int8 [GRAPH]"));
    };
    let folder = ModelFolder::open(folder)?;
    let engine = match runtime.as_str() {
        "tract" => Engine::Tract,
        library => Engine::OnnxRuntime(OnnxRuntime::open(Path::new(library))?),
    };
    let precision = if precision == "int8" { Precision::Int8 } else { Precision::F32 };
    if let [graph] = rest {
        let bytes = onnx::write(&folder, GraphOptions::embedding(&folder, precision))?;
        std::fs::write(graph, bytes).map_err(|source| Error::invalid("graph", source.to_string()))?;
    }
    measure(&folder, &engine, LocalOptions::new().with_precision(precision)?).await
}

async fn measure(folder: &ModelFolder, engine: &Engine, options: LocalOptions) -> Result<()> {
    let start = Instant::now();
    let embedder = LocalEmbedder::open(folder, engine, options, Arc::new(SystemClock))?;
    println!("opened {:.3} s", start.elapsed().as_secs_f64());
    let ctx = CallContext::system();
    let text = "vitamin d deficiency was associated with a higher risk of infection ".repeat(30);
    let passages = vec![text.as_str(); PASSAGES];
    let mut best = 0.0_f64;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let found = embedder.embed(&ctx, InputKind::Passage, &passages).await?;
        let tokens: u32 = found.iter().map(|found| found.tokens.0.min(folder.max_tokens())).sum();
        best = best.max(f64::from(tokens) / start.elapsed().as_secs_f64());
    }
    println!("passages {best:.0} tokens/s");
    let query = ["what is the role of vitamin d in immunity"];
    let mut times = Vec::new();
    for _ in 0..QUERIES {
        let start = Instant::now();
        embedder.embed(&ctx, InputKind::Query, &query).await?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!("query p50 {:.2} ms", at(50));
    println!("query p95 {:.2} ms", at(95));
    Ok(())
}
