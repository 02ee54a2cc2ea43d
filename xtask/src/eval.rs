//! `eval`: the quality of retrieval on public collections, through the server's own ingest and search.

mod cranfield;
mod dataset;
mod gate;
mod scifact;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum as _};

use self::dataset::Dataset;
use self::gate::Scores;
use crate::process;
use crate::steps::Counts;
use crate::workspace::Workspace;

/// Arguments of `eval`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The collection to measure
    #[arg(long)]
    dataset: Dataset,
    /// Print the scores as JSON
    #[arg(long)]
    json: bool,
    /// Fail when a score is below the least that is accepted
    #[arg(long)]
    gate: bool,
    /// Ways of searching, as `ragstone eval` takes them
    #[arg(long, default_value = "keyword")]
    mode: String,
    /// Folder of the model, for modes that need one
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Write the ranking in the format of trec_eval
    #[arg(long, value_name = "FILE")]
    run_file: Option<PathBuf>,
}

/// Measures every collection against its gate; each is one check.
pub(crate) fn gates(workspace: &Workspace) -> Result<Counts> {
    let mut counts = Counts::default();
    for dataset in Dataset::value_variants() {
        let options = Options {
            dataset: *dataset,
            json: false,
            gate: true,
            mode: "keyword".to_owned(),
            model: None,
            run_file: None,
        };
        run(workspace, &options)?;
        counts += Counts::PASSED;
    }
    Ok(counts)
}

/// Converts the collection, has the server measure it, and prints the scores.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let data = workspace.test_data().context("no data sets here: name their folder in RAGSTONE_TEST_DATA")?;
    let name = options.dataset.name();
    let folder = workspace.output_dir(&format!("eval/{name}"))?;
    let collection = options.dataset.read(&data.join("retrieval").join(name))?;
    let files = collection.write(&folder)?;

    let mut command = workspace.server();
    command.arg("eval").arg("--json");
    command
        .arg("--corpus")
        .arg(&files.corpus)
        .arg("--queries")
        .arg(&files.queries)
        .arg("--qrels")
        .arg(&files.qrels)
        .args(["--mode", &options.mode]);
    if let Some(model) = &options.model {
        command.arg("--model").arg(model);
    }
    if let Some(run_file) = &options.run_file {
        command.arg("--run-file").arg(run_file);
    }
    let output = process::stdout_of(&mut command)?;
    let scores: Scores =
        serde_json::from_str(&output).context("cannot read the scores that the server printed")?;
    if options.json {
        println!("{}", output.trim_end());
    } else {
        println!("{name}: {} documents, {} queries", collection.documents.len(), collection.queries.len());
        println!("{scores}");
    }
    if options.gate { gate::check(options.dataset, &scores) } else { Ok(()) }
}
