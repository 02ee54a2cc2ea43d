//! The walk over files and folders, on a thread of its own, and what the workers make of each file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ragstone_core::{Error, ErrorKind, Result};
use ragstone_text::{WalkOptions, walk};
use tokio::sync::mpsc;

use super::files::{FileOutcome, FileReader};

/// What the walk found.
pub(super) enum Walked {
    File(PathBuf, u64),
    Blind(PathBuf, String),
}

/// What the workers made of it.
pub(super) enum Prepared {
    File(FileOutcome),
    Blind(PathBuf, String),
}

pub(super) struct Walker {
    pub(super) found: mpsc::Sender<Walked>,
    pub(super) is_stopped: Arc<AtomicBool>,
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
        walk(folder, &WalkOptions::default()).all(|entry| {
            self.send(match entry {
                Ok(file) => Walked::File(file.path, file.len),
                Err(error) => Walked::Blind(error.path, error.reason),
            })
        })
    }

    fn send(&self, found: Walked) -> bool {
        !self.is_stopped.load(Ordering::Relaxed) && self.found.blocking_send(found).is_ok()
    }
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
        Walked::File(path, _) => tokio::task::spawn_blocking(move || Prepared::File(reader.read(&path)))
            .await
            .map_err(|source| Error::new(ErrorKind::Unexpected, "a file worker failed").with_source(source)),
    }
}
