//! A clean directory with the files of the repository and a home of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::INSIDE;
use crate::process;
use crate::workspace::Workspace;

/// Removed with everything in it when dropped.
pub(crate) struct Checkout {
    dir: TempDir,
    target: PathBuf,
}

impl Checkout {
    /// Copies the files as they are now, with their times: cargo then finds the build output of the working tree
    /// up to date, and runs it instead of building it again.
    pub(crate) fn create(workspace: &Workspace) -> Result<Self> {
        let dir =
            tempfile::Builder::new().prefix("ragstone-docs-").tempdir().context("cannot make a directory")?;
        let checkout = Self { dir, target: workspace.target().to_path_buf() };
        fs::create_dir(checkout.home()).context("cannot make a home")?;
        for path in workspace.files()? {
            copy(&workspace.join(&path), &checkout.root().join(&path))?;
        }
        checkout.build_like(workspace)?;
        #[cfg(unix)]
        std::os::unix::fs::symlink(workspace.target(), checkout.root().join("target"))
            .context("cannot link target")?;
        Ok(checkout)
    }

    /// Lets cargo build here as it does in the working tree, so that each finds what the other has built. A file that is not
    /// there cargo has refused before.
    fn build_like(&self, workspace: &Workspace) -> Result<()> {
        let Some(given) = workspace.cargo_config().filter(|path| path.is_file()) else { return Ok(()) };
        let given = fs::read_to_string(&given).with_context(|| format!("cannot read {}", given.display()))?;
        let path = self.root().join(".cargo").join("config.toml");
        let own = fs::read_to_string(&path).context("the repository has no settings for cargo")?;
        fs::write(&path, format!("{own}\n{given}")).context("cannot write settings for cargo")
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("ragstone")
    }

    fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// A shell at the root of the checkout that knows nothing of this user but the toolchain.
    pub(crate) fn shell(&self) -> Command {
        let home = self.home();
        let mut command = Command::new("sh");
        process::forget_cargo_run(&mut command);
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("RAGSTONE_")) {
                command.env_remove(name);
            }
        }
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let own = env::var_os("HOME").map(|home| Path::new(&home).join(folder).into_os_string());
            command.envs(env::var_os(name).or(own).map(|path| (name, path)));
        }
        for (name, folder) in [
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_CACHE_HOME", ".cache"),
            ("XDG_STATE_HOME", ".local/state"),
        ] {
            command.env(name, home.join(folder));
        }
        // The result must not depend on the public hub of models.
        command.env("RAGSTONE_OFFLINE", "true");
        command.env("HOME", home).env("CARGO_TARGET_DIR", &self.target).env("NO_COLOR", "1").env(INSIDE, "1");
        command.current_dir(self.root());
        command
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let context = || format!("cannot copy {}", from.display());
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(context)?;
    }
    fs::copy(from, to).with_context(context)?;
    let modified = fs::metadata(from).and_then(|metadata| metadata.modified()).with_context(context)?;
    fs::File::options()
        .write(true)
        .open(to)
        .and_then(|file| file.set_modified(modified))
        .with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_keep_content_and_time() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("a"), dir.path().join("below/b"));
        fs::write(&from, "text").unwrap();
        copy(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(&to).unwrap(), "text");
        let time = |path| fs::metadata(path).unwrap().modified().unwrap();
        assert_eq!(time(&from), time(&to));
    }
}
