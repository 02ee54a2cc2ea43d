//! Where the repository and its build output are, and which files belong to it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};
use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};

use crate::process;

/// Paths of the repository that the task was started from.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Finds the repository from the manifest that cargo runs, so that a target directory shared by several
    /// checkouts never mixes them up.
    pub(crate) fn locate() -> Result<Self> {
        let manifest_dir = env::var_os("CARGO_MANIFEST_DIR").context("start xtask with `cargo xtask`")?;
        let root = Path::new(&manifest_dir).parent().context("the manifest of xtask has no parent folder")?;
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self { root: root.to_path_buf(), target })
    }

    /// A repository of a test.
    #[cfg(test)]
    pub(crate) fn of(root: &Path) -> Self {
        Self { root: root.to_path_buf(), target: root.join("target") }
    }

    /// The directory cargo builds into; outputs of tasks go below it.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    pub(crate) fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// A folder below the target directory, created if absent.
    pub(crate) fn output_dir(&self, name: &str) -> Result<PathBuf> {
        let dir = self.target.join(name);
        fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
        Ok(dir)
    }

    /// The folder with public data sets, if this machine has one.
    pub(crate) fn test_data(&self) -> Option<PathBuf> {
        let dir = env::var_os("RAGSTONE_TEST_DATA")
            .map_or_else(|| self.root.join("../shared/data"), |dir| self.root.join(dir));
        dir.canonicalize().ok().filter(|dir| dir.is_dir())
    }

    /// A `cargo` command at the root.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        process::forget_cargo_run(&mut command);
        command.current_dir(&self.root);
        if let Some(config) = self.cargo_config() {
            command.arg("--config").arg(config);
        }
        command
    }

    /// A file with further settings for cargo, if the environment names one.
    pub(crate) fn cargo_config(&self) -> Option<PathBuf> {
        env::var_os("RAGSTONE_CARGO_CONFIG").map(|path| self.root.join(path))
    }

    /// What cargo says of every crate, with all features.
    pub(crate) fn metadata(&self) -> Result<Metadata> {
        let mut command = MetadataCommand::new();
        command.manifest_path(self.join("Cargo.toml")).features(CargoOpt::AllFeatures);
        command.exec().context("cannot read the dependencies from cargo")
    }

    /// A command that runs the server's binary, built in the profile that everything else shares.
    pub(crate) fn server(&self) -> Command {
        let mut command = self.cargo();
        command.args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "ragstone-server",
            "--bin",
            "ragstone",
            "--",
        ]);
        command
    }

    /// Files that belong to the repository, relative to its root and sorted: tracked ones, and new ones that
    /// are not ignored. Files deleted but still in the index are left out.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        let mut git = Command::new("git");
        git.current_dir(&self.root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listing = process::stdout_of(&mut git)?;
        let mut files: Vec<PathBuf> = listing
            .split('\0')
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
            .filter(|path| self.root.join(path).is_file())
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A repository with these files, all of them tracked, in a directory that is removed with the value.
    pub(crate) fn repository(files: &[(&str, &str)]) -> (tempfile::TempDir, Workspace) {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        for words in [&["init", "--quiet"][..], &["add", "--all"]] {
            process::stdout_of(Command::new("git").current_dir(dir.path()).args(words)).unwrap();
        }
        let workspace = Workspace::of(dir.path());
        (dir, workspace)
    }

    #[test]
    fn files_are_those_a_commit_could_hold() {
        let (dir, workspace) = repository(&[
            (".gitignore", "/target\n"),
            ("a.rs", ""),
            ("gone.rs", ""),
            ("b/c d.md", ""),
            ("target/x", ""),
        ]);
        fs::remove_file(dir.path().join("gone.rs")).unwrap();
        fs::write(dir.path().join("new.rs"), "").unwrap();
        let files = workspace.files().unwrap();
        assert_eq!(files, [".gitignore", "a.rs", "b/c d.md", "new.rs"].map(PathBuf::from));
    }
}
