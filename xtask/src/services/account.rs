//! The account that servers run under: PostgreSQL and PgBouncer refuse to run as root.

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};

use crate::process;

/// Who starts the servers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Account {
    /// This user.
    Own,
    /// The user `postgres` of Debian's package, when this one is root.
    Postgres { user: u32, group: u32 },
}

impl Account {
    pub(super) fn of_this_process() -> Result<Self> {
        if !is_root()? {
            return Ok(Self::Own);
        }
        Ok(Self::Postgres { user: id("-u")?, group: id("-g")? })
    }

    /// A program that will run under this account, in a folder that it may enter.
    pub(super) fn command(self, program: impl AsRef<Path>, folder: &Path) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(folder);
        if let Self::Postgres { user, group } = self {
            command.uid(user).gid(group);
        }
        command
    }

    /// Makes a file or folder the account's own.
    pub(super) fn give(self, path: &Path) -> Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Postgres { user, group } => chown(path, Some(user), Some(group))
                .with_context(|| format!("cannot give {} to postgres", path.display())),
        }
    }

    /// Writes a file that only the account can read.
    pub(super) fn write_secret(self, path: &Path, text: &str) -> Result<()> {
        let write = || -> std::io::Result<()> {
            fs::write(path, "")?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
            fs::write(path, text)
        };
        write().with_context(|| format!("cannot write {}", path.display()))?;
        self.give(path)
    }
}

/// Whether this process may install packages and become other users.
pub(super) fn is_root() -> Result<bool> {
    let id = process::stdout_of(Command::new("id").arg("-u"))?;
    Ok(id.trim() == "0")
}

fn id(kind: &str) -> Result<u32> {
    let id = process::stdout_of(Command::new("id").args([kind, "postgres"]))
        .context("there is no user `postgres`, which Debian's package makes")?;
    id.trim().parse().context("the id of `postgres` is not a number")
}

/// Whether a program can be found.
pub(super) fn is_on_path(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}
