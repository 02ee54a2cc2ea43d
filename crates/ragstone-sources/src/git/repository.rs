//! Reading a repository through gix.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use gix::bstr::ByteSlice as _;
use gix::object::tree::EntryKind;
use ragstone_core::{Error, ErrorKind, Result, SourceUri};

use super::discovery::Found;
use super::listing::{FoundRepository, Listed, RepositoryFile, SnapshotInfo};
use super::remote::without_credentials;
use super::rules::Rules;
use super::selection::select;
use crate::entry::{Entry, Skipped};
use crate::uri;

/// Folders in folders that a commit may hold.
const MAX_DEPTH: usize = 256;
/// Largest ignore file that is read, in bytes.
const MAX_RULES: usize = 1 << 20;
/// Largest file that can be a pointer to Git LFS, in bytes.
const MAX_POINTER: usize = 1024;
/// How each of them begins.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// A repository on this machine. Clones share what was read of it.
#[derive(Clone)]
pub struct Repository {
    shared: gix::ThreadSafeRepository,
    place: PathBuf,
}

impl Repository {
    /// Opens the repository whose working tree, `.git` folder or bare folder the path is; folders above are not tried.
    ///
    /// Neither the configuration of the user or the system nor the environment is read. Errors: `NotFound` for a path
    /// that is none of these, or whose repository cannot be understood; `PermissionDenied`.
    pub fn open(path: &Path) -> Result<Self> {
        let path = path.canonicalize().map_err(|source| unopened(path, source))?;
        let options = gix::open::Options::isolated();
        let shared = options.open(&path).map_err(|error| {
            Error::new(ErrorKind::NotFound, "the path is no git repository")
                .with_context("path", path.display())
                .with_detail(error.to_string())
                .with_help("name the folder that holds `.git`, or a bare repository")
        })?;
        let work = shared.work_dir().unwrap_or_else(|| shared.path()).to_owned();
        let place = work.canonicalize().map_err(|source| unopened(&work, source))?;
        Ok(Self { shared, place })
    }

    /// Its working tree, or its own folder where it has none.
    pub fn path(&self) -> &Path {
        &self.place
    }

    /// The folders that it reads: its own, that of the main repository, its objects and those that it borrows.
    ///
    /// `.git` may be a file that leads anywhere, so who limits what may be read checks all of them.
    pub fn parts(&self) -> Result<Vec<PathBuf>> {
        let local = self.shared.to_thread_local();
        let mut parts = vec![local.git_dir().to_owned(), local.common_dir().to_owned()];
        parts.push(self.shared.objects_dir().to_owned());
        parts.extend(local.objects.store_ref().alternate_db_paths().map_err(unreadable)?);
        Ok(parts)
    }

    /// Chooses a commit by a branch, a tag, an id or its first digits, or any reference; `HEAD` where `None`.
    ///
    /// Errors: `NotFound` for an unknown one and a repository without commits, `InvalidArgument` for one that names no commit
    /// or several objects.
    pub fn snapshot(&self, reference: Option<&str>) -> Result<Snapshot> {
        let local = self.shared.to_thread_local();
        let selection = select(&local, reference)?;
        let commit = local.find_commit(selection.commit).map_err(unreadable)?;
        let tree = commit.tree_id().map_err(unreadable)?.detach();
        let committed_at = commit.time().map_err(unreadable)?.seconds;
        let prefix = format!("{}/?{}#/", uri::of_path("git", &self.place)?, selection.query);
        let info = SnapshotInfo {
            repository: self.place.clone(),
            prefix,
            commit: selection.commit.to_string(),
            committed_at,
            branch: selection.branch,
            tag: selection.tag,
            remote: remote(&local),
        };
        Ok(Snapshot { repository: self.clone(), tree, info })
    }

    /// What a listing of repositories says of it. Costs a read of every folder of the commit.
    pub fn overview(&self) -> Result<FoundRepository> {
        let local = self.shared.to_thread_local();
        let branch = local.head_name().map_err(unreadable)?;
        let commit = local.head_commit().ok();
        let mut files = 0;
        if let Some(commit) = &commit {
            count(&commit.tree().map_err(unreadable)?, MAX_DEPTH, &mut files)?;
        }
        Ok(FoundRepository {
            path: self.place.clone(),
            kind: if local.is_bare() {
                Found::Bare
            } else if local.path() == local.common_dir() {
                Found::Main
            } else {
                Found::Linked
            },
            branch: branch.map(|name| name.shorten().to_str_lossy().into_owned()),
            commit: commit.map(|commit| commit.id.to_string()),
            remote: remote(&local),
            files,
        })
    }
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository").field("place", &self.place).finish_non_exhaustive()
    }
}

/// The files of one commit.
#[derive(Clone, Debug)]
pub struct Snapshot {
    repository: Repository,
    tree: gix::ObjectId,
    info: SnapshotInfo,
}

impl Snapshot {
    /// What the commit is.
    pub fn info(&self) -> &SnapshotInfo {
        &self.info
    }

    /// Visits what the commit holds, in the order of git, until the visitor breaks off.
    ///
    /// Committed ignore files of the names in `rules`, of which the first prevails, and hidden names are heeded as a walk over a
    /// folder does; `.gitignore` is not, because it says nothing of what was committed. Submodules, symbolic links, names
    /// that are no text, and files above `max_bytes` are visited as skipped. Blocking. Errors: `Corrupt`
    /// where an object is missing or damaged.
    pub fn list(
        &self,
        rules: &[&str],
        max_bytes: u64,
        visit: &mut dyn FnMut(Listed) -> ControlFlow<()>,
    ) -> Result<()> {
        let local = self.repository.shared.to_thread_local();
        let tree = local.find_tree(self.tree).map_err(unreadable)?;
        let mut listing = Listing { snapshot: self, names: rules, rules: Rules::default(), max_bytes, visit };
        listing.folder(&tree, "", 0).map(drop)
    }

    /// Reads the content of a file by the id of its blob.
    ///
    /// Errors: `TooLarge`, `UnsupportedMedia` for a pointer to Git LFS, whose content is elsewhere, `Corrupt`.
    pub fn read(&self, blob: &str, max_bytes: usize) -> Result<Vec<u8>> {
        let local = self.repository.shared.to_thread_local();
        let id = gix::ObjectId::from_hex(blob.as_bytes()).map_err(unreadable)?;
        let size = local.find_header(id).map_err(unreadable)?.size();
        if size > max_bytes as u64 {
            return Err(too_large(size, max_bytes as u64));
        }
        let bytes = local.find_blob(id).map_err(unreadable)?.detach().data;
        if bytes.len() <= MAX_POINTER && bytes.starts_with(POINTER) {
            return Err(Error::new(ErrorKind::UnsupportedMedia, "a pointer to a file of Git LFS")
                .with_help("the content is not in the repository; ingest a checkout of it"));
        }
        Ok(bytes)
    }
}

/// A visit of a tree.
struct Listing<'a> {
    snapshot: &'a Snapshot,
    names: &'a [&'a str],
    rules: Rules,
    max_bytes: u64,
    visit: &'a mut dyn FnMut(Listed) -> ControlFlow<()>,
}

impl Listing<'_> {
    fn folder(&mut self, tree: &gix::Tree<'_>, folder: &str, depth: usize) -> Result<ControlFlow<()>> {
        if depth > MAX_DEPTH {
            let reason = Error::new(ErrorKind::TooLarge, "folders nest too deeply");
            return Ok(self.skip(folder, reason));
        }
        let files = self.rule_files(tree)?;
        for fault in self.rules.enter(folder, &files) {
            let reason = Error::new(ErrorKind::InvalidArgument, "an ignore file holds a bad pattern");
            if self.skip(folder, reason.with_detail(fault)).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        let outcome = self.entries(tree, folder, depth);
        self.rules.leave();
        outcome
    }

    fn entries(&mut self, tree: &gix::Tree<'_>, folder: &str, depth: usize) -> Result<ControlFlow<()>> {
        for entry in tree.iter() {
            let entry = entry.map_err(unreadable)?;
            let Ok(name) = entry.filename().to_str() else {
                let shown = format!("{folder}/{}", entry.filename().to_str_lossy());
                let reason = Error::new(ErrorKind::InvalidArgument, "the name is not Unicode");
                if self.skip(shown.trim_start_matches('/'), reason).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                continue;
            };
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let is_folder = entry.mode().is_tree();
            if self.rules.exclude(&path, is_folder) {
                continue;
            }
            let flow = if is_folder {
                let below = entry.object().map_err(unreadable)?.into_tree();
                self.folder(&below, &path, depth + 1)?
            } else {
                self.file(&entry, &path)?
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn file(&mut self, entry: &gix::object::tree::EntryRef<'_, '_>, path: &str) -> Result<ControlFlow<()>> {
        match entry.kind() {
            EntryKind::Blob | EntryKind::BlobExecutable => {}
            EntryKind::Commit => {
                let reason =
                    Error::new(ErrorKind::UnsupportedMedia, "a submodule is a repository of its own")
                        .with_help("ingest the submodule by its own path");
                return Ok(self.skip(path, reason));
            }
            EntryKind::Link => {
                let reason =
                    Error::new(ErrorKind::UnsupportedMedia, "a symbolic link holds no text of its own");
                return Ok(self.skip(path, reason));
            }
            EntryKind::Tree => return Ok(ControlFlow::Continue(())),
        }
        let len = entry.repo.find_header(entry.object_id()).map_err(unreadable)?.size();
        if len > self.max_bytes {
            return Ok(self.skip(path, too_large(len, self.max_bytes)));
        }
        let source = match self.source(path) {
            Ok(source) => source,
            Err(reason) => return Ok(self.skip(path, reason)),
        };
        let shown = self.snapshot.info.repository.join(path);
        let entry =
            RepositoryFile { entry: Entry { source, path: shown, len }, blob: entry.object_id().to_string() };
        Ok((self.visit)(Listed::File(entry)))
    }

    /// The ignore files of a folder, by the order of their names.
    fn rule_files(&self, tree: &gix::Tree<'_>) -> Result<Vec<Option<Vec<u8>>>> {
        let read = |name: &&str| {
            let Some(entry) = tree.find_entry(*name).filter(|entry| entry.mode().is_blob()) else {
                return Ok(None);
            };
            let len = entry.repo.find_header(entry.object_id()).map_err(unreadable)?.size();
            if len > MAX_RULES as u64 {
                return Err(too_large(len, MAX_RULES as u64).with_context("file", *name));
            }
            Ok(Some(entry.object().map_err(unreadable)?.detach().data))
        };
        self.names.iter().map(read).collect()
    }

    fn source(&self, path: &str) -> Result<SourceUri> {
        SourceUri::try_new(format!("{}{}", self.snapshot.info.prefix, uri::escaped_path(path.as_bytes())))
    }

    fn skip(&mut self, path: &str, reason: Error) -> ControlFlow<()> {
        let shown = self.snapshot.info.repository.join(path);
        let source = self.source(path).ok();
        (self.visit)(Listed::Skipped(Skipped { source, path: shown, reason }))
    }
}

fn count(tree: &gix::Tree<'_>, depth: usize, files: &mut u64) -> Result<()> {
    for entry in tree.iter() {
        let entry = entry.map_err(unreadable)?;
        if entry.mode().is_blob() {
            *files += 1;
        } else if entry.mode().is_tree() && depth > 0 {
            count(&entry.object().map_err(unreadable)?.into_tree(), depth - 1, files)?;
        }
    }
    Ok(())
}

/// The address that the repository was cloned from.
fn remote(repository: &gix::Repository) -> Option<String> {
    let address = repository.config_snapshot().string("remote.origin.url")?;
    without_credentials(&address.to_str_lossy())
}

/// A repository that contradicts itself, or whose files cannot be read.
pub(super) fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Corrupt, "cannot read the git repository")
        .with_source(error)
        .with_help("`git fsck` says what is wrong with it; a shallow or partial clone lacks objects")
}

fn unopened(path: &Path, source: std::io::Error) -> Error {
    let (kind, message) = match source.kind() {
        std::io::ErrorKind::PermissionDenied => (ErrorKind::PermissionDenied, "the path may not be read"),
        std::io::ErrorKind::NotFound => (ErrorKind::NotFound, "cannot find the path"),
        _ => (ErrorKind::InvalidArgument, "cannot read the path"),
    };
    Error::new(kind, message).with_context("path", path.display()).with_source(source)
}

fn too_large(actual: u64, limit: u64) -> Error {
    Error::new(ErrorKind::TooLarge, "the file is larger than its limit")
        .with_context("bytes", actual)
        .with_context("limit", limit)
        .with_help("raise `ingest.max_file_bytes`")
}
