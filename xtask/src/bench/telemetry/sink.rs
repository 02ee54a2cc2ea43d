//! The collector that traces are sent to.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::Result;

/// A collector that reads what it gets and throws it away, as cheaply as one can that stands on the same machine.
pub(super) struct Sink {
    child: Child,
    pub(super) endpoint: String,
}

impl Sink {
    pub(super) fn start(program: &Path, folder: &Path) -> Result<Self> {
        let address = super::free_address()?;
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
        for _ in 0..200 {
            if TcpStream::connect(&address).is_ok() {
                return Ok(sink);
            }
            thread::sleep(Duration::from_millis(50));
        }
        anyhow::bail!("the collector does not listen at {address}")
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
