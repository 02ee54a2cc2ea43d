//! Repositories below a folder.

use std::path::{Path, PathBuf};

use ragstone_core::{Error, Result};

use super::listing::FoundRepository;
use super::repository::Repository;

/// What a repository has of a working tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The one that it was made with.
    Main,
    /// A linked one, of a repository that is elsewhere; or a submodule.
    Linked,
    /// None.
    Bare,
}

impl Found {
    /// Stable lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Linked => "linked",
            Self::Bare => "bare",
        }
    }
}

/// How far a search for repositories goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiscoverOptions {
    /// Folders below the root, of which the root is number 0.
    pub max_depth: usize,
    /// Most folders that are looked into.
    pub max_folders: usize,
}

impl Default for DiscoverOptions {
    fn default() -> Self {
        Self { max_depth: 8, max_folders: 100_000 }
    }
}

/// Finds the repositories at and below `root` in the order of their paths, nested ones, linked working trees and bare
/// ones among them.
///
/// Hidden folders, and folders that cannot be read, are not looked into; neither are links. A repository that cannot be
/// opened is an error with its path in the list. Errors: `TooLarge` where there are more folders than the limit, and
/// `NotFound` or `PermissionDenied` for the root itself.
pub fn discover(root: &Path, options: DiscoverOptions) -> Result<Vec<(PathBuf, Result<FoundRepository>)>> {
    let mut search = Search { options, folders: 0, found: Vec::new() };
    let entries = root.read_dir().map_err(|source| unlisted(root, source))?;
    drop(entries);
    search.look(root, 0)?;
    Ok(search.found)
}

struct Search {
    options: DiscoverOptions,
    folders: usize,
    found: Vec<(PathBuf, Result<FoundRepository>)>,
}

impl Search {
    fn look(&mut self, folder: &Path, depth: usize) -> Result<()> {
        self.folders += 1;
        if self.folders > self.options.max_folders {
            return Err(Error::new(
                ragstone_core::ErrorKind::TooLarge,
                "there are too many folders to look into",
            )
            .with_context("limit", self.options.max_folders)
            .with_help("name a folder that is nearer to the repositories"));
        }
        let is_bare = is_git_folder(folder);
        if is_bare || folder.join(".git").exists() {
            let overview = Repository::open(folder).and_then(|repository| repository.overview());
            self.found.push((folder.to_owned(), overview));
        }
        if is_bare || depth >= self.options.max_depth {
            return Ok(());
        }
        let Ok(entries) = folder.read_dir() else { return Ok(()) };
        let is_shown =
            |path: &PathBuf| path.file_name().is_some_and(|name| !name.as_encoded_bytes().starts_with(b"."));
        let mut below: Vec<PathBuf> = entries
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .filter(is_shown)
            .collect();
        below.sort();
        below.iter().try_for_each(|folder| self.look(folder, depth + 1))
    }
}

/// Whether a folder is the inside of a repository.
fn is_git_folder(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

fn unlisted(root: &Path, source: std::io::Error) -> Error {
    use ragstone_core::ErrorKind;
    let (kind, message) = match source.kind() {
        std::io::ErrorKind::NotFound => (ErrorKind::NotFound, "cannot find the folder"),
        std::io::ErrorKind::PermissionDenied => (ErrorKind::PermissionDenied, "the folder may not be read"),
        _ => (ErrorKind::InvalidArgument, "the path is no folder"),
    };
    Error::new(kind, message).with_context("path", root.display()).with_source(source)
}
