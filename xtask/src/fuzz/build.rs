//! Builds the targets so that they tell which of their edges an input reaches, with the stable compiler.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::FOLDER;
use crate::process;
use crate::workspace::Workspace;

/// What a fuzzer is guided by: a counter and an address for each edge, and the operands of comparisons.
const INSTRUMENTATION: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
];

/// Builds every binary and answers with their folder.
///
/// The triple is named, so that build scripts and macros are built without what only a fuzzer provides.
pub(super) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let (triple, target) = (host()?, workspace.output_dir("fuzz")?.join("build"));
    let mut cargo = workspace.cargo();
    cargo.current_dir(workspace.join(FOLDER));
    cargo.env("RUSTFLAGS", INSTRUMENTATION.join(" ")).env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo
        .args(["build", "--release", "--locked", "--bins", "--target", &triple, "--target-dir"])
        .arg(&target);
    process::run(&mut cargo)?;
    let folder = target.join(triple).join("release");
    fs::canonicalize(&folder).with_context(|| format!("cannot find {}", folder.display()))
}

/// The triple of this machine.
fn host() -> Result<String> {
    let version = process::stdout_of(Command::new("rustc").arg("-vV"))?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).context("rustc does not say what machine this is")
}
