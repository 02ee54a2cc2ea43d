//! The list of targets in `tests/fuzz/targets.toml`.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::FOLDER;
use crate::workspace::Workspace;

/// One target.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Target {
    pub(super) name: String,
    /// Binary of the workspace that has it.
    pub(super) binary: String,
    /// Longest input.
    pub(super) max_bytes: usize,
    /// Extensions of real files that are seeds.
    #[serde(default)]
    pub(super) real: Vec<String>,
    /// Whether the name of a real file stands before its content.
    #[serde(default)]
    pub(super) is_named: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    target: Vec<Target>,
}

/// Reads the list; a target without seeds is an error, because it would begin with nothing.
pub(super) fn read(workspace: &Workspace) -> Result<Vec<Target>> {
    let path = workspace.join(FOLDER).join("targets.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let targets = parse(&text)?;
    for target in &targets {
        let seeds = workspace.join(FOLDER).join("corpus").join(&target.name);
        ensure!(seeds.is_dir(), "the target {} has no seeds in {}", target.name, seeds.display());
    }
    Ok(targets)
}

fn parse(text: &str) -> Result<Vec<Target>> {
    let list: List = toml::from_str(text).context("cannot read the list of targets")?;
    let mut names: Vec<&str> = list.target.iter().map(|target| target.name.as_str()).collect();
    names.sort_unstable();
    let twin = names.windows(2).find(|pair| pair[0] == pair[1]);
    ensure!(twin.is_none(), "two targets are called {}", twin.map_or("", |pair| pair[0]));
    Ok(list.target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_have_names_of_their_own() {
        let one = "[[target]]\nname = \"a\"\nbinary = \"b\"\nmax_bytes = 9\n";
        assert_eq!(parse(one).unwrap().len(), 1);
        assert!(parse(&one.repeat(2)).is_err());
        assert!(parse(&format!("{one}other = 1\n")).is_err());
    }
}
