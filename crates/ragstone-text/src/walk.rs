//! Finding the files below a folder that are meant to be read.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ignore::{DirEntry, WalkBuilder};

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
    let visitor = Visitor { root: root.canonicalize().ok(), options: *options };
    WalkBuilder::new(root)
        .standard_filters(true)
        .git_global(false)
        .require_git(false)
        .add_custom_ignore_filename(IGNORE_FILE_NAME)
        .follow_links(options.symlinks == Symlinks::FollowInside)
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .build()
        .flat_map(move |entry| visitor.visit(entry))
}

struct Visitor {
    /// The root without links; `None` where it does not exist.
    root: Option<PathBuf>,
    options: WalkOptions,
}

impl Visitor {
    fn visit(&self, entry: Result<DirEntry, ignore::Error>) -> Vec<Result<FileEntry, WalkError>> {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return vec![Err(WalkError::from_ignore(error, PathBuf::new()))],
        };
        let mut items = Vec::new();
        if let Some(error) = entry.error() {
            let path = entry.path().to_owned();
            items.push(Err(WalkError { path, reason: WalkReason::IgnoreFile(error.to_string()) }));
        }
        items.extend(self.file(&entry).transpose());
        items
    }

    /// The entry as a file; `None` for a folder and for a link that is left out.
    fn file(&self, entry: &DirEntry) -> Result<Option<FileEntry>, WalkError> {
        let fail = |reason| Err(WalkError { path: entry.path().to_owned(), reason });
        if entry.path_is_symlink() && entry.depth() > 0 {
            if self.options.symlinks == Symlinks::Skip {
                return Ok(None);
            }
            if !self.is_inside(entry.path()) {
                return fail(WalkReason::OutsideRoot);
            }
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
        let (limit, actual) = (self.options.max_file_bytes, metadata.len());
        if actual > limit {
            return fail(WalkReason::TooLarge { limit, actual });
        }
        let path = entry.path().to_owned();
        Ok(Some(FileEntry { path, len: actual, modified: metadata.modified().ok() }))
    }

    fn is_inside(&self, path: &Path) -> bool {
        match (path.canonicalize(), &self.root) {
            (Ok(path), Some(root)) => path.starts_with(root),
            _ => false,
        }
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
