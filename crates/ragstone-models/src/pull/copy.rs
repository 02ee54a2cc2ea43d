//! The files of a model from a folder of this machine.

use std::fs;
use std::path::Path;

use ragstone_core::{Error, ErrorKind, Result};

use super::{OPTIONAL, REQUIRED, file_error};

/// Copies the files that make a model, and nothing else.
pub(super) fn folder(from: &Path, to: &Path) -> Result<()> {
    for file in REQUIRED.into_iter().chain(OPTIONAL) {
        let source = from.join(file);
        if source.is_file() {
            place(to, file, |path| fs::copy(&source, path).map(|_bytes| ()))?;
        } else if REQUIRED.contains(&file) {
            return Err(missing(file));
        }
    }
    Ok(())
}

/// Makes a file of the model, with the folder that it is in.
pub(super) fn place(
    folder: &Path,
    file: &str,
    write: impl FnOnce(&Path) -> std::io::Result<()>,
) -> Result<()> {
    let path = folder.join(file);
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| write(&path))
        .map_err(|source| file_error("cannot write a file of the model", &path, source))
}

/// The error of a source that lacks a file.
pub(super) fn missing(file: &str) -> Error {
    Error::new(ErrorKind::NotFound, "the source has no such file of a model").with_context("file", file)
}
