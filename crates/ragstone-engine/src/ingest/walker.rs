//! The walk over files and folders, on a thread of its own, and what the workers make of each file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ragstone_core::{Error, ErrorKind, Result};
use ragstone_text::{WalkError, WalkOptions, WalkReason, walk};
use tokio::sync::mpsc;

use super::files::{FileOutcome, FileReader};

/// What the walk found.
pub(super) enum Walked {
    File(PathBuf, u64),
    Blind(PathBuf, Error),
}

/// What the workers made of it.
pub(super) enum Prepared {
    File(FileOutcome),
    Blind(PathBuf, Error),
}

pub(super) struct Walker {
    pub(super) found: mpsc::Sender<Walked>,
    pub(super) is_stopped: Arc<AtomicBool>,
    pub(super) max_file_bytes: u64,
}

impl Walker {
    /// Sends every file below the paths; ends early when nobody listens any more.
    pub(super) fn walk(&self, paths: &[PathBuf]) {
        for path in paths {
            if path.is_file() {
                let len = path.metadata().map_or(0, |metadata| metadata.len());
                if !self.send(Walked::File(path.clone(), len)) {
                    return;
                }
            } else if !self.walk_folder(path) {
                return;
            }
        }
    }

    fn walk_folder(&self, folder: &Path) -> bool {
        let options = WalkOptions { max_file_bytes: self.max_file_bytes, ..WalkOptions::default() };
        walk(folder, &options).all(|entry| {
            self.send(match entry {
                Ok(file) => Walked::File(file.path, file.len),
                Err(error) => blind(folder, error),
            })
        })
    }

    fn send(&self, found: Walked) -> bool {
        !self.is_stopped.load(Ordering::Relaxed) && self.found.blocking_send(found).is_ok()
    }
}

/// What could not be looked at; the whole folder where the file system named nothing.
fn blind(folder: &Path, error: WalkError) -> Walked {
    let (kind, message) = match &error.reason {
        WalkReason::Unreadable(_) => (ErrorKind::PermissionDenied, "the server may not read the path"),
        WalkReason::Loop => {
            (ErrorKind::InvalidArgument, "the symbolic link leads back to a folder around it")
        }
        WalkReason::OutsideRoot => (ErrorKind::PermissionDenied, "the symbolic link leads out of the folder"),
        WalkReason::TooLarge { .. } => (ErrorKind::TooLarge, "the file is larger than its limit"),
        WalkReason::NotAFile => (ErrorKind::UnsupportedMedia, "the path is not a regular file"),
        _ => (ErrorKind::InvalidArgument, "the path cannot be taken in"),
    };
    let path = if error.path.as_os_str().is_empty() { folder.to_owned() } else { error.path.clone() };
    Walked::Blind(path, Error::new(kind, message).with_source(error))
}

/// Ends the walk when the ingest is dropped.
pub(super) struct StopOnDrop(pub(super) Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Reads and prepares what the walk found, on a blocking thread.
pub(super) async fn prepare(reader: Arc<FileReader>, entry: Walked) -> Result<Prepared> {
    match entry {
        Walked::Blind(path, reason) => Ok(Prepared::Blind(path, reason)),
        Walked::File(path, _) => {
            // Another thread knows nothing of the span of the ingest.
            let ingest = tracing::Span::current();
            tokio::task::spawn_blocking(move || Prepared::File(ingest.in_scope(|| reader.read(&path))))
                .await
                .map_err(|source| {
                    Error::new(ErrorKind::Unexpected, "a file worker failed").with_source(source)
                })
        }
    }
}
