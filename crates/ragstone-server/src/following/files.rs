//! Files and folders that are watched.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::request::{MAX_INGEST_PLACES, PathReading};
use ragstone_core::{Error, ErrorKind, Result, SystemClock};
use ragstone_sources::{Change, RootChange, Turn, Watch, WatchOptions};
use ragstone_text::walk::IGNORE_FILE_NAME;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::retry::Retry;
use super::{Ingest, News, Tell};

/// How often paths are looked at, because a disk that is taken away says nothing.
const LOOK: Duration = Duration::from_secs(2);
/// Longest rest after a look at everything, which else rests as long as it took.
const LONGEST_REST: Duration = Duration::from_mins(5);
/// Files that decide what belongs to a folder.
const RULE_FILES: [&str; 3] = [IGNORE_FILE_NAME, ".gitignore", ".ignore"];

/// Follows files and folders.
#[derive(Debug)]
pub(crate) struct FileFollower {
    /// Elsewhere while a thread that may block uses it.
    watch: Option<Watch>,
    changed: Arc<Notify>,
    /// Paths that are not there.
    gone: BTreeSet<PathBuf>,
    retry: Retry,
    rescan: Duration,
}

impl FileFollower {
    /// Watches paths from now on, so that nothing that changes during a first ingest is missed.
    ///
    /// Everything is looked at once in `rescan`, too, since not every file system tells of changes.
    pub(crate) async fn start(paths: Vec<PathBuf>, rescan: Duration) -> Result<Self> {
        let changed = Arc::new(Notify::new());
        let wake = Arc::clone(&changed);
        let watch = blocking(move || {
            let folders = Box::new(|root: &Path, places: &BTreeSet<PathBuf>| {
                ragstone_text::folders(root, places).collect::<Vec<_>>()
            });
            let options = WatchOptions {
                rule_files: RULE_FILES.map(str::to_owned).to_vec(),
                ..WatchOptions::default()
            };
            Watch::start(&paths, folders, options, Arc::new(SystemClock), move || wake.notify_one())
        })
        .await??;
        let gone = watch.absent().into_iter().collect();
        Ok(Self { watch: Some(watch), changed, gone, retry: Retry::default(), rescan })
    }

    /// Has everything looked at, such as when a first ingest has failed.
    pub(crate) fn expect_everything(&self) {
        if let Some(watch) = &self.watch {
            watch.expect_everything();
        }
    }

    /// Ingests what changes, for ever. Dropping the future ends it; batches that were stored stay.
    pub(crate) async fn follow(mut self, sink: &dyn Ingest, tell: &Tell<'_>) -> Result<Infallible> {
        self.gone.iter().for_each(|path| tell(News::Vanished(path)));
        let start = Instant::now();
        let (mut look_at, mut rescan_at, mut rest_until) = (start, start + self.rescan, start);
        loop {
            let now = Instant::now();
            if now >= look_at {
                self.look(tell).await?;
                look_at = now + LOOK;
            }
            if now >= rescan_at {
                self.expect_everything();
                rescan_at = now + self.rescan;
            }
            let due = self.watch.as_ref().and_then(Watch::due_in);
            if due == Some(Duration::ZERO) && now >= rest_until {
                let rest = self.pass(sink, tell).await?;
                rest_until = Instant::now() + rest;
                continue;
            }
            let due = due.map_or(look_at, |due| (now + due).max(rest_until));
            tokio::select! {
                () = self.changed.notified() => {}
                () = tokio::time::sleep_until(due.min(look_at)) => {}
            }
        }
    }

    async fn look(&mut self, tell: &Tell<'_>) -> Result<()> {
        for turn in self.with(Watch::look).await? {
            match turn {
                Turn::Vanished(path) => {
                    tell(News::Vanished(&path));
                    self.gone.insert(path);
                }
                Turn::Returned(path) => {
                    tell(News::Returned(&path));
                    self.gone.remove(&path);
                }
            }
        }
        Ok(())
    }

    /// Ingests what is due; how long to rest behind it.
    async fn pass(&mut self, sink: &dyn Ingest, tell: &Tell<'_>) -> Result<Duration> {
        let (mut changes, trouble) = self.with(Watch::take).await?;
        if let Some(trouble) = &trouble {
            tell(News::Unwatched(trouble));
        }
        // When a path returns, everything in it counts as changed.
        changes.retain(|change| !self.gone.contains(&change.root));
        if changes.is_empty() {
            return Ok(Duration::ZERO);
        }
        let is_everything = changes.iter().any(|change| change.change == Change::Everything);
        let (paths, places) = asked(&changes);
        let start = Instant::now();
        match sink.ingest(paths, PathReading::Places(places)).await {
            Ok(report) => {
                self.retry.succeeded();
                tell(News::Ingested(&report));
                Ok(if is_everything { start.elapsed().min(LONGEST_REST) } else { Duration::ZERO })
            }
            Err(error) => {
                tell(News::Failed(&error));
                if let Some(watch) = &self.watch {
                    watch.put_back(changes);
                }
                Ok(self.retry.failed())
            }
        }
    }

    /// Uses the watch on a thread that may block. A future that is dropped meanwhile takes the watch with it.
    async fn with<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Watch) -> T + Send + 'static,
    ) -> Result<T> {
        let lost = || Error::new(ErrorKind::Unexpected, "the watch was lost");
        let mut watch = self.watch.take().ok_or_else(lost)?;
        let (watch, outcome) = blocking(move || {
            let outcome = work(&mut watch);
            (watch, outcome)
        })
        .await?;
        self.watch = Some(watch);
        Ok(outcome)
    }
}

/// What is asked for: the paths, and what of them is looked at.
fn asked(changes: &[RootChange]) -> (Vec<PathBuf>, BTreeSet<PathBuf>) {
    let paths: Vec<PathBuf> = changes.iter().map(|change| change.root.clone()).collect();
    let mut places = BTreeSet::new();
    for RootChange { root, change } in changes {
        match change {
            Change::Everything => places.extend([root.clone()]),
            Change::Places(below) => places.extend(below.iter().cloned()),
        }
    }
    if places.len() > MAX_INGEST_PLACES {
        places = paths.iter().cloned().collect();
    }
    (paths, places)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|source| Error::new(ErrorKind::Unexpected, "cannot look at paths").with_source(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(root: &str, places: impl IntoIterator<Item = String>) -> RootChange {
        let places = places.into_iter().map(PathBuf::from).collect();
        RootChange { root: PathBuf::from(root), change: Change::Places(places) }
    }

    #[test]
    fn places_of_all_paths_are_asked_for_at_once() {
        let whole = RootChange { root: PathBuf::from("/b"), change: Change::Everything };
        let (paths, places) = asked(&[change("/a", ["/a/x".to_owned()]), whole]);
        assert_eq!(paths, ["/a", "/b"].map(PathBuf::from));
        assert_eq!(places, ["/a/x", "/b"].map(PathBuf::from).into());
    }

    #[test]
    fn too_many_places_are_everything() {
        let many = (0..MAX_INGEST_PLACES).map(|number| format!("/a/{number}"));
        let (_, places) = asked(&[change("/a", many), change("/b", ["/b/x".to_owned()])]);
        assert_eq!(places, ["/a", "/b"].map(PathBuf::from).into());
    }
}
