//! Programs that some tests call: `promtool`, and a collector of traces.

use super::account::is_on_path;
use super::debian::{Install, install_packages};
use crate::collector;
use crate::workspace::Workspace;

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
    missing
}
