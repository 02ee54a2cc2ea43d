//! Sources that are followed: what changes in them reaches a collection without being asked for.

use std::path::{Path, PathBuf};

use ragstone_api::ingest::IngestReport;
use ragstone_core::port::BoxFuture;
use ragstone_core::request::PathReading;
use ragstone_core::{Error, Result};

pub(crate) use self::background::BackgroundSources;
pub(crate) use self::commits::CommitFollower;
pub(crate) use self::files::FileFollower;

mod background;
mod commits;
mod files;
mod retry;

/// How long folders may lie unwatched by mistake: everything is looked at so often.
pub(crate) const RESCAN: std::time::Duration = std::time::Duration::from_hours(1);

/// Brings a collection in line with paths.
pub(crate) trait Ingest: Send + Sync {
    /// Ingests what of the paths is to be looked at.
    fn ingest(&self, paths: Vec<PathBuf>, reading: PathReading) -> BoxFuture<'_, Result<IngestReport>>;
}

/// What happens while sources are followed.
#[derive(Debug)]
pub(crate) enum News<'a> {
    /// Something may have changed, and the collection is in line with it again.
    Ingested(&'a IngestReport),
    /// A path is not there. Its documents stay: a disk may be away.
    Vanished(&'a Path),
    /// It is there again, or something else is in its place.
    Returned(&'a Path),
    /// The collection could not be brought in line; it will be tried again.
    Failed(&'a Error),
    /// Some folders are not watched.
    Unwatched(&'a Error),
}

/// Hears the news.
pub(crate) type Tell<'a> = dyn Fn(News<'_>) + Send + Sync + 'a;
