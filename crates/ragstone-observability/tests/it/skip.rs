//! Tests that need a program which is not here say so, and are counted by `cargo xtask test`.

use std::io::Write as _;
use std::path::PathBuf;

/// Path of a program that a variable names, or that is on the search path.
#[expect(clippy::disallowed_methods, reason = "a test finds its tools through the environment")]
pub(crate) fn program(variable: &str, name: &str) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(variable) {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Reports a test as skipped.
#[expect(clippy::disallowed_methods, reason = "the runner names the report through the environment")]
pub(crate) fn skip(test: &str, reason: &str) {
    let line = format!("ragstone-observability::{test}\t{reason}");
    if let Some(report) = std::env::var_os("RAGSTONE_SKIP_REPORT") {
        let mut file =
            std::fs::OpenOptions::new().append(true).create(true).open(report).expect("the report opens");
        writeln!(file, "{line}").expect("the report is written");
    }
}
