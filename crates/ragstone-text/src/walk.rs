//! Finding the files below a folder that are meant to be read.

use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsStr;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use std::{fmt, io, mem};

use ignore::{DirEntry, Walk, WalkBuilder};

/// Name of the file that excludes more than `.gitignore` does, in the same syntax.
pub const IGNORE_FILE_NAME: &str = ".ragstoneignore";

/// What a walk visits and refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalkOptions {
    /// Larger files are reported as errors.
    pub max_file_bytes: u64,
    /// What happens at symbolic links.
    pub symlinks: Symlinks,
}

/// What a walk does with symbolic links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symlinks {
    /// Follows links that stay below the root; others, and loops, are reported as errors.
    FollowInside,
    /// Leaves them out.
    Skip,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self { max_file_bytes: 32 * 1024 * 1024, symlinks: Symlinks::FollowInside }
    }
}

/// A regular file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// The root joined with the path below it.
    pub path: PathBuf,
    /// Size in bytes when it was found.
    pub len: u64,
    /// When it was last written, where the file system says.
    pub modified: Option<SystemTime>,
}

/// An entry that was left out although nothing excludes it.
#[derive(Debug)]
pub struct WalkError {
    /// The entry; empty where the file system did not name it.
    pub path: PathBuf,
    /// Why it was left out.
    pub reason: WalkReason,
}

/// Why an entry was left out.
#[non_exhaustive]
#[derive(Debug)]
pub enum WalkReason {
    /// It could not be read.
    Unreadable(io::Error),
    /// A symbolic link leads back to a folder around it.
    Loop,
    /// A symbolic link leads out of the root.
    OutsideRoot,
    /// It is larger than the limit.
    TooLarge {
        /// Largest file allowed, in bytes.
        limit: u64,
        /// Size of the file, in bytes.
        actual: u64,
    },
    /// It is a pipe, a socket or a device.
    NotAFile,
    /// An ignore file holds a pattern that cannot be understood; its other patterns hold.
    IgnoreFile(String),
}

impl fmt::Display for WalkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot take in {}: ", self.path.display())?;
        match &self.reason {
            WalkReason::Unreadable(error) => write!(f, "{error}"),
            WalkReason::Loop => f.write_str("symbolic link loop"),
            WalkReason::OutsideRoot => f.write_str("symbolic link leads out of the root"),
            WalkReason::TooLarge { limit, actual } => {
                write!(f, "file of {actual} bytes is larger than the limit of {limit}")
            }
            WalkReason::NotAFile => f.write_str("not a regular file"),
            WalkReason::IgnoreFile(fault) => write!(f, "bad ignore pattern: {fault}"),
        }
    }
}

impl std::error::Error for WalkError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            WalkReason::Unreadable(error) => Some(error),
            _ => None,
        }
    }
}

/// Visits the files below `root` in the order of their paths; a `root` that is a file is visited itself.
///
/// Hidden files and what `.gitignore`, `.ignore`, `.git/info/exclude` and [`IGNORE_FILE_NAME`] exclude are left
/// out silently, in repositories and elsewhere; ignore files above the root count too, the user's global one
/// does not. Everything else that cannot be taken in is an error item, after which the walk goes on.
///
/// Blocking: reads folders while it is iterated, and holds one folder per level open.
pub fn walk(
    root: &Path,
    options: &WalkOptions,
) -> impl Iterator<Item = Result<FileEntry, WalkError>> + use<> {
    Files::new(root, None, options)
}

/// Visits what [`walk`] does, but only at and below the places, which lie below `root`; one that is missing holds nothing.
///
/// Costs a listing of each folder between `root` and a place, and of all folders below the places.
pub fn walk_places(
    root: &Path,
    places: &BTreeSet<PathBuf>,
    options: &WalkOptions,
) -> impl Iterator<Item = Result<FileEntry, WalkError>> + use<> {
    Files::new(root, Some(Places(places.clone())), options)
}

/// The folders that [`walk_places`] would list at and below the places, in the order of their paths.
///
/// What cannot be listed is left out. Symbolic links are not followed. Blocking, as [`walk`] is.
pub fn folders(root: &Path, places: &BTreeSet<PathBuf>) -> impl Iterator<Item = PathBuf> + use<> {
    let places = Places(places.clone());
    let inside = places.clone();
    let entries = builder(root, false).filter_entry(move |entry| places.leads_to(entry.path())).build();
    entries
        .flatten()
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_dir()))
        .map(DirEntry::into_path)
        .filter(move |path| inside.holds(path))
}

/// The rules of every walk.
fn builder(root: &Path, follows_links: bool) -> WalkBuilder {
    let mut builder = WalkBuilder::new(root);
    builder
        .standard_filters(true)
        .git_global(false)
        .require_git(false)
        .add_custom_ignore_filename(IGNORE_FILE_NAME)
        .follow_links(follows_links)
        .sort_by_file_name(OsStr::cmp);
    builder
}

/// What a walk is limited to.
#[derive(Clone)]
struct Places(BTreeSet<PathBuf>);

impl Places {
    /// Whether a path is one of the places or lies below one.
    fn holds(&self, path: &Path) -> bool {
        path.ancestors().any(|above| self.0.contains(above))
    }

    /// Whether a path lies on the way to a place, or is held by one.
    fn leads_to(&self, path: &Path) -> bool {
        // Paths are ordered by their components, so what lies below a path comes right behind it.
        let behind = (Bound::Included(path), Bound::Unbounded);
        let next = self.0.range::<Path, _>(behind).next();
        next.is_some_and(|place| place.starts_with(path)) || self.holds(path)
    }

    /// Whether an item says something of a place: what cannot be looked at hides the places behind it, too.
    fn asked_for(&self, item: &Result<FileEntry, WalkError>) -> bool {
        match item {
            Ok(file) => self.holds(&file.path),
            Err(WalkError { path, reason: WalkReason::IgnoreFile(_) }) => self.holds(path),
            Err(_) => true,
        }
    }
}

/// Symbolic links that lead out of the root; the walker asks here before it descends into one.
struct Links {
    /// The root without links; `None` where it does not exist.
    root: Option<PathBuf>,
    left_out: Mutex<Vec<PathBuf>>,
}

impl Links {
    fn allows(&self, entry: &DirEntry) -> bool {
        let is_inside = !entry.path_is_symlink() || entry.depth() == 0 || self.is_inside(entry.path());
        if !is_inside {
            self.left_out.lock().unwrap_or_else(PoisonError::into_inner).push(entry.path().to_owned());
        }
        is_inside
    }

    fn is_inside(&self, path: &Path) -> bool {
        match (path.canonicalize(), &self.root) {
            (Ok(path), Some(root)) => path.starts_with(root),
            _ => false,
        }
    }

    fn take_left_out(&self) -> Vec<PathBuf> {
        mem::take(&mut *self.left_out.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Files {
    entries: Walk,
    links: Arc<Links>,
    places: Option<Places>,
    ready: VecDeque<Result<FileEntry, WalkError>>,
    max_file_bytes: u64,
}

impl Iterator for Files {
    type Item = Result<FileEntry, WalkError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() {
            let entry = self.entries.next();
            let left_out = self.links.take_left_out();
            if entry.is_none() && left_out.is_empty() {
                return None;
            }
            let outside = |path| Err(WalkError { path, reason: WalkReason::OutsideRoot });
            self.ready.extend(left_out.into_iter().map(outside));
            if let Some(entry) = entry {
                self.take(entry);
            }
            if let Some(places) = &self.places {
                self.ready.retain(|item| places.asked_for(item));
            }
        }
        self.ready.pop_front()
    }
}

impl Files {
    fn new(root: &Path, places: Option<Places>, options: &WalkOptions) -> Self {
        let links = Arc::new(Links { root: root.canonicalize().ok(), left_out: Mutex::default() });
        let (filter, way) = (Arc::clone(&links), places.clone());
        let follows = options.symlinks == Symlinks::FollowInside;
        let entries = builder(root, follows)
            .filter_entry(move |entry| {
                way.as_ref().is_none_or(|places| places.leads_to(entry.path()))
                    && (!follows || filter.allows(entry))
            })
            .build();
        let max_file_bytes = options.max_file_bytes;
        Self { entries, links, places, ready: VecDeque::new(), max_file_bytes }
    }

    fn take(&mut self, entry: Result<DirEntry, ignore::Error>) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                self.ready.push_back(Err(WalkError::from_ignore(error, PathBuf::new())));
                return;
            }
        };
        if let Some(error) = entry.error() {
            let path = entry.path().to_owned();
            let reason = WalkReason::IgnoreFile(error.to_string());
            self.ready.push_back(Err(WalkError { path, reason }));
        }
        self.ready.extend(self.file(&entry).transpose());
    }

    /// The entry as a file; `None` for a folder and for a link that is left out.
    fn file(&self, entry: &DirEntry) -> Result<Option<FileEntry>, WalkError> {
        let fail = |reason| Err(WalkError { path: entry.path().to_owned(), reason });
        if entry.path_is_symlink()
            && entry.depth() > 0
            && entry.file_type().is_some_and(|kind| kind.is_symlink())
        {
            return Ok(None);
        }
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) => return Err(WalkError::from_ignore(error, entry.path().to_owned())),
        };
        if metadata.is_dir() {
            return Ok(None);
        }
        if !metadata.is_file() {
            return fail(WalkReason::NotAFile);
        }
        let (limit, actual) = (self.max_file_bytes, metadata.len());
        if actual > limit {
            return fail(WalkReason::TooLarge { limit, actual });
        }
        let path = entry.path().to_owned();
        Ok(Some(FileEntry { path, len: actual, modified: metadata.modified().ok() }))
    }
}

impl WalkError {
    /// Takes the wrappers off an error of the walker.
    fn from_ignore(error: ignore::Error, path: PathBuf) -> Self {
        match error {
            ignore::Error::WithPath { path, err } => Self::from_ignore(*err, path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                Self::from_ignore(*err, path)
            }
            ignore::Error::Loop { child, .. } => Self { path: child, reason: WalkReason::Loop },
            ignore::Error::Io(error) => Self { path, reason: WalkReason::Unreadable(error) },
            other => Self { path, reason: WalkReason::IgnoreFile(other.to_string()) },
        }
    }
}

#[cfg(test)]
mod tests;
