//! What sources that are no folders hold: files with a name of their own.

use std::path::PathBuf;

use ragstone_core::{Error, SourceUri};

/// A file of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name among all sources; all entries of one source begin with its prefix.
    pub source: SourceUri,
    /// Its name for people: the path of the source with the path inside it.
    pub path: PathBuf,
    /// Size in bytes.
    pub len: u64,
}

/// Something that a source holds and that is no document.
#[derive(Debug)]
pub struct Skipped {
    /// The source that it would have been; `None` where its name cannot be one.
    pub source: Option<SourceUri>,
    /// Its name for people.
    pub path: PathBuf,
    /// Why it is left out.
    pub reason: Error,
}
