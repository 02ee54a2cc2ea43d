//! Folders and files that are watched for changes.
//!
//! What has changed is told by places, and not by what happened to them: whoever ingests looks at a place and compares.
//! So an event too many costs a look, and one too few is made good by the next look at everything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ragstone_core::{Clock, Error, Result};

use self::kernel::Kernel;
use self::pending::Pending;
use self::presence::Presence;

#[cfg(not(feature = "watch"))]
#[path = "watch/blind.rs"]
mod kernel;
#[cfg(feature = "watch")]
mod kernel;
mod pending;
mod presence;

/// Which folders at and below some places of a root are to be watched: those that a walk would list.
pub type Folders = dyn Fn(&Path, &BTreeSet<PathBuf>) -> Vec<PathBuf> + Send + Sync;

/// What is told when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchOptions {
    /// Changes are told once nothing has changed for so long.
    pub quiet: Duration,
    /// Changes are told so long after the first one at the latest.
    pub longest: Duration,
    /// Most places of a root that are told one by one; where there are more, everything may have changed.
    pub most_places: usize,
    /// Names of files that decide what belongs to a folder: a change of one is a change of its folder.
    pub rule_files: Vec<String>,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            quiet: Duration::from_millis(500),
            longest: Duration::from_secs(5),
            most_places: 1024,
            rule_files: Vec::new(),
        }
    }
}

/// What may have changed below a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// These files and folders, each below the root.
    Places(BTreeSet<PathBuf>),
    /// Anything: changes were missed, or the root has come back.
    Everything,
}

/// Changes below one root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootChange {
    /// The root, as it was given.
    pub root: PathBuf,
    /// What may have changed.
    pub change: Change,
}

/// What a look at a root has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It was there, and is gone: nothing that is said of it until it returns means that a file was deleted.
    Vanished(PathBuf),
    /// It is there again, or another folder or file system is in its place; everything below counts as changed.
    Returned(PathBuf),
}

/// Watches roots until it is dropped.
pub struct Watch {
    roots: Vec<Root>,
    folders: Box<Folders>,
    options: WatchOptions,
    pending: Arc<Mutex<Pending>>,
    kernel: Kernel,
    clock: Arc<dyn Clock>,
}

struct Root {
    path: PathBuf,
    presence: Presence,
}

impl Watch {
    /// Starts to watch; `wake` is called on another thread whenever there is something new.
    ///
    /// Roots are absolute paths of files and folders; one that is missing is watched once [`look`](Self::look) finds it.
    /// On Linux each of the `folders` has a watch of its own, so that what a walk leaves out wakes nobody; elsewhere the
    /// system watches whole roots. Blocking: lists the folders. Errors: `Unsupported` without the feature `watch`,
    /// `FailedPrecondition` where the system watches no more folders.
    pub fn start(
        roots: &[PathBuf],
        folders: Box<Folders>,
        options: WatchOptions,
        clock: Arc<dyn Clock>,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self> {
        if let Some(root) = roots.iter().find(|root| !root.is_absolute()) {
            return Err(Error::invalid("root", "must be absolute").with_context("path", root.display()));
        }
        let pending = Pending::new(roots, options.clone());
        let pending = Arc::new(Mutex::new(pending));
        let (noted, time) = (Arc::clone(&pending), Arc::clone(&clock));
        let kernel = Kernel::open(move |told| {
            let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            let is_news = match told {
                Some(path) => noted.note(&path, time.instant()),
                None => noted.note_all(time.instant()),
            };
            drop(noted);
            if is_news {
                wake();
            }
        })?;
        let roots = roots.iter().map(|path| Root { path: path.clone(), presence: Presence::Gone }).collect();
        let mut watch = Self { roots, folders, options, pending, kernel, clock };
        for at in 0..watch.roots.len() {
            let Some(root) = watch.roots.get_mut(at) else { continue };
            root.presence = Presence::of(&root.path);
            let (path, is_here) = (root.path.clone(), root.presence != Presence::Gone);
            if is_here {
                watch.attach(&path, &BTreeSet::from([path.clone()]))?;
            }
        }
        Ok(watch)
    }

    /// How long the changes that wait have to wait on; `None` where there are none.
    pub fn due_in(&self) -> Option<Duration> {
        self.pending().due_in(self.clock.instant())
    }

    /// Takes the changes that are due, and watches the folders that came with them.
    ///
    /// A folder is watched before its change is told, so that what happens in it from now on is told later. The error is
    /// the reason why some folders are not watched; the changes are complete without them. Blocking: lists folders.
    pub fn take(&mut self) -> (Vec<RootChange>, Option<Error>) {
        let changes = self.pending().take(self.clock.instant());
        let mut trouble = None;
        for RootChange { root, change } in &changes {
            let places = match change {
                Change::Places(places) => places.clone(),
                Change::Everything => BTreeSet::from([root.clone()]),
            };
            trouble = self.attach(root, &places).err().or(trouble);
        }
        (changes, trouble)
    }

    /// Looks whether the roots are there, because a disk that is taken away says nothing. Costs a call of the system each.
    pub fn look(&mut self) -> Vec<Turn> {
        let mut turns = Vec::new();
        let now = self.clock.instant();
        for root in &mut self.roots {
            let presence = Presence::of(&root.path);
            if presence == root.presence {
                continue;
            }
            root.presence = presence;
            turns.push(match presence {
                Presence::Gone => Turn::Vanished(root.path.clone()),
                Presence::Here { .. } => {
                    self.pending.lock().unwrap_or_else(PoisonError::into_inner).note(&root.path, now);
                    Turn::Returned(root.path.clone())
                }
            });
        }
        turns
    }

    /// The roots that were not there when they were looked at last.
    pub fn absent(&self) -> Vec<PathBuf> {
        let gone = self.roots.iter().filter(|root| root.presence == Presence::Gone);
        gone.map(|root| root.path.clone()).collect()
    }

    /// Says that changes which were taken could not be acted on, so that they are told again.
    pub fn put_back(&self, changes: Vec<RootChange>) {
        self.pending().put_back(changes, self.clock.instant());
    }

    /// Says that everything below every root may have changed.
    pub fn expect_everything(&self) {
        self.pending().note_all(self.clock.instant());
    }

    fn attach(&mut self, root: &Path, places: &BTreeSet<PathBuf>) -> Result<()> {
        if root.is_file() {
            // An editor puts another file in its place, which only its folder tells of.
            return root.parent().map_or(Ok(()), |folder| self.kernel.watch(folder, false));
        }
        if !Kernel::WATCHES_FOLDERS_ONE_BY_ONE {
            return if places.contains(root) { self.kernel.watch(root, true) } else { Ok(()) };
        }
        for folder in (self.folders)(root, places) {
            self.kernel.watch(&folder, false)?;
        }
        Ok(())
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("options", &self.options).finish_non_exhaustive()
    }
}
