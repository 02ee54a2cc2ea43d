//! How the cost of an ingest grows with the number of files, and what it does to searches meanwhile.
//!
//! Each size is a server of its own on an empty directory. Files are Markdown pages of real text, no two alike.

mod files;
mod latency;
mod plot;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use self::files::{Folder, Pages};
use super::Options;
use super::report::Measurement;
use super::serving::Serving;
use super::usage;
use crate::workspace::Workspace;

/// Where the plot is, below the root.
const PLOT: &str = "docs/figures/ingest-growth.svg";
/// Files that are ingested while searches are timed.
const BULK: u32 = 10_000;

/// What one ingest came to.
#[derive(Clone, Copy, Debug)]
struct Ingest {
    files: u32,
    megabytes: f64,
    chunks: f64,
    /// Until everything was durable and found by its words.
    seconds: f64,
    /// Most memory of the server, and what it held at the end in memory and nowhere else.
    memory: usage::Memory,
    disk: f64,
}

/// Ingests each number of files, and writes the plot.
pub(crate) fn measure(workspace: &Workspace, options: &Options) -> Result<Vec<Measurement>> {
    let binary = super::server_binary(workspace, options)?;
    let pages = Pages::read(&super::data_folder(workspace, options)?)?;
    let mut ingests = Vec::new();
    for files in &options.files {
        let ingest = ingest(&binary, &pages, *files)?;
        eprintln!(
            "{files} files: {:.1} s, {:.1} MB/s, {:.0} MB at most",
            ingest.seconds,
            ingest.megabytes / ingest.seconds,
            ingest.memory.most
        );
        ingests.push(ingest);
    }
    plot::write(&workspace.join(PLOT), &ingests)?;
    let mut measurements: Vec<Measurement> = ingests.iter().flat_map(Ingest::measurements).collect();
    measurements.extend(exponent(&ingests));
    measurements.extend(latency::measure(&binary, &pages)?);
    Ok(measurements)
}

fn ingest(binary: &Path, pages: &Pages, files: u32) -> Result<Ingest> {
    let folder = pages.write(0, files)?;
    let data = tempfile::tempdir()?;
    let server = serve(binary, data.path(), &folder)?;
    let start = Instant::now();
    let sequence = bring(&server, &folder, files)?;
    wait_until_found(&server, &sequence)?;
    let seconds = start.elapsed().as_secs_f64();
    let memory = usage::memory(server.pid())?;
    let chunks = chunks(&server)?;
    let disk = usage::disk(data.path())?;
    server.stop()?;
    Ok(Ingest { files, megabytes: folder.megabytes, chunks, seconds, memory, disk })
}

/// A server that may ingest the folder.
fn serve(binary: &Path, data: &Path, folder: &Folder) -> Result<Serving> {
    let root = folder.path().to_str().context("the folder has no name in UTF-8")?;
    let roots = format!("[{}]", json!(root));
    Serving::start(binary, data, &[("RAGSTONE_INGEST__ROOTS", &roots)])
}

/// Ingests the folder; the position in the feed that it ends at.
fn bring(server: &Serving, folder: &Folder, files: u32) -> Result<Value> {
    let mut connection = server.connect()?;
    let body = json!({ "paths": [folder.path()] });
    let answer = server.call(&mut connection, "POST", "/api/v1/collections/default/ingest", &body)?;
    let mut report: Value = serde_json::from_str(&answer)?;
    ensure!(report["created"] == files, "not every file was stored: {report}");
    Ok(report["sequence"].take())
}

fn wait_until_found(server: &Serving, sequence: &Value) -> Result<()> {
    let body = json!({ "query": files::EVERYWHERE, "min_sequence": sequence, "limit": 1 });
    loop {
        let mut connection = server.connect()?;
        match server.call(&mut connection, "POST", "/api/v1/search", &body) {
            Ok(_) => return Ok(()),
            // The index is behind for longer than one request may wait.
            Err(error) if error.to_string().contains(" 504 ") => {}
            Err(error) => return Err(error),
        }
    }
}

fn chunks(server: &Serving) -> Result<f64> {
    let mut connection = server.connect()?;
    let answer = server.call(&mut connection, "GET", "/api/v1/collections/default", &Value::Null)?;
    let collection: Value = serde_json::from_str(&answer)?;
    collection["chunks"].as_f64().context("the collection does not say how many chunks it has")
}

impl Ingest {
    fn measurements(&self) -> Vec<Measurement> {
        let of = |what: &str, value: f64, unit: &str| Measurement {
            name: format!("{} files, {what}", self.files),
            value,
            unit: unit.to_owned(),
        };
        vec![
            of("durable and found by words", self.seconds, "s"),
            of("text for each second", self.megabytes / self.seconds, "MB/s"),
            of("chunks for each second", self.chunks / self.seconds, "1/s"),
            of("most memory", self.memory.most, "MB"),
            of("memory that is no file's at the end", self.memory.anonymous, "MB"),
            of("disk", self.disk, "MB"),
        ]
    }
}

/// The exponent of the growth between the smallest and the largest ingest: 1 is linear.
fn exponent(ingests: &[Ingest]) -> Option<Measurement> {
    let (first, last) = (ingests.first()?, ingests.last()?);
    if first.files == last.files {
        return None;
    }
    let value = (last.seconds / first.seconds).ln() / f64::from(last.files / first.files).ln();
    let name = format!("exponent of the time from {} to {} files", first.files, last.files);
    Some(Measurement { name, value, unit: String::new() })
}
