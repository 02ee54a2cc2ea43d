//! Figures of the whole server: `ragstone bench` prints `[{"name", "value", "unit"}]`.

use anyhow::{Context, Result};

use super::Options;
use super::report::Measurement;
use crate::process;
use crate::workspace::Workspace;

/// Runs the server's own benchmark on the data sets.
pub(crate) fn measure(workspace: &Workspace, options: &Options) -> Result<Vec<Measurement>> {
    let data = super::data_folder(workspace, options)?;
    let output = process::stdout_of(workspace.server().args(["bench", "--json", "--data"]).arg(data))?;
    serde_json::from_str(&output).context("cannot read the figures that the server printed")
}
