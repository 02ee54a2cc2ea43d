//! A writer that keeps what is written, and short words for starting telemetry on it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use ragstone_observability::startup::{LogFormat, RunningTelemetry, Telemetry};
use serde_json::Value;
use tracing::Dispatch;

#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("UTF-8")
    }

    /// Every line as the JSON object that it must be.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
    }

    /// Starts telemetry whose lines are kept here.
    pub(crate) fn start(&self, telemetry: Telemetry) -> (Dispatch, RunningTelemetry) {
        let writer = self.clone();
        telemetry.subscriber(move || writer.clone()).expect("valid")
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Logs alone.
pub(crate) fn logs(format: LogFormat, directives: &str) -> Telemetry {
    Telemetry { format, directives: directives.to_owned(), ..Telemetry::default() }
}
