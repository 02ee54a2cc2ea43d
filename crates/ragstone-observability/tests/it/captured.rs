//! A writer that keeps what is written, and short words for starting telemetry on it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};

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
        keep_another_subscriber();
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

/// Keeps a second subscriber alive: while there is only one, a call site that another thread reaches first is taken
/// for one that nobody listens to (tracing-core 0.1, `Rebuilder::JustOne`).
fn keep_another_subscriber() {
    static OTHER: OnceLock<tracing::Dispatch> = OnceLock::new();
    OTHER.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::Registry::default()));
}

/// Logs alone.
pub(crate) fn logs(format: LogFormat, directives: &str) -> Telemetry {
    Telemetry { format, directives: directives.to_owned(), ..Telemetry::default() }
}
