//! The embedded engine takes minutes to build, so the server and its tests must need the same build of it.
//!
//! Cargo builds a package once for each set of features. If a test asks for one feature more of anything below
//! the engine, `cargo test` builds the engine a second time; this names the package and both sets.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use super::graph::Graph;
use super::rules::{ENGINE, SERVER};
use crate::process;
use crate::workspace::Workspace;

const SERVER_BUILD: &[&str] = &["--package", SERVER, "--edges", "normal,no-proc-macro"];
/// As `cargo xtask test` selects it.
const TEST_BUILD: &[&str] =
    &["--workspace", "--exclude", "xtask", "--all-features", "--edges", "normal,dev,no-proc-macro"];

/// Sets of features by package, as `name v1.2.3`.
type Variants = BTreeMap<String, BTreeSet<String>>;

/// Reports packages below the engine that the server and the tests want in different forms.
pub(crate) fn check(workspace: &Workspace, graph: &Graph) -> Result<Vec<String>> {
    let (Some(engine), Some(_)) = (graph.package(ENGINE), graph.member(SERVER)) else {
        return Ok(Vec::new());
    };
    let mut below = graph.closure(engine);
    below.insert(ENGINE);
    let server = variants(&tree(workspace, SERVER_BUILD)?);
    let tests = variants(&tree(workspace, TEST_BUILD)?);
    Ok(differences(&below, &server, &tests))
}

fn tree(workspace: &Workspace, selection: &[&str]) -> Result<String> {
    let mut command = workspace.cargo();
    command.args(["tree", "--prefix", "none", "--format", "{p}|{f}"]).args(selection);
    process::stdout_of(&mut command).context("cannot read the features from cargo")
}

fn variants(tree: &str) -> Variants {
    let mut variants = Variants::new();
    for line in tree.lines() {
        let line = line.strip_suffix(" (*)").unwrap_or(line);
        if let Some((package, features)) = line.split_once('|') {
            variants.entry(package.to_owned()).or_default().insert(features.to_owned());
        }
    }
    variants
}

fn differences(below: &BTreeSet<&str>, server: &Variants, tests: &Variants) -> Vec<String> {
    let is_below = |package: &str| package.split(' ').next().is_some_and(|name| below.contains(name));
    let mut problems = Vec::new();
    for (package, wanted) in server.iter().filter(|(package, _)| is_below(package)) {
        let built = tests.get(package).cloned().unwrap_or_default();
        if !wanted.is_subset(&built) {
            let list = |variants: &BTreeSet<String>| {
                variants.iter().map(String::as_str).collect::<Vec<_>>().join(" | ")
            };
            problems.push(format!(
                "{ENGINE} builds twice: {package} has [{}] for the server, [{}] for the tests",
                list(wanted),
                list(&built)
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(server: &str, tests: &str) -> Vec<String> {
        differences(&BTreeSet::from(["qdrant-edge", "tokio"]), &variants(server), &variants(tests))
    }

    #[test]
    fn equal_features_share_the_build() {
        let server = "qdrant-edge v0.7.2|\ntokio v1.0.0|fs,net\ntokio v1.0.0|fs,net (*)\n";
        assert_eq!(problems(server, server), Vec::<String>::new());
    }

    #[test]
    fn a_feature_for_tests_only_is_reported() {
        let problems = problems("tokio v1.0.0|fs,net\n", "tokio v1.0.0|fs,net,test-util\n");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("tokio v1.0.0") && problems[0].contains("test-util"), "{problems:?}");
    }

    #[test]
    fn packages_beside_the_engine_may_differ() {
        assert_eq!(problems("clap v4.0.0|std\n", "clap v4.0.0|std,wrap_help\n"), Vec::<String>::new());
    }

    #[test]
    fn another_variant_for_build_scripts_is_no_second_build() {
        let tests = "tokio v1.0.0|fs,net\ntokio v1.0.0|fs\n";
        assert_eq!(problems("tokio v1.0.0|fs,net\n", tests), Vec::<String>::new());
    }
}
