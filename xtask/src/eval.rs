//! `eval`: the quality of retrieval on public collections, through the server's own ingest and search.

mod code;
mod cranfield;
mod dataset;
mod gate;
mod hotpotqa;
mod outcome;
mod report;
mod setup;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum as _};

use self::dataset::Dataset;
use self::outcome::Outcome;
use self::report::Report;
use self::setup::{Mode, Model, Precision};
use crate::process;
use crate::steps::Counts;
use crate::workspace::Workspace;

/// Arguments of `eval`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The collection to measure
    #[arg(long, required_unless_present = "report")]
    dataset: Option<Dataset>,
    /// Measure all collections in every mode and write `docs/evaluation.md`
    #[arg(long, conflicts_with_all = ["dataset", "json", "gate", "mode", "run_file"])]
    report: bool,
    /// Print the scores as JSON
    #[arg(long)]
    json: bool,
    /// Fail when a score is below the least that is accepted
    #[arg(long)]
    gate: bool,
    /// Ways of searching
    #[arg(long, value_enum, default_value = "keyword")]
    mode: Mode,
    #[command(flatten)]
    model: Model,
    /// Numbers that the model computes with
    #[arg(long, value_enum, default_value = "f32", conflicts_with = "report")]
    precision: Precision,
    /// Server to measure, in place of the one that is built
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Folder where what each leg finds is kept, and from which it is taken when it is there
    #[arg(long, value_name = "DIR")]
    legs: Option<PathBuf>,
    /// Write the ranking in the format of trec_eval
    #[arg(long, value_name = "FILE")]
    run_file: Option<PathBuf>,
}

/// Measures every collection that has a bar for keywords; each is one check.
pub(crate) fn gates(workspace: &Workspace) -> Result<Counts> {
    let mut counts = Counts::default();
    for dataset in Dataset::value_variants() {
        if !gate::is_held(*dataset, Mode::Keyword) {
            continue;
        }
        let mut command = Server::default().eval(workspace, &dataset.folder(workspace)?, Mode::Keyword);
        let outcome = Outcome::parse(&process::stdout_of(&mut command)?)?;
        println!("{}: {outcome}", dataset.name());
        gate::check(*dataset, Mode::Keyword, Precision::F32, &outcome)?;
        counts += Counts::PASSED;
    }
    Ok(counts)
}

/// Has the server measure a collection and prints the scores, or writes the report.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let server = Server { binary: options.binary.clone() };
    let Some(dataset) = options.dataset else {
        ensure!(options.report, "name a collection with --dataset");
        let report = Report { workspace, server, model: options.model.find(workspace)? };
        return report.write(options.legs.as_deref());
    };
    let mut command = server.eval(workspace, &dataset.folder(workspace)?, options.mode);
    if options.mode != Mode::Keyword || options.legs.is_some() {
        options.model.find(workspace)?.name_to(&mut command, options.precision);
    }
    if let Some(folder) = &options.legs {
        command.arg("--legs").arg(legs_file(folder, dataset, options.precision)?);
    }
    if let Some(run_file) = &options.run_file {
        command.arg("--run-file").arg(run_file);
    }
    let output = process::stdout_of(&mut command)?;
    let outcome = Outcome::parse(&output)?;
    if options.json {
        println!("{}", output.trim_end());
    } else {
        println!("{}: {outcome}", dataset.name());
    }
    if options.gate { gate::check(dataset, options.mode, options.precision, &outcome) } else { Ok(()) }
}

/// The server that is measured.
#[derive(Debug, Default)]
struct Server {
    /// Built where none is named.
    binary: Option<PathBuf>,
}

impl Server {
    fn eval(&self, workspace: &Workspace, folder: &Path, mode: Mode) -> Command {
        let mut command = match &self.binary {
            Some(binary) => Command::new(binary),
            None => workspace.server(),
        };
        command.arg("eval").arg(folder).args(["--json", "--mode", mode.name()]);
        command
    }
}

/// The file of one collection's legs in a folder, which is created.
fn legs_file(folder: &Path, dataset: Dataset, precision: Precision) -> Result<PathBuf> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let folder = folder.canonicalize().with_context(|| format!("cannot find {}", folder.display()))?;
    Ok(folder.join(format!("{}-{}.jsonl", dataset.name(), precision.name())))
}
