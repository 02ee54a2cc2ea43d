//! The `ragstone` binary: parses the command line, runs one command, shows its failure.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use mimalloc::MiMalloc;

use crate::cli::{Cli, Command};

mod admission;
mod bulk;
mod cli;
mod client;
mod command;
mod config;
mod data_dir;
mod exit;
mod extraction;
#[cfg(feature = "failpoints")]
mod failpoints;
mod following;
mod ids;
mod instance;
mod listen;
mod models;
mod operations;
mod render;
mod session;
mod signals;
mod stdio_proxy;
mod storage;
mod stores;
mod surface;
mod telemetry;

/// Spans and answers are freed on other threads than they were made on, which the allocator of glibc is slow at.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How long blocking work may go on after everything was closed.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    // Before everything else: this process has a runtime, threads and settings of none of the others.
    if std::env::args_os().nth(1).is_some_and(|word| word == extraction::worker::WORD) {
        return extraction::worker::run();
    }
    #[cfg(feature = "failpoints")]
    if let Err(error) = failpoints::from_environment() {
        return exit::fail(&error);
    }
    let cli = Cli::parse();
    // One provider for all of TLS, chosen here; a second choice cannot come before this one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            anstream::eprintln!("cannot start the runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => exit::fail(&error),
    };
    // A worker that is stuck in a system call must not keep the process.
    runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
    code
}

/// Runs a command; commands that can partly fail give an exit code of their own.
async fn run(cli: Cli) -> ragstone_core::Result<ExitCode> {
    let place = &cli.place;
    match cli.command {
        Command::Up(args) => command::up::run(place, args).await?,
        Command::Serve(args) => command::serve::run(place, &args).await?,
        Command::Ingest(args) => return command::ingest::run(place, args).await,
        Command::Sources(words) => command::sources::run(words).await?,
        Command::Search(args) => command::search::run(place, args).await?,
        Command::Facets(args) => command::facets::run(place, args).await?,
        Command::Suggest(args) => command::suggest::run(place, args).await?,
        Command::Graphs(words) => command::graphs::run(place, words).await?,
        Command::Searches(words) => command::searches::run(place, words).await?,
        Command::Jobs(words) => command::jobs::run(place, words).await?,
        Command::Context(args) => command::context::run(place, args).await?,
        Command::Documents(words) => command::documents::run(place, words).await?,
        Command::Collections(words) => command::collections::run(place, words).await?,
        Command::Text(words) => command::text::run(place, words).await?,
        Command::Mcp => Box::pin(command::mcp::run(place)).await?,
        Command::Model(words) => command::model::run(place, words).await?,
        Command::Token(words) => command::token::run(place, words)?,
        Command::Config(words) => command::config::run(place, &words)?,
        Command::Doctor(output) => return command::doctor::run(place, &output).await,
        Command::Export(args) => command::transfer::export(place, &args.file).await?,
        Command::Import(args) => Box::pin(command::transfer::import(place, &args.file)).await?,
        Command::Eval(args) => Box::pin(command::eval::run(&args)).await?,
        Command::Bench(args) => command::bench::run(place, &args).await?,
        Command::Version(output) => command::version::run(&output),
        Command::Generate(words) => command::generate::run(&words)?,
    }
    Ok(ExitCode::SUCCESS)
}
