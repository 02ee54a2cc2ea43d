//! Git repositories, read from their object store: no checkout, no index, no network.
//!
//! A repository is read through a [`Snapshot`] of one commit. Nothing here writes.

#[cfg(not(feature = "git"))]
#[path = "git/absent.rs"]
mod repository;
#[cfg(feature = "git")]
mod repository;

mod discovery;
mod listing;
mod remote;
#[cfg(feature = "git")]
mod rules;
#[cfg(feature = "git")]
mod selection;

pub use self::discovery::{DiscoverOptions, Found, discover};
pub use self::listing::{FoundRepository, Listed, RepositoryFile, SnapshotInfo};
pub use self::repository::{Repository, Snapshot};
