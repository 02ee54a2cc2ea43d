//! `docs-test`: runs the shell blocks of the README and the documentation as a reader would, in a clean checkout.
//!
//! What a block's info string says:
//!
//! | Info | Meaning |
//! |---|---|
//! | `sh run` | run it; it must exit with 0 |
//! | `sh run exit=2 timeout=60` | another exit code; a time limit in seconds |
//! | `sh run background=ready:"text"` | start it, go on when its output shows the text; at the end of the page it gets Ctrl-C and must exit with 0 |
//! | `sh run after=stop` | stop what runs in the background first |
//! | `sh norun="reason"` | not run, and why |
//! | `text expect` | lines that the block above must print, in order; `...` stands for anything |
//!
//! Each block is its own shell at the root of the checkout. Pages run in order of their path, each in its own checkout.

mod block;
mod checkout;
mod expectation;
mod page;
mod shell;
#[cfg(test)]
mod tests;

use std::{env, fs};

use anyhow::{Context, Result, ensure};
use clap::Args;

use self::checkout::Checkout;
use crate::workspace::Workspace;

/// Set for the blocks; a block that starts `docs-test` itself is refused instead of running for ever.
const INSIDE: &str = "RAGSTONE_DOCS_TEST";

/// Arguments of `docs-test`.
#[derive(Debug, Default, Args)]
pub(crate) struct Options {
    /// Run only these pages
    pages: Vec<String>,
}

/// Runs every marked block; fails when one does, or when a shell block has no mark.
/// Answers with the number of blocks.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<usize> {
    ensure!(env::var_os(INSIDE).is_none(), "docs-test does not run inside itself: mark the block `norun`");
    let pages = read_pages(workspace, options)?;
    let problems: Vec<String> = pages
        .iter()
        .flat_map(|(path, page)| page.problems.iter().map(move |problem| format!("{path}:{problem}")))
        .collect();
    ensure!(problems.is_empty(), "blocks without a usable mark:\n  {}", problems.join("\n  "));
    let mut count = 0;
    for (path, page) in pages.iter().filter(|(_, page)| !page.blocks.is_empty()) {
        println!("--- {path}: {} blocks", page.blocks.len());
        let checkout = Checkout::create(workspace)?;
        shell::run_page(&checkout, &page.blocks).with_context(|| path.clone())?;
        count += page.blocks.len();
    }
    println!("docs-test: {count} blocks of {} pages ran", pages.len());
    Ok(count)
}

fn read_pages(workspace: &Workspace, options: &Options) -> Result<Vec<(String, page::Page)>> {
    let mut pages = Vec::new();
    for path in workspace.files()? {
        let name = path.to_string_lossy().into_owned();
        let is_page = name == "README.md"
            || path.starts_with("docs") && path.extension().is_some_and(|end| end == "md");
        if is_page && (options.pages.is_empty() || options.pages.contains(&name)) {
            let text =
                fs::read_to_string(workspace.join(&path)).with_context(|| format!("cannot read {name}"))?;
            pages.push((name, page::Page::parse(&text)));
        }
    }
    ensure!(options.pages.iter().all(|page| pages.iter().any(|(name, _)| name == page)), "no such page");
    Ok(pages)
}
