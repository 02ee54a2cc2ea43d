//! `crash`: lets the server die at random moments and at every failpoint, and compares what comes back with what it
//! acknowledged.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use self::report::Report;
use self::site::Site;
use crate::process;
use crate::steps::Outcome;
use crate::workspace::Workspace;

mod beside;
mod check;
mod embedder;
mod http;
mod kills;
mod large;
mod load;
mod oracle;
mod places;
mod random;
mod report;
mod server;
mod site;

const KILLS: usize = 200;
const CLIENTS: usize = 3;
/// Servers that are killed beside each other.
const SITES: usize = 4;
/// Kills of a quick run.
const QUICK_KILLS: usize = 20;

/// Arguments of `crash`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Kills at random moments; 200 where left out, and 20 of a quick run
    #[arg(long)]
    kills: Option<usize>,
    /// Seed of everything that is random; the clock's where left out
    #[arg(long)]
    seed: Option<u64>,
    /// Clients that write at the same time
    #[arg(long, default_value_t = CLIENTS)]
    clients: usize,
    /// Servers that crash beside each other, each with data of its own; with `PostgreSQL` one
    #[arg(long, default_value_t = SITES)]
    sites: usize,
    /// Run only these parts
    #[arg(long, value_name = "PART")]
    only: Vec<Part>,
    /// Run only the failpoints whose names begin so
    #[arg(long, value_name = "PREFIX", default_value = "")]
    places: String,
    /// Fewer kills, and every failpoint with one action
    #[arg(long)]
    quick: bool,
    /// Where the catalog lies
    #[arg(long, value_enum, default_value_t = Catalog::Sqlite)]
    catalog: Catalog,
    /// Server that was built with all features, in place of a fresh build
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Kills at random moments
    Kills,
    /// Every failpoint with every action
    Places,
    /// A kill with 100,000 chunks; runs only when it is named
    Large,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Catalog {
    /// In the data directory
    Sqlite,
    /// On the server of `RAGSTONE_TEST_POSTGRES_URL`, or one that is started for it
    Postgres,
}

impl Options {
    /// What a run of all tests affords.
    fn of_a_test(kills: Option<usize>, binary: PathBuf) -> Self {
        Self {
            kills,
            seed: None,
            clients: CLIENTS,
            sites: SITES,
            only: Vec::new(),
            places: String::new(),
            quick: true,
            catalog: Catalog::Sqlite,
            binary: Some(binary),
        }
    }

    fn has(&self, part: Part) -> bool {
        if self.only.is_empty() { part != Part::Large } else { self.only.contains(&part) }
    }

    fn kills(&self) -> usize {
        self.kills.unwrap_or(if self.quick { QUICK_KILLS } else { KILLS })
    }

    fn seed(&self) -> u64 {
        self.seed.unwrap_or_else(|| jiff::Timestamp::now().as_millisecond().unsigned_abs())
    }
}

/// Runs the parts and prints what they came to; anything that was lost, doubled or told wrongly is a failure.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let report = report(workspace, options)?;
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A quick run as a step of all tests, of the server that they built; a thorough one has all the kills.
pub(crate) fn test(workspace: &Workspace, binary: PathBuf, is_thorough: bool) -> Result<Outcome> {
    let options = Options::of_a_test(is_thorough.then_some(KILLS), binary);
    Ok(report(workspace, &options)?.outcome())
}

fn report(workspace: &Workspace, options: &Options) -> Result<Report> {
    let binary = binary(workspace, options)?;
    let seed = options.seed();
    println!("seed {seed}");
    let mut report = Report::default();
    let sites = if options.catalog == Catalog::Postgres { 1 } else { options.sites.max(1) };
    let open = || Site::open(workspace, &binary, options.catalog);
    if options.has(Part::Kills) {
        let plan = kills::Plan { kills: options.kills(), clients: options.clients, sites, seed };
        kills::run(&plan, open, &mut report)?;
    }
    if options.has(Part::Places) {
        let plan = places::Plan { prefix: &options.places, is_quick: options.quick, sites, seed };
        places::run(&binary, &plan, open, &mut report)?;
    }
    if options.has(Part::Large) {
        large::run(&binary, &mut report)?;
    }
    report.print(seed);
    Ok(report)
}

/// The selection that the tests build, so that the heavy engines are built once.
fn binary(workspace: &Workspace, options: &Options) -> Result<PathBuf> {
    if let Some(binary) = &options.binary {
        return binary.canonicalize().with_context(|| format!("there is no {}", binary.display()));
    }
    let mut build = workspace.cargo();
    build.args([
        "build",
        "--release",
        "--all-features",
        "--workspace",
        "--exclude",
        "xtask",
        "--bin",
        "ragstone",
    ]);
    process::run(&mut build)?;
    Ok(workspace.target().join("release").join("ragstone"))
}

/// The names of all failpoints of a server.
fn names(binary: &std::path::Path) -> Result<Vec<String>> {
    let listed = process::stdout_of(Command::new(binary).args(["generate", "failpoints"]))
        .context("the server has no failpoints; build it with all features")?;
    Ok(listed.lines().map(str::to_owned).collect())
}
