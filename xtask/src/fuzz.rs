//! `fuzz`: builds the fuzz targets with instrumentation and runs each for a while; findings stay below `target/fuzz`.

mod build;
mod log;
mod run;
mod seeds;
mod table;
mod target;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Result, ensure};
use clap::Args;

use self::run::{Campaign, Outcome};
use self::target::Target;
use crate::workspace::Workspace;

/// Where the targets are, as a workspace of its own.
const FOLDER: &str = "tests/fuzz";

/// Arguments of `fuzz`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Run each target for this long
    #[arg(long, value_name = "NUMBER", default_value_t = 60)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Run only these targets
    #[arg(long, value_name = "TARGET")]
    only: Vec<String>,
    /// Run so many targets at a time
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    jobs: usize,
    /// Run nothing but this input, with one target
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seconds", "jobs"])]
    input: Option<std::path::PathBuf>,
}

/// Runs the chosen targets; fails when one has a finding, or is not guided by what its inputs reach.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let targets = chosen(target::read(workspace)?, &options.only)?;
    let binaries = build::build(workspace)?;
    let campaign = Campaign::new(workspace, binaries, options.seconds)?;
    if let Some(input) = &options.input {
        let [target] = targets.as_slice() else { anyhow::bail!("name one target with --only") };
        return campaign.reproduce(target, input);
    }
    let outcomes = run_all(&campaign, &targets, options.jobs.max(1))?;
    println!("\n{}", table::of(&outcomes));
    let bad = outcomes.iter().filter(|outcome| outcome.finding.is_some()).count();
    ensure!(
        bad == 0,
        "{bad} of {} targets have findings; CONTRIBUTING.md says how to reproduce one",
        outcomes.len()
    );
    Ok(())
}

fn chosen(targets: Vec<Target>, only: &[String]) -> Result<Vec<Target>> {
    let unknown = only.iter().find(|name| targets.iter().all(|target| target.name != **name));
    ensure!(unknown.is_none(), "no target is called {}", unknown.map_or("", String::as_str));
    let is_chosen = |target: &Target| only.is_empty() || only.contains(&target.name);
    Ok(targets.into_iter().filter(is_chosen).collect())
}

/// Runs the targets in their order, so many at a time.
fn run_all(campaign: &Campaign<'_>, targets: &[Target], jobs: usize) -> Result<Vec<Outcome>> {
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || -> Result<()> {
        while let Some((at, target)) = take(&next, targets) {
            let outcome = campaign.run(target)?;
            println!("{}", table::line(&outcome));
            outcomes.lock().map_err(|_| anyhow::anyhow!("another run failed"))?.push((at, outcome));
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a worker failed"))))
    })?;
    let mut outcomes = outcomes.into_inner().map_err(|_| anyhow::anyhow!("a worker failed"))?;
    outcomes.sort_by_key(|(at, _)| *at);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

fn take<'a>(next: &AtomicUsize, targets: &'a [Target]) -> Option<(usize, &'a Target)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    targets.get(at).map(|target| (at, target))
}
