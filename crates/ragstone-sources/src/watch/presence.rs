//! Whether a root is there, and whether it is still the same one.

use std::path::Path;

/// What stands at the path of a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// Nothing, or nothing that can be looked at.
    Gone,
    /// A file or folder.
    Here {
        /// Its file system, which changes where a disk is mounted or unmounted.
        device: u64,
        /// Its number there; 0 for a file, because an editor replaces files.
        number: u64,
    },
}

impl Presence {
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        match path.metadata() {
            Ok(found) if found.is_dir() => Self::Here { device: found.dev(), number: found.ino() },
            Ok(found) => Self::Here { device: found.dev(), number: 0 },
            Err(_) => Self::Gone,
        }
    }

    #[cfg(not(unix))]
    pub(super) fn of(path: &Path) -> Self {
        if path.exists() { Self::Here { device: 0, number: 0 } } else { Self::Gone }
    }
}
