//! Virtual environments below the target directory, filled from the index that pip is set to.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::Workspace;

/// A Python with packages of its own.
#[derive(Debug)]
pub(crate) struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// The environment of a name, whether it was made or not.
    pub(crate) fn named(workspace: &Workspace, name: &str) -> Self {
        Self { folder: workspace.target().join(name) }
    }

    /// The Python, if the environment is whole.
    pub(crate) fn built(&self) -> Option<PathBuf> {
        Some(self.python()).filter(|python| python.is_file() && self.stamp().is_file())
    }

    /// Makes the environment where it is missing: each of `installs` is what one call of pip is given.
    pub(crate) fn build(&self, installs: &[&[&str]]) -> Result<PathBuf> {
        if let Some(python) = self.built() {
            return Ok(python);
        }
        process::run_aside(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&self.folder))?;
        let python = self.python();
        for packages in installs {
            let mut pip = Command::new(&python);
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            process::run_aside(pip.args(*packages))?;
        }
        std::fs::write(self.stamp(), "").context("cannot mark the environment as whole")?;
        Ok(python)
    }

    fn python(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    /// Written last: without it the environment was broken off.
    fn stamp(&self) -> PathBuf {
        self.folder.join("whole")
    }
}

/// Runs a script in a Python.
pub(crate) fn script(python: &Path, text: &str) -> Command {
    let mut command = Command::new(python);
    command.args(["-c", text]);
    command
}
