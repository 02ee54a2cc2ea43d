//! Programs that some tests call: `promtool` and `strace`, and what we build or fill ourselves, which tests find by a
//! variable.

use std::path::PathBuf;

use anyhow::Result;

use super::account::is_on_path;
use super::debian::{Install, install_packages};
use crate::workspace::Workspace;
use crate::{clients, collector, models};

/// A program that is made below the target directory.
struct Tool {
    /// For people.
    name: &'static str,
    /// Names it to the tests.
    variable: &'static str,
    built: fn(&Workspace) -> Option<PathBuf>,
    build: fn(&Workspace) -> Result<PathBuf>,
}

const TOOLS: [Tool; 3] = [
    Tool {
        name: "collector",
        variable: collector::VARIABLE,
        built: collector::built,
        build: collector::build,
    },
    Tool {
        name: "Python for models",
        variable: models::VARIABLE,
        built: models::built,
        build: models::build,
    },
    Tool {
        name: "Python for clients",
        variable: clients::VARIABLE,
        built: clients::built,
        build: clients::build,
    },
];

/// Installs or builds what is missing; a line for each program that cannot be had.
pub(crate) fn prepare(workspace: &Workspace, install: Install) -> Vec<String> {
    let mut missing = Vec::new();
    for (program, package) in [("promtool", "prometheus"), ("strace", "strace")] {
        if !is_on_path(program)
            && let Err(error) = install_packages(&[package], install)
        {
            missing.push(format!("{program}: {error:#}"));
        }
    }
    for Tool { name, built, build, .. } in TOOLS {
        if built(workspace).is_some() {
            continue;
        }
        match install {
            Install::IfMissing => {
                if let Err(error) = build(workspace) {
                    missing.push(format!("{name}: {error:#}"));
                }
            }
            Install::Never => missing.push(format!("{name}: not built: run `cargo xtask services up`")),
        }
    }
    missing
}

/// What is built, by the variables that name it to the tests.
pub(crate) fn variables(workspace: &Workspace) -> impl Iterator<Item = (&'static str, PathBuf)> {
    TOOLS.into_iter().filter_map(|tool| Some((tool.variable, (tool.built)(workspace)?)))
}
