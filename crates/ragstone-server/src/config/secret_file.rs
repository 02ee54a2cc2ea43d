//! Files that the configuration names: secrets, and certificates.

use std::path::Path;

use ragstone_core::{Error, ErrorKind, Result};

/// A file that holds certificates; what is in it is for the store to judge.
pub(super) fn certificate(key: &'static str, file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file)
        .map_err(|source| unreadable("cannot read the file of a certificate", key, file, source))
}

/// A file that holds a secret.
pub(super) fn whole_text(key: &'static str, file: &Path) -> Result<String> {
    std::fs::read_to_string(file)
        .map_err(|source| unreadable("cannot read the file of a secret", key, file, source))
}

fn unreadable(what: &'static str, key: &'static str, file: &Path, source: std::io::Error) -> Error {
    Error::new(ErrorKind::FailedPrecondition, what)
        .with_context("key", key)
        .with_context("file", file.display())
        .with_source(source)
}

/// The first line of a file that holds a secret.
pub(super) fn first_line(key: &'static str, file: &Path) -> Result<String> {
    let text = whole_text(key, file)?;
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        return Err(Error::invalid(key, "names a file whose first line is empty")
            .with_context("file", file.display()));
    }
    Ok(line.to_owned())
}
