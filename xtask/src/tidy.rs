//! `tidy`: the rules of the repository that a compiler does not know, as one function each.

mod allow;
mod decisions;
mod finding;
mod headers;
mod lengths;
mod links;
mod manifests;
mod markers;
mod names;
mod syntax;
mod tree;

use anyhow::{Result, ensure};

use self::allow::AllowList;
use self::finding::Finding;
pub(crate) use self::tree::Tree;
use crate::workspace::Workspace;

const ALLOW_LIST: &str = "xtask/tidy-allow.toml";

/// Every check, in the order of the report. Each reads the tree and says what it found.
const CHECKS: &[fn(&Tree) -> Vec<Finding>] = &[
    headers::check,
    lengths::check,
    syntax::check,
    names::check,
    manifests::check,
    links::check,
    decisions::check,
    markers::check,
];

/// Checks the repository; fails when a rule is broken without an entry in the allow-list, or when an entry
/// allows more than is needed.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let tree = Tree::load(workspace)?;
    let allowed = AllowList::parse(tree.text(ALLOW_LIST).unwrap_or_default())?;
    let findings: Vec<Finding> = CHECKS.iter().flat_map(|check| check(&tree)).collect();
    let problems = allowed.apply(findings);
    for advice in lengths::advice(&tree) {
        println!("advice: {advice}");
    }
    for problem in &problems {
        println!("{problem}");
    }
    ensure!(problems.is_empty(), "tidy found {} problems in {} files", problems.len(), tree.len());
    println!("tidy: {} files are in order, {} exceptions", tree.len(), allowed.len());
    Ok(())
}
