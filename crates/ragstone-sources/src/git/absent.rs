//! Stands where the feature `git` is left out.

use std::ops::ControlFlow;
use std::path::Path;

use ragstone_core::{Error, ErrorKind, Result};

use super::listing::{FoundRepository, Listed, SnapshotInfo};

/// A repository.
#[derive(Clone, Debug)]
pub enum Repository {}

impl Repository {
    /// Refuses with `Unsupported`.
    pub fn open(_: &Path) -> Result<Self> {
        Err(Error::new(ErrorKind::Unsupported, "this build cannot read git repositories")
            .with_help("build with the feature `git` of ragstone-sources"))
    }

    /// Cannot be called.
    pub fn parts(&self) -> Result<Vec<std::path::PathBuf>> {
        match *self {}
    }

    /// Cannot be called.
    pub fn snapshot(&self, _: Option<&str>) -> Result<Snapshot> {
        match *self {}
    }

    /// Cannot be called.
    pub fn overview(&self) -> Result<FoundRepository> {
        match *self {}
    }
}

/// A commit of a repository.
#[derive(Clone, Debug)]
pub enum Snapshot {}

impl Snapshot {
    /// Cannot be called.
    pub fn info(&self) -> &SnapshotInfo {
        match *self {}
    }

    /// Cannot be called.
    pub fn list(&self, _: &[&str], _: u64, _: &mut dyn FnMut(Listed) -> ControlFlow<()>) -> Result<()> {
        match *self {}
    }

    /// Cannot be called.
    pub fn read(&self, _: &str, _: usize) -> Result<Vec<u8>> {
        match *self {}
    }
}
