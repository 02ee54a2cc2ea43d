//! What runs, written down below the target directory.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::server::Server;
use crate::scratch;
use crate::workspace::Workspace;

/// The servers that were started and the folder they live in. One process at a time holds it.
pub(super) struct State {
    file: PathBuf,
    record: Record,
    /// Locked; the lock goes with the value.
    _lock: File,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Record {
    /// Below a directory for temporary files, where other users may enter: the target directory often is not such a
    /// place.
    folder: Option<PathBuf>,
    /// URLs by name of the server.
    urls: BTreeMap<String, String>,
}

impl State {
    /// Reads what an earlier call wrote, and waits while another process changes it.
    pub(super) fn load(workspace: &Workspace) -> Result<Self> {
        let dir = workspace.output_dir("services")?;
        let lock = File::create(dir.join("lock")).context("cannot make the lock of the services")?;
        lock.lock().context("cannot take the lock of the services")?;
        let file = dir.join("state.json");
        let record = match fs::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("cannot read {}: remove it", file.display()))?,
            Err(_) => Record::default(),
        };
        Ok(Self { file, record, _lock: lock })
    }

    pub(super) fn url(&self, server: Server) -> Option<&str> {
        self.record.urls.get(server.name()).map(String::as_str)
    }

    /// The folder of a server, if there is one.
    pub(super) fn existing_folder(&self, server: Server) -> Option<PathBuf> {
        self.record.folder.as_ref().map(|folder| folder.join(server.name())).filter(|folder| folder.is_dir())
    }

    /// The folder of a server, made if absent.
    pub(super) fn folder_of(&mut self, server: Server) -> Result<PathBuf> {
        let folder = self.folder()?.join(server.name());
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }

    pub(super) fn remember(&mut self, server: Server, url: &str) -> Result<()> {
        self.record.urls.insert(server.name().to_owned(), url.to_owned());
        self.write()
    }

    /// Removes a server that has ended, with its folder; the folder of all goes when it is empty.
    pub(super) fn forget(&mut self, server: Server) -> Result<()> {
        self.record.urls.remove(server.name());
        if let Some(folder) = &self.record.folder {
            remove(&folder.join(server.name()))?;
            if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none()) {
                remove(folder)?;
            }
        }
        self.write()
    }

    fn folder(&mut self) -> Result<PathBuf> {
        if let Some(folder) = self.record.folder.as_ref().filter(|folder| folder.is_dir()) {
            return Ok(folder.clone());
        }
        let folder = tempfile::Builder::new()
            .prefix("ragstone-services-")
            .tempdir_in(scratch::folder())
            .context("cannot make a folder for the services")?
            .keep();
        // The user `postgres` has to pass through it.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o711))?;
        self.record.folder = Some(folder.clone());
        self.write()?;
        Ok(folder)
    }

    fn write(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(&self.record)?;
        Account::Own.write_secret(&self.file, &text)
    }
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_remembered_is_found_until_it_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let workspace = Workspace::of(dir.path());
        let mut state = State::load(&workspace).unwrap();
        let folder = state.folder_of(Server::Redis).unwrap();
        state.remember(Server::Redis, "redis://here").unwrap();
        drop(state);
        let mut state = State::load(&workspace).unwrap();
        assert_eq!(state.url(Server::Redis), Some("redis://here"));
        assert_eq!(state.folder_of(Server::Redis).unwrap(), folder);
        state.forget(Server::Redis).unwrap();
        assert!(!folder.exists() && !folder.parent().unwrap().exists());
        drop(state);
        assert_eq!(State::load(&workspace).unwrap().url(Server::Redis), None);
    }
}
