//! Programs that some tests call: `promtool`, a collector of traces, and a Python with a reference for models.

use super::account::is_on_path;
use super::debian::{Install, install_packages};
use crate::workspace::Workspace;
use crate::{collector, models};

/// Installs or builds what is missing; a line for each program that cannot be had.
pub(crate) fn prepare(workspace: &Workspace, install: Install) -> Vec<String> {
    let mut missing = Vec::new();
    if !is_on_path("promtool")
        && let Err(error) = install_packages(&["prometheus"], install)
    {
        missing.push(format!("promtool: {error:#}"));
    }
    if collector::built(workspace).is_none() {
        match install {
            Install::IfMissing => {
                if let Err(error) = collector::build(workspace) {
                    missing.push(format!("collector: {error:#}"));
                }
            }
            Install::Never => missing.push("collector: not built: run `cargo xtask services up`".to_owned()),
        }
    }
    if models::built(workspace).is_none() {
        match install {
            Install::IfMissing => {
                if let Err(error) = models::build(workspace) {
                    missing.push(format!("Python for models: {error:#}"));
                }
            }
            Install::Never => {
                missing.push("Python for models: not made: run `cargo xtask services up`".to_owned());
            }
        }
    }
    missing
}
