//! The collector that traces are sent to.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::services::{free_port, wait_for_port};

/// A collector that reads what it gets and throws it away, as cheaply as one can that stands on the same machine.
pub(super) struct Sink {
    child: Child,
    pub(super) endpoint: String,
}

impl Sink {
    pub(super) fn start(program: &Path, folder: &Path) -> Result<Self> {
        let port = free_port()?;
        let address = format!("127.0.0.1:{port}");
        let config = folder.join("collector.yaml");
        let text = format!(
            "receivers: {{otlp: {{protocols: {{grpc: {{endpoint: '{address}'}}}}}}}}\n\
             exporters: {{nop: {{}}}}\n\
             service:\n  telemetry: {{metrics: {{level: none}}}}\n\
             \x20 pipelines: {{traces: {{receivers: [otlp], exporters: [nop]}}}}\n",
        );
        fs::write(&config, text)?;
        let mut command = Command::new(program);
        let child = command.arg("--config").arg(&config).stderr(Stdio::null()).spawn()?;
        let sink = Self { child, endpoint: format!("http://{address}") };
        wait_for_port(port).context("the collector does not start")?;
        Ok(sink)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
