//! Repository tasks: `cargo xtask <task>`. Only dispatch lives here; each task has its own module.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool for developers reports on its terminal"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "a tool, not a library: it reads its environment and times its steps"
)]

mod bench;
mod clients;
mod codegen;
mod collector;
mod conformance;
mod crash;
mod docs_test;
mod eval;
mod fuzz;
mod layers;
mod models;
mod process;
mod python;
mod scratch;
mod services;
mod steps;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Repository tasks of Ragstone.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run every test; with CI=true a skip is a failure
    Test(test::Options),
    /// Run `test`, then clippy and rustdoc with warnings denied
    Ci(test::Options),
    /// Check the rules of the repository: headers, sizes, names, manifests, links
    Tidy,
    /// Check which crate depends on which, and which packages are absent
    Layers,
    /// Run the marked shell blocks of the README and the book in a clean checkout
    DocsTest(docs_test::Options),
    /// Write the references that are generated from code
    Codegen(codegen::Options),
    /// Write the table of laws and adapters from what the last full run of the tests reported
    ConformanceReport(conformance::Options),
    /// Run the benchmarks and write their medians below `target/bench`
    Bench(bench::Options),
    /// Measure the quality of retrieval on a public data set
    Eval(eval::Options),
    /// Run the fuzz targets of `tests/fuzz`; findings stay below `target/fuzz`
    Fuzz(fuzz::Options),
    /// Kill the server at random moments and at every failpoint, and compare what comes back with what it acknowledged
    Crash(crash::Options),
    /// Start, stop or list the backends that tests can use
    Services(services::Options),
    /// Build the OpenTelemetry collector that tests of traces use, and print the variable for `eval`
    Collector,
    /// Make the Python that tests of models compare with, and print the variable for `eval`
    Models,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    match cli.task {
        Task::Test(options) => return test::run(&workspace, &options, test::Scope::Test),
        Task::Ci(options) => return test::run(&workspace, &options, test::Scope::Ci),
        Task::Tidy => tidy::run(&workspace)?,
        Task::Layers => layers::run(&workspace)?,
        Task::DocsTest(options) => {
            docs_test::run(&workspace, &options)?;
        }
        Task::Codegen(options) => codegen::run(&workspace, &options)?,
        Task::ConformanceReport(options) => {
            conformance::run(&workspace, &options)?;
        }
        Task::Crash(options) => return crash::run(&workspace, &options),
        Task::Bench(options) => bench::run(&workspace, &options)?,
        Task::Eval(options) => eval::run(&workspace, &options)?,
        Task::Fuzz(options) => fuzz::run(&workspace, &options)?,
        Task::Services(options) => services::run(&workspace, &options)?,
        Task::Collector => collector::run(&workspace)?,
        Task::Models => models::run(&workspace)?,
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
