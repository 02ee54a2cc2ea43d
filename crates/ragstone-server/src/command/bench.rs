//! `bench`: measures ingest and search on this machine, through the engine and the stores that the configuration
//! names; embedded ones lie in a folder that is removed at the end.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ragstone_core::metadata::Metadata;
use ragstone_core::request::{IngestPaths, PathReading};
use ragstone_core::{
    AccessList, CallContext, Clock, CollectionName, Error, ErrorKind, Result, SearchQuery, SystemClock,
};
use ragstone_engine::{Engine, NoProgress};
use serde::Serialize;

use self::corpus::Corpus;
use crate::cli::{BenchArgs, Place};
use crate::config::{self, Config};
use crate::data_dir::{DataDir, LockFailure};
use crate::instance::Instance;
use crate::render;

mod corpus;
mod given;

/// Searches before the measured ones.
const WARM_UP: u32 = 200;
/// Measured searches.
const SEARCHES: u32 = 2000;
/// Hits of each search.
const LIMIT: u32 = 10;

/// One measured value, as `cargo xtask bench` reads it.
#[derive(Serialize)]
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
}

struct Report {
    ingest: IngestFigures,
    search: SearchFigures,
    start_ms: f64,
}

struct IngestFigures {
    files: u64,
    bytes: u64,
    chunks: u64,
    stored_seconds: f64,
    searchable_seconds: f64,
    stored_mb_per_second: f64,
    searchable_mb_per_second: f64,
    searchable_chunks_per_second: f64,
}

struct SearchFigures {
    chunks: u64,
    searches: u32,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

/// Ingests, searches, starts again, and prints the figures; given passages are searched as they are asked for.
pub(crate) async fn run(place: &Place, args: &BenchArgs) -> Result<()> {
    if let Some(folder) = &args.given {
        return given::run(place, folder).await;
    }
    let config = settings(place)?;
    let work = tempfile::tempdir().map_err(broken)?;
    let corpus = Corpus::new(args.chunks)?;
    let folder = match &args.data {
        Some(folder) => folder.canonicalize().map_err(broken)?,
        None => corpus.write(&work.path().join("corpus")).map_err(broken)?,
    };
    let data = work.path().join("data");
    let instance = open(&data, &folder, config.clone()).await?;
    refuse_used(instance.engine()).await?;
    let ingest = ingest(instance.engine(), folder.clone()).await?;
    let search = search(instance.engine(), ingest.chunks).await?;
    instance.close().await?;
    let clock = SystemClock;
    let start = clock.instant();
    let instance = open(&data, &folder, config).await?;
    let start_ms = milliseconds(clock.instant() - start);
    instance.close().await?;
    show(&Report { ingest, search, start_ms }, args.output.json)
}

/// The configuration, but that every search does its work.
fn settings(place: &Place) -> Result<Config> {
    let mut config = config::load(place.config.as_deref())?;
    config.cache.max_bytes = 0;
    Ok(config)
}

/// Stores on a server may hold somebody's data.
async fn refuse_used(engine: &Engine) -> Result<()> {
    let ctx = CallContext::new(Instance::admin_principal());
    let overview = engine.collection(&ctx, &CollectionName::default()).await?;
    if overview.statistics.documents == 0 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::FailedPrecondition, "the stores of the configuration hold documents")
        .with_help("measure on an empty database and an empty index"))
}

async fn open(data: &Path, root: &Path, config: Config) -> Result<Instance> {
    let lock = DataDir::open(Some(data))?.lock("bench").map_err(LockFailure::into_error)?;
    Instance::open(lock, config, &[root.to_owned()]).await
}

async fn ingest(engine: &Engine, folder: PathBuf) -> Result<IngestFigures> {
    let ctx = CallContext::new(Instance::admin_principal());
    let request = IngestPaths {
        collection: CollectionName::default(),
        paths: vec![folder],
        reading: PathReading::All,
        is_empty_allowed: false,
        tags: BTreeSet::new(),
        metadata: Metadata::new(),
        access: AccessList::OPEN,
    };
    let clock = SystemClock;
    let start = clock.instant();
    let report = engine.ingest_paths(&ctx, request, &NoProgress).await?;
    let stored = (clock.instant() - start).as_secs_f64();
    if let Some(sequence) = report.sequence {
        engine.wait_indexed(&ctx, sequence).await?;
    }
    let searchable = (clock.instant() - start).as_secs_f64();
    // Until the words are gathered, each word of a query is one question more.
    if let Some(sequence) = report.sequence {
        engine.wait_words(&ctx, sequence).await?;
    }
    let statistics = engine.collection(&ctx, &CollectionName::default()).await?.statistics;
    Ok(IngestFigures {
        files: report.created,
        bytes: report.bytes,
        chunks: statistics.chunks,
        stored_seconds: stored,
        searchable_seconds: searchable,
        stored_mb_per_second: megabytes(report.bytes) / stored,
        searchable_mb_per_second: megabytes(report.bytes) / searchable,
        searchable_chunks_per_second: count(statistics.chunks) / searchable,
    })
}

async fn search(engine: &Engine, chunks: u64) -> Result<SearchFigures> {
    let ctx = CallContext::new(Instance::admin_principal());
    let clock = SystemClock;
    let mut times = Vec::new();
    for number in 0..WARM_UP + SEARCHES {
        let query = SearchQuery::try_new(Corpus::query(number), LIMIT)?;
        let start = clock.instant();
        engine.search(&ctx, query).await?;
        if number >= WARM_UP {
            times.push(clock.instant() - start);
        }
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().map_or(0.0, milliseconds);
    let max_ms = times.last().copied().map_or(0.0, milliseconds);
    Ok(SearchFigures { chunks, searches: SEARCHES, p50_ms: at(50), p99_ms: at(99), max_ms })
}

fn show(report: &Report, as_json: bool) -> Result<()> {
    if as_json {
        return render::json(&figures(report));
    }
    let Report { ingest, search, start_ms } = report;
    render::text(&format!(
        "ingest   {:.1} MB in {} files, {} chunks: stored in {:.1} s ({:.1} MB/s), searchable in {:.1} s \
         ({:.1} MB/s, {:.0} chunks/s)\nsearch   {} searches over {} chunks: p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms\n\
         start    {start_ms:.0} ms with everything indexed\n",
        megabytes(ingest.bytes),
        ingest.files,
        ingest.chunks,
        ingest.stored_seconds,
        ingest.stored_mb_per_second,
        ingest.searchable_seconds,
        ingest.searchable_mb_per_second,
        ingest.searchable_chunks_per_second,
        search.searches,
        search.chunks,
        search.p50_ms,
        search.p99_ms,
        search.max_ms,
    ))
}

fn figures(report: &Report) -> Vec<Figure> {
    let Report { ingest, search, start_ms } = report;
    let figure = |name, value, unit| Figure { name, value, unit };
    vec![
        figure("ingest size", megabytes(ingest.bytes), "MB"),
        figure("ingest stored", ingest.stored_mb_per_second, "MB/s"),
        figure("ingest searchable", ingest.searchable_mb_per_second, "MB/s"),
        figure("ingest searchable chunks", ingest.searchable_chunks_per_second, "chunks/s"),
        figure("search chunks", count(search.chunks), "chunks"),
        figure("search p50", search.p50_ms, "ms"),
        figure("search p99", search.p99_ms, "ms"),
        figure("search max", search.max_ms, "ms"),
        figure("start", *start_ms, "ms"),
    ]
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn megabytes(bytes: u64) -> f64 {
    count(bytes) / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn count(number: u64) -> f64 {
    number as f64
}

fn broken(source: std::io::Error) -> Error {
    Error::new(ErrorKind::Unavailable, "cannot prepare the benchmark").with_context("cause", source)
}
