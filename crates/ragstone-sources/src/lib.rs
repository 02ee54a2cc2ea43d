#![doc = include_str!("../README.md")]

pub mod archive;
pub mod entry;
pub mod git;
mod uri;
pub mod watch;

pub use crate::archive::{Archive, ArchiveKind, ArchiveLimits};
pub use crate::entry::{Entry, Skipped};
pub use crate::git::{Found, FoundRepository, Repository, RepositoryFile, Snapshot, discover};
pub use crate::watch::{Change, RootChange, Turn, Watch, WatchOptions};
