//! Data sets that lie outside the repository; a test without them is reported as skipped.

use std::io::Write as _;
use std::path::PathBuf;

#[expect(clippy::disallowed_methods, reason = "the tests' only configuration")]
pub(crate) fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from)
}

/// Folder of a data set; where it is missing, the skip is reported and the test must return.
pub(crate) fn folder(test: &str, relative: &str) -> Option<PathBuf> {
    let folder = variable("RAGSTONE_TEST_DATA").map(|data| data.join(relative));
    if let Some(folder) = folder.and_then(|folder| folder.canonicalize().ok()) {
        return Some(folder);
    }
    skip(test, &format!("RAGSTONE_TEST_DATA has no {relative}"));
    None
}

/// Reports that a test, or a part of one, did not run.
pub(crate) fn skip(test: &str, reason: &str) {
    if let Some(report) = variable("RAGSTONE_SKIP_REPORT") {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(report).expect("report");
        writeln!(file, "ragstone-server::{test}\t{reason}").expect("written");
    }
}
