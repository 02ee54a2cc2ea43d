//! `conformance-report`: the table of laws and adapters, made of what the suites said when they ran.
//!
//! A full run of the Rust tests collects what each suite reports for each law; this makes `docs/conformance.md` of it,
//! or compares. A cell that does not stand (a law that was not run, or is broken) is an error, whatever the page says.

mod laws;
mod ports;
mod report;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use self::report::Report;
use self::table::Table;
use crate::codegen::first_difference;
use crate::steps::Counts;
use crate::tidy::Tree;
use crate::workspace::Workspace;

/// Names the file that suites report to.
pub(crate) const VARIABLE: &str = "RAGSTONE_CONFORMANCE_REPORT";
const PAGE: &str = "docs/conformance.md";

/// Arguments of `conformance-report`.
#[derive(Debug, Default, Args)]
pub(crate) struct Options {
    /// Compare with the committed page instead of writing it; versions of backends may differ
    #[arg(long)]
    pub(crate) check: bool,
}

/// Where a full run of the tests collects the report.
pub(crate) fn report_path(workspace: &Workspace) -> Result<PathBuf> {
    Ok(workspace.output_dir(".")?.join("conformance.tsv"))
}

/// Empties the report before a full run.
pub(crate) fn start(path: &Path) -> Result<()> {
    fs::write(path, "").with_context(|| format!("cannot write {}", path.display()))
}

/// Writes or compares the page. Where a server was missing in the last run, there is nothing to compare: that counts
/// as skipped, and writing fails.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<Counts> {
    let path = report_path(workspace)?;
    let text =
        fs::read_to_string(&path).context("there is no report: run `cargo xtask test --only rust` first")?;
    let tree = Tree::load(workspace)?;
    let (suites, report, needed) =
        (laws::read(&tree)?, Report::parse(&text)?, ports::implementations(&tree)?);
    let table = Table::new(&suites, &report, &needed);
    let lock = tree.text("Cargo.lock").context("there is no Cargo.lock")?;
    let page = table.page(lock)?;
    let shown = path.with_extension("md");
    fs::write(&shown, &page).with_context(|| format!("cannot write {}", shown.display()))?;

    let gaps: Vec<String> = ports::without_suite(&tree)?.into_iter().chain(table.gaps()).collect();
    ensure!(gaps.is_empty(), "the table in {} has gaps:\n  {}", shown.display(), gaps.join("\n  "));
    let untried = table.untried();
    match (untried.is_empty(), options.check) {
        (false, true) => {
            println!("{PAGE} is not compared: there was no server for {}", untried.join(", "));
            return Ok(Counts { passed: 0, failed: 0, skipped: 1 });
        }
        (false, false) => bail!("there was no server for {}", untried.join(", ")),
        (true, true) => compare(&fs::read_to_string(workspace.join(PAGE)).unwrap_or_default(), &page)?,
        (true, false) => fs::write(workspace.join(PAGE), &page).context("cannot write the page")?,
    }
    println!("{PAGE}: {}", table.summary());
    Ok(Counts::PASSED)
}

/// What stands behind the heading of backends, their versions, may differ.
fn compare(committed: &str, generated: &str) -> Result<()> {
    let fixed = |page: &str| page.split(table::BACKENDS).next().unwrap_or_default().to_owned();
    match first_difference(&fixed(committed), &fixed(generated)) {
        Some(at) => bail!("run `cargo xtask conformance-report`; stale: {PAGE}: {at}"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_backends_may_differ_and_nothing_else() {
        let page = |law: &str, version: &str| format!("| {law} |\n\n{}\n\n| {version} |\n", table::BACKENDS);
        assert!(compare(&page("held", "1"), &page("held", "2")).is_ok());
        assert!(compare(&page("held", "1"), &page("not run", "1")).is_err());
        assert!(compare("", &page("held", "1")).is_err());
    }
}
