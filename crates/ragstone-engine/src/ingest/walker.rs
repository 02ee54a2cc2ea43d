//! The walk over the sources of an ingest, on a thread of its own.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ragstone_core::{Error, ErrorKind, Result};
use ragstone_sources::archive::Read;
use ragstone_sources::git::Listed;
use ragstone_sources::{Archive, ArchiveLimits, Snapshot};
use ragstone_text::walk::IGNORE_FILE_NAME;
use ragstone_text::{FileEntry, WalkError, WalkOptions, WalkReason, walk, walk_places};
use tokio::sync::mpsc;

use super::budget::Budget;
use super::found::{Content, Found, Item};
use super::source;
use super::target::Target;

/// Names of the ignore files of a commit, the one that prevails first.
const RULES: [&str; 2] = [IGNORE_FILE_NAME, ".ignore"];

pub(super) struct Walker {
    pub(super) found: mpsc::Sender<Found>,
    pub(super) is_stopped: Arc<AtomicBool>,
    pub(super) max_file_bytes: u64,
    pub(super) archives: ArchiveLimits,
    /// For members of archives on their way to the workers.
    pub(super) budget: Budget,
}

impl Walker {
    /// Sends everything that the targets hold; ends early when nobody listens any more.
    pub(super) fn walk(&self, targets: &[Target]) {
        let _stopped = targets.iter().try_for_each(|target| self.walk_target(target));
    }

    fn walk_target(&self, target: &Target) -> ControlFlow<()> {
        match target {
            Target::File(path) => {
                let len = path.metadata().map_or(0, |metadata| metadata.len());
                self.file(path.clone(), len)
            }
            Target::Folder(folder) => self.folder(folder),
            Target::Places(folder, places) => self.places(folder, places),
            Target::Archive(path) => {
                let outcome = Archive::open(path, self.archives).and_then(|archive| self.archive(&archive));
                self.ended(path, Archive::prefix_of(path), outcome)
            }
            Target::Commit(snapshot) => {
                let path = &snapshot.info().repository;
                self.ended(path, Ok(snapshot.info().prefix.clone()), self.commit(snapshot))
            }
        }
    }

    fn folder(&self, folder: &Path) -> ControlFlow<()> {
        let options = self.options();
        let mut entries = walk(folder, &options).peekable();
        if entries.peek().is_none() {
            return match source::prefix_of_folder(folder) {
                Ok(prefix) => self.send(Found::Empty(folder.to_owned(), prefix)),
                Err(error) => self.send(Found::Refused(folder.to_owned(), None, error)),
            };
        }
        self.entries(folder, entries)
    }

    fn places(&self, folder: &Path, places: &BTreeSet<PathBuf>) -> ControlFlow<()> {
        let options = self.options();
        self.entries(folder, walk_places(folder, places, &options))
    }

    fn entries(
        &self,
        folder: &Path,
        mut entries: impl Iterator<Item = Result<FileEntry, WalkError>>,
    ) -> ControlFlow<()> {
        entries.try_for_each(|entry| match entry {
            Ok(file) => self.file(file.path, file.len),
            Err(error) => self.send(blind(folder, error)),
        })
    }

    fn file(&self, path: PathBuf, len: u64) -> ControlFlow<()> {
        self.send(match source::of_file(&path) {
            Ok(source) => item(Item { source, path, len, content: Content::File, key: None, origin: None }),
            Err(error) => Found::Refused(path, None, error),
        })
    }

    fn archive(&self, archive: &Archive) -> Result<ControlFlow<()>> {
        let mut flow = ControlFlow::Continue(());
        archive.read(&mut |read| {
            flow = self.send(match read {
                Read::Skipped(skipped) => skipped.into(),
                Read::Member(entry, bytes) => {
                    let reserved = self.budget.reserve(bytes.len());
                    let content = Content::Bytes(bytes, reserved);
                    let (source, path, len) = (entry.source, entry.path, entry.len);
                    item(Item { source, path, len, content, key: None, origin: None })
                }
            });
            flow
        })?;
        Ok(flow)
    }

    fn commit(&self, snapshot: &Arc<Snapshot>) -> Result<ControlFlow<()>> {
        let origin = Arc::new(snapshot.info().metadata());
        let mut flow = ControlFlow::Continue(());
        snapshot.list(&RULES, self.max_file_bytes, &mut |listed| {
            flow = self.send(match listed {
                Listed::Skipped(skipped) => skipped.into(),
                Listed::File(file) => item(Item {
                    source: file.entry.source,
                    path: file.entry.path,
                    len: file.entry.len,
                    key: Some(format!("git={}", file.blob)),
                    content: Content::Blob(Arc::clone(snapshot), file.blob),
                    origin: Some(Arc::clone(&origin)),
                }),
            });
            flow
        })?;
        Ok(flow)
    }

    /// A source that could not be read to its end hides all that it may hold.
    fn ended(
        &self,
        path: &Path,
        prefix: Result<String>,
        outcome: Result<ControlFlow<()>>,
    ) -> ControlFlow<()> {
        let error = match outcome {
            Ok(flow) => return flow,
            Err(error) => error,
        };
        self.send(Found::Blind(path.to_owned(), prefix.into_iter().collect(), error))
    }

    fn options(&self) -> WalkOptions {
        WalkOptions { max_file_bytes: self.max_file_bytes, ..WalkOptions::default() }
    }

    fn send(&self, found: Found) -> ControlFlow<()> {
        if !self.is_stopped.load(Ordering::Relaxed) && self.found.blocking_send(found).is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }
}

fn item(item: Item) -> Found {
    Found::Item(Box::new(item))
}

/// What could not be looked at; the whole folder where the file system named nothing.
fn blind(folder: &Path, error: WalkError) -> Found {
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
    let hidden = [source::prefix_of_folder(&path), source::of_file(&path).map(String::from)];
    let hidden = hidden.into_iter().filter_map(Result::ok).collect();
    Found::Blind(path, hidden, Error::new(kind, message).with_source(error))
}

/// Ends the walk when the ingest is dropped.
pub(super) struct StopOnDrop(pub(super) Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
