//! `bench`: medians of the crates' benchmarks and of the server, written below `target/bench` for comparison.

mod contestant;
mod divan;
mod growth;
mod models;
mod neighbours;
mod page;
mod peers;
mod report;
mod server;
mod serving;
mod stores;
mod telemetry;
mod turns;
mod usage;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;
use jiff::Zoned;

use self::report::{Measurement, Report};
use crate::process;
use crate::workspace::Workspace;

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Run only these sources
    #[arg(long, value_name = "SOURCE")]
    only: Vec<String>,
    /// The folder of data sets for the server's benchmark [default: RAGSTONE_TEST_DATA]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The server to measure peers, telemetry and stores with [default: built in the release profile]
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Sizes of the corpus that is measured beside peers, smallest first
    #[arg(long, value_name = "NUMBER", value_delimiter = ',', default_value = "10000,100000")]
    #[arg(value_parser = clap::value_parser!(u32).range(1_000..=1_000_000))]
    chunks: Vec<u32>,
    /// Numbers of files that are ingested, smallest first
    #[arg(
        long,
        value_name = "NUMBER",
        value_delimiter = ',',
        default_value = "1000,3000,10000,30000,100000"
    )]
    #[arg(value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    files: Vec<u32>,
    /// Also write `docs/benchmarks.md`
    #[arg(long)]
    report: bool,
    /// Measure nothing, and write `docs/benchmarks.md` from these reports of earlier runs
    #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "report"])]
    page_of: Vec<PathBuf>,
}

/// What can be measured. Another thing to measure is one more line here: a name, and a function that runs it.
const SOURCES: &[Source] = &[
    Source { name: "crates", is_usual: true, measure: divan::measure },
    Source { name: "server", is_usual: true, measure: server::measure },
    // Needs Python, for the peer and the model.
    Source { name: "models", is_usual: false, measure: models::measure },
    // Need Python, for the peers.
    Source { name: "peers", is_usual: false, measure: peers::measure },
    Source { name: "ann", is_usual: false, measure: neighbours::measure },
    // Needs PostgreSQL.
    Source { name: "stores", is_usual: false, measure: stores::measure },
    // Writes a plot beside the page.
    Source { name: "growth", is_usual: false, measure: growth::measure },
    // Needs Go, for the collector.
    Source { name: "telemetry", is_usual: false, measure: telemetry::measure },
];

struct Source {
    name: &'static str,
    /// Whether it is measured when none is named.
    is_usual: bool,
    measure: fn(&Workspace, &Options) -> Result<Vec<Measurement>>,
}

/// Measures the chosen sources and writes `target/bench/<time>.json` and `.md`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if !options.page_of.is_empty() {
        let reports: Result<Vec<Report>> = options.page_of.iter().map(|file| Report::read(file)).collect();
        return write_page(workspace, &reports?);
    }
    let unknown = options.only.iter().find(|name| SOURCES.iter().all(|source| source.name != **name));
    ensure!(unknown.is_none(), "no source is called {}", unknown.map_or("", String::as_str));
    let chosen = SOURCES.iter().filter(|source| match options.only.as_slice() {
        [] => source.is_usual,
        only => only.iter().any(|name| name == source.name),
    });
    let mut report = Report::new(Zoned::now().strftime("%Y-%m-%dT%H%M%S").to_string());
    for source in chosen {
        let measurements =
            (source.measure)(workspace, options).with_context(|| format!("source {}", source.name))?;
        report.add(source.name, measurements);
    }
    let folder = workspace.output_dir("bench")?;
    report.write(&folder)?;
    println!("{}", report.to_markdown());
    if options.report {
        write_page(workspace, &[report])?;
    }
    Ok(())
}

fn write_page(workspace: &Workspace, reports: &[Report]) -> Result<()> {
    fs::write(workspace.join(page::PATH), page::page(reports))
        .with_context(|| format!("cannot write {}", page::PATH))?;
    println!("wrote {}", page::PATH);
    Ok(())
}

/// The folder of data sets.
fn data_folder(workspace: &Workspace, options: &Options) -> Result<PathBuf> {
    let data = options.data.clone().or_else(|| workspace.test_data());
    data.context("name the folder of data sets with --data or RAGSTONE_TEST_DATA")
}

/// The server that is measured, built where none is named.
fn server_binary(workspace: &Workspace, options: &Options) -> Result<PathBuf> {
    if let Some(binary) = &options.binary {
        return Ok(binary.clone());
    }
    process::run(workspace.cargo().args(["build", "--release", "--package", "ragstone-server"]))?;
    Ok(workspace.target().join("release").join("ragstone"))
}

/// An example of a crate, built with the selection of the tests, so that nothing is built twice.
fn example(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let mut build = workspace.cargo();
    build.args(["build", "--release", "--all-features", "--workspace", "--exclude", "xtask"]);
    process::run(build.args(["--example", name]))?;
    Ok(workspace.target().join("release/examples").join(name))
}
