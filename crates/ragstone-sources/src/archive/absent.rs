//! Stands where the feature `archive` is left out.

use std::fs::File;

use ragstone_core::{Error, ErrorKind, Result};

use super::meter::Meter;
use super::{ArchiveKind, Visitor};

pub(super) fn each(_: ArchiveKind, _: &File, _: &Meter, _: &mut Visitor<'_>) -> Result<()> {
    Err(Error::new(ErrorKind::Unsupported, "this build cannot read archives")
        .with_help("build with the feature `archive` of ragstone-sources"))
}
