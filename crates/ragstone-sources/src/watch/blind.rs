//! Stands where the feature `watch` is left out.

use std::path::{Path, PathBuf};

use ragstone_core::{Error, ErrorKind, Result};

pub(super) enum Kernel {}

impl Kernel {
    pub(super) const WATCHES_FOLDERS_ONE_BY_ONE: bool = false;

    pub(super) fn open(_: impl Fn(Option<PathBuf>) + Send + 'static) -> Result<Self> {
        Err(Error::new(ErrorKind::Unsupported, "this build cannot watch folders")
            .with_help("build with the feature `watch` of ragstone-sources"))
    }

    pub(super) fn watch(&mut self, _: &Path, _: bool) -> Result<()> {
        match *self {}
    }
}
