//! What the system tells of folders.

use std::path::{Path, PathBuf};

use notify::event::EventKind;
use notify::{Config, RecommendedWatcher, RecursiveMode, Watcher as _};
use ragstone_core::{Error, ErrorKind, Result};

pub(super) struct Kernel(RecommendedWatcher);

impl Kernel {
    /// Whether each folder needs a watch of its own, which leaves out what nobody wants to hear of.
    pub(super) const WATCHES_FOLDERS_ONE_BY_ONE: bool = cfg!(any(target_os = "linux", target_os = "android"));

    /// Opens the system's watch; `tell` hears of paths that have changed, and of nothing where changes were missed.
    pub(super) fn open(tell: impl Fn(Option<PathBuf>) + Send + 'static) -> Result<Self> {
        let hear = move |event| told(event).into_iter().for_each(&tell);
        // Links are not followed: what they lead to inside a root is watched in its own place.
        let config = Config::default().with_follow_symlinks(false);
        RecommendedWatcher::new(hear, config).map(Self).map_err(converted)
    }

    /// Watches a folder; one that is gone is left to the event that says so.
    pub(super) fn watch(&mut self, folder: &Path, is_whole_tree: bool) -> Result<()> {
        let mode = if is_whole_tree { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        match self.0.watch(folder, mode) {
            Err(error) if is_gone(&error) => Ok(()),
            outcome => outcome.map_err(converted),
        }
    }
}

/// The paths of an event; `None` stands for any.
fn told(event: notify::Result<notify::Event>) -> Vec<Option<PathBuf>> {
    match event {
        // The queue of the kernel has overflowed.
        Ok(event) if event.need_rescan() => vec![None],
        // Our own reading is told, too.
        Ok(event) if matches!(event.kind, EventKind::Access(_)) => Vec::new(),
        Ok(event) => event.paths.into_iter().map(Some).collect(),
        Err(error) => {
            tracing::warn!(%error, "changes of watched folders were missed");
            vec![None]
        }
    }
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::PathNotFound => true,
        notify::ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

fn converted(error: notify::Error) -> Error {
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => unwatched(
            "the system watches no more folders for this user",
            "raise `fs.inotify.max_user_watches`, or leave out folders with `.ragstoneignore`",
        ),
        notify::ErrorKind::Io(source) if source.kind() == std::io::ErrorKind::PermissionDenied => {
            Error::new(ErrorKind::PermissionDenied, "a folder may not be watched").with_source(source)
        }
        _ => unwatched(
            "the folder cannot be watched",
            "its file system may not tell of changes; ingest it from time to time instead",
        )
        .with_source(error),
    }
}

/// The reason why folders are not watched.
fn unwatched(message: &'static str, help: &'static str) -> Error {
    Error::new(ErrorKind::FailedPrecondition, message).with_help(help)
}

#[cfg(test)]
mod tests {
    use notify::Event;
    use notify::event::{AccessKind, CreateKind, Flag};

    use super::*;

    #[test]
    fn what_was_missed_is_anything() {
        let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(told(Ok(overflow)), [None]);
        assert_eq!(told(Err(notify::Error::generic("x"))), [None]);
        let path = PathBuf::from("/a");
        let created = Event::new(EventKind::Create(CreateKind::File)).add_path(path.clone());
        assert_eq!(told(Ok(created)), [Some(path.clone())]);
        let read = Event::new(EventKind::Access(AccessKind::Any)).add_path(path);
        assert_eq!(told(Ok(read)), []);
    }
}
