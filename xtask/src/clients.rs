//! The Python that holds clients of other code bases, which tests drive against the server.

use std::path::PathBuf;

use anyhow::Result;

use crate::python::Environment;
use crate::workspace::Workspace;

/// Names the Python to the tests.
pub(crate) const VARIABLE: &str = "RAGSTONE_TEST_CLIENTS_PYTHON";
/// A client of tus 1.0.0.
const PACKAGES: [&str; 1] = ["tuspy==1.1.0"];

/// The Python, if the environment is whole.
pub(crate) fn built(workspace: &Workspace) -> Option<PathBuf> {
    environment(workspace).built()
}

/// Makes the environment where it is missing, which loads a few MB.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    environment(workspace).build(&[&PACKAGES])
}

fn environment(workspace: &Workspace) -> Environment {
    Environment::named(workspace, "clients-python")
}
