//! The data directory: its layout, and the lock that keeps a second writer out.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use ragstone_catalog::CatalogId;
use ragstone_core::{Error, ErrorKind, IdSource, Result};
use serde::{Deserialize, Serialize};

/// Where everything of one instance lies.
#[derive(Clone, Debug)]
pub(crate) struct DataDir(PathBuf);

/// Who holds a data directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holder {
    /// Process id.
    pub(crate) pid: u32,
    /// Word of the command line, such as `serve`.
    pub(crate) command: String,
    /// Base address of its REST interface, once it serves one.
    pub(crate) address: Option<String>,
}

/// The exclusive right to open the data; given back when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct DataLock {
    dir: DataDir,
    _file: File,
}

impl DataDir {
    /// Takes the given folder, or the platform's data folder, and creates it where it is missing.
    pub(crate) fn open(given: Option<&Path>) -> Result<Self> {
        let path = match given {
            Some(path) => path.to_owned(),
            None => ProjectDirs::from("dev", "ragstone", "ragstone")
                .map(|dirs| dirs.data_dir().to_owned())
                .ok_or_else(|| {
                Error::new(ErrorKind::FailedPrecondition, "there is no home folder to keep data in")
                    .with_help("name a folder with --data-dir")
            })?,
        };
        create_private(&path).map_err(|source| {
            Error::new(ErrorKind::FailedPrecondition, "cannot create the data directory")
                .with_context("path", path.display())
                .with_context("cause", source)
                .with_help("name a folder that you may write to with --data-dir")
        })?;
        path.canonicalize()
            .map(Self)
            .map_err(|source| io_error("cannot open the data directory", &path, source))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn catalog(&self) -> PathBuf {
        self.0.join("catalog.sqlite")
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.0.join("index")
    }

    pub(crate) fn models(&self) -> PathBuf {
        self.0.join("models")
    }

    pub(crate) fn admin_token(&self) -> PathBuf {
        self.0.join("admin.token")
    }

    /// Names this data directory among all that use the same servers; made once.
    pub(crate) fn instance_id(&self, ids: &dyn IdSource) -> Result<String> {
        let path = self.0.join("instance.id");
        match std::fs::read_to_string(&path) {
            Ok(text) if uuid::Uuid::parse_str(text.trim()).is_ok() => return Ok(text.trim().to_owned()),
            Ok(_) => {
                return Err(Error::new(ErrorKind::FailedPrecondition, "the file is damaged")
                    .with_context("path", path.display())
                    .with_help("remove it; the index is then built again"));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(io_error("cannot read the id of the instance", &path, error)),
        }
        let id = ids.fresh().to_string();
        replace(&path, id.as_bytes())
            .map_err(|error| io_error("cannot write the id of the instance", &path, error))?;
        Ok(id)
    }

    /// Which catalog on a server this data directory is used with; none before the first time.
    pub(crate) fn catalog_id(&self) -> Result<Option<CatalogId>> {
        let path = self.catalog_id_file();
        match std::fs::read_to_string(&path) {
            Ok(text) => text.trim().parse().map(Some).map_err(|_| {
                Error::new(ErrorKind::FailedPrecondition, "the file is damaged")
                    .with_context("path", path.display())
                    .with_help("remove it, if the catalog of the configuration is the right one")
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error("cannot read the id of the catalog", &path, error)),
        }
    }

    pub(crate) fn keep_catalog_id(&self, id: CatalogId) -> Result<()> {
        if self.catalog_id()? == Some(id) {
            return Ok(());
        }
        let path = self.catalog_id_file();
        replace(&path, id.to_string().as_bytes())
            .map_err(|error| io_error("cannot write the id of the catalog", &path, error))
    }

    /// After an import the next start takes the catalog that it finds.
    pub(crate) fn forget_catalog_id(&self) -> Result<()> {
        let path = self.catalog_id_file();
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(io_error("cannot remove the id of the catalog", &path, error))
            }
            _ => Ok(()),
        }
    }

    fn catalog_id_file(&self) -> PathBuf {
        self.0.join("catalog.id")
    }

    fn holder_file(&self) -> PathBuf {
        self.0.join("holder.json")
    }

    /// Takes the lock, or says who holds it.
    pub(crate) fn lock(&self, command: &str) -> Result<DataLock, LockFailure> {
        let path = self.0.join("lock");
        let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file =
            opened.map_err(|source| LockFailure::Io(io_error("cannot open the lock", &path, source)))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockFailure::Held(self.holder())),
            Err(TryLockError::Error(source)) => {
                return Err(LockFailure::Io(io_error("cannot take the lock", &path, source)));
            }
        }
        let lock = DataLock { dir: self.clone(), _file: file };
        lock.announce(command, None).map_err(LockFailure::Io)?;
        Ok(lock)
    }

    /// Who holds the lock, as far as it has said so.
    fn holder(&self) -> Option<Holder> {
        let text = std::fs::read_to_string(self.holder_file()).ok()?;
        serde_json::from_str(&text).ok()
    }
}

impl DataLock {
    pub(crate) fn dir(&self) -> &DataDir {
        &self.dir
    }

    /// Says who holds the directory and where it can be talked to.
    pub(crate) fn announce(&self, command: &str, address: Option<String>) -> Result<()> {
        let holder = Holder { pid: std::process::id(), command: command.to_owned(), address };
        let path = self.dir.holder_file();
        let text = serde_json::to_vec(&holder).map_err(|source| {
            Error::new(ErrorKind::Unexpected, "cannot write the holder").with_source(source)
        })?;
        replace(&path, &text).map_err(|source| io_error("cannot write the holder", &path, source))
    }
}

impl Drop for DataLock {
    fn drop(&mut self) {
        // The lock itself tells the truth; this only keeps a stale address from being read.
        let _ = std::fs::remove_file(self.dir.holder_file());
    }
}

/// Why the lock was not taken.
#[derive(Debug)]
pub(crate) enum LockFailure {
    /// Another process has it.
    Held(Option<Holder>),
    /// It could not be looked at.
    Io(Error),
}

impl LockFailure {
    /// The failure as an error that names the process.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Io(error) => error,
            Self::Held(holder) => {
                let error =
                    Error::new(ErrorKind::FailedPrecondition, "another process holds the data directory");
                let help = "wait until it ends, stop it, or name another folder with --data-dir";
                match holder {
                    Some(holder) => error
                        .with_context("pid", holder.pid)
                        .with_context("command", format!("ragstone {}", holder.command))
                        .with_help(help),
                    None => error.with_help(help),
                }
            }
        }
    }
}

fn create_private(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file so that a reader sees either the old or the new content.
fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.persist(path)?;
    Ok(())
}

fn io_error(message: &'static str, path: &Path, source: std::io::Error) -> Error {
    Error::new(ErrorKind::FailedPrecondition, message)
        .with_context("path", path.display())
        .with_context("cause", &source)
        .with_source(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_writer_is_told_who_the_first_is() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let dir = DataDir::open(Some(folder.path())).expect("opens");
        let lock = dir.lock("serve").expect("is free");
        lock.announce("serve", Some("http://127.0.0.1:1".to_owned())).expect("writes");
        let Err(LockFailure::Held(Some(holder))) = dir.lock("ingest") else { panic!("must be held") };
        assert_eq!((holder.pid, holder.command.as_str()), (std::process::id(), "serve"));
        drop(lock);
        assert!(dir.lock("ingest").is_ok());
    }
}
