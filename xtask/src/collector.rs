//! `collector`: builds the OpenTelemetry collector that the tests of traces run, with OpenTelemetry's own builder.
//!
//! No package carries it, so it is built from Go modules: once, below the target directory. The tests start and stop
//! it themselves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::workspace::Workspace;

/// Names the program to the tests.
pub(crate) const VARIABLE: &str = "RAGSTONE_TEST_COLLECTOR";
/// Of the builder and of every part.
const VERSION: &str = "v0.158.0";
const NAME: &str = "otelcol-ragstone";

/// Builds what is missing and prints the variable for `eval`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let program = build(workspace)?;
    println!("export {VARIABLE}='{}'", program.display());
    Ok(())
}

/// The program, if it was built of the parts that it has now.
pub(crate) fn built(workspace: &Workspace) -> Option<PathBuf> {
    let folder = folder(workspace);
    let of = fs::read_to_string(manifest(&folder)).ok()?;
    Some(program(&folder)).filter(|program| of == parts(&folder) && program.is_file())
}

/// Builds the collector where it is missing, which takes about two minutes and needs Go 1.25 or later.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(program) = built(workspace) {
        return Ok(program);
    }
    let folder = folder(workspace);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let (manifest, program) = (manifest(&folder), program(&folder));
    if program.exists() {
        fs::remove_file(&program).with_context(|| format!("cannot remove {}", program.display()))?;
    }
    fs::write(&manifest, parts(&folder)).with_context(|| format!("cannot write {}", manifest.display()))?;
    let builder = format!("go.opentelemetry.io/collector/cmd/builder@{VERSION}");
    let mut install = Command::new("go");
    process::run_aside(install.arg("install").arg(builder).env("GOBIN", folder.join("bin")))?;
    let mut build = Command::new(folder.join("bin/builder"));
    process::run_aside(build.arg("--config").arg(&manifest))?;
    ensure!(program.is_file(), "the builder made no {}", program.display());
    Ok(program)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target().join("collector")
}

fn manifest(folder: &Path) -> PathBuf {
    folder.join("manifest.yaml")
}

fn program(folder: &Path) -> PathBuf {
    folder.join("dist").join(NAME)
}

/// What the collector is made of: it takes OTLP, and writes it to a file or throws it away.
fn parts(folder: &Path) -> String {
    format!(
        "dist:\n  name: {NAME}\n  output_path: {}\n\
         receivers:\n  - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver {VERSION}\n\
         exporters:\n  - gomod: go.opentelemetry.io/collector/exporter/nopexporter {VERSION}\n\
         \x20 - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter \
         {VERSION}\n",
        folder.join("dist").display(),
    )
}
