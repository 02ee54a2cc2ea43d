//! The hidden folder beside the target in which files are gathered, and the step that makes it the target.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use ragstone_core::{Error, ErrorKind, Result};

use super::file_error;

/// A folder that one pull at a time fills.
#[derive(Debug)]
pub(super) struct Staging {
    target: PathBuf,
    root: PathBuf,
    lock: File,
}

impl Staging {
    /// Opens what an earlier attempt left, or starts.
    pub(super) fn open(target: &Path) -> Result<Self> {
        let name = target.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Error::invalid("target", "must end with a name"))?;
        if target.exists() {
            let error = Error::new(ErrorKind::AlreadyExists, "there is a folder of this name already");
            return Err(error.with_context("path", target.display()));
        }
        let root = target.with_file_name(format!(".{name}.partial"));
        fs::create_dir_all(root.join("files"))
            .map_err(|source| file_error("cannot create the folder of the model", &root, source))?;
        let path = root.join("lock");
        let lock =
            File::create(&path).map_err(|source| file_error("cannot lock the folder", &path, source))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { target: target.to_owned(), root, lock }),
            Err(TryLockError::WouldBlock) => {
                let error = Error::new(ErrorKind::Conflict, "the model is being pulled by another process");
                Err(error.with_context("path", target.display()))
            }
            Err(TryLockError::Error(source)) => Err(file_error("cannot lock the folder", &path, source)),
        }
    }

    /// The files of the model.
    pub(super) fn files(&self) -> PathBuf {
        self.root.join("files")
    }

    /// Where a download is gathered that is no file of the model itself.
    pub(super) fn download(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Makes the files the target, durably.
    pub(super) fn settle(self) -> Result<PathBuf> {
        let failed = |source| file_error("cannot put the model into place", &self.target, source);
        sync(&self.files()).map_err(failed)?;
        fs::rename(self.files(), &self.target).map_err(failed)?;
        if let Some(parent) = self.target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed)?;
        }
        drop(self.lock);
        // What is left is no part of the model, and the next pull would take it over.
        let _left = fs::remove_dir_all(&self.root);
        Ok(self.target)
    }
}

fn sync(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { sync(&path)? } else { File::open(&path)?.sync_all()? }
    }
    File::open(folder)?.sync_all()
}
