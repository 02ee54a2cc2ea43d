//! What a server says of itself: its metrics, and the lines of its log.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use ragstone_core::{Clock as _, SystemClock};
use serde_json::Value;

use crate::http::Http;
use crate::server::Server;

/// How calls end at a backend that is away, as labels.
const FAILURES: [&str; 3] =
    [r#"outcome="unavailable""#, r#"outcome="deadline_exceeded""#, r#"outcome="dropped""#];

/// A client of the operations port of a server whose log is JSON.
pub(super) fn operations(server: &mut Server) -> Http {
    let line = server.wait_for("health and metrics are served");
    let line: Value = serde_json::from_str(&line).expect("JSON");
    Http::new(&format!("http://{}", line["address"].as_str().expect("an address")), None)
}

/// A page of metrics.
pub(super) struct Page(String);

impl Page {
    pub(super) fn read(operations: &Http) -> Self {
        Self(operations.get("/metrics").body)
    }

    /// Sum of the samples of a metric that have one of these labels.
    pub(super) fn sum(&self, name: &str, labels: &[&str]) -> f64 {
        let has_one = |line: &str| labels.is_empty() || labels.iter().any(|label| line.contains(label));
        self.samples(name).filter(|(line, _)| has_one(line)).map(|(_, value)| value).sum()
    }

    /// Number of calls of a backend that failed there, not at a circuit that was open.
    pub(super) fn failed(&self, backend: &str) -> f64 {
        let is_failure = |line: &str| {
            ports(backend).iter().any(|port| line.contains(port))
                && FAILURES.iter().any(|outcome| line.contains(outcome))
        };
        let calls = self.samples("ragstone_port_calls_total").filter(|(line, _)| is_failure(line));
        let refused = format!(r#"backend="{backend}",reason="open""#);
        calls.map(|(_, value)| value).sum::<f64>() - self.sum("ragstone_backend_refusals_total", &[&refused])
    }

    fn samples(&self, name: &str) -> impl Iterator<Item = (&str, f64)> {
        self.0.lines().filter_map(move |line| {
            line.strip_prefix(name).filter(|rest| rest.starts_with(['{', ' ']))?;
            Some((line, line.rsplit(' ').next()?.parse().ok()?))
        })
    }
}

/// The ports that lead to a backend, as labels.
pub(super) fn ports(backend: &str) -> &'static [&'static str] {
    match backend {
        "catalog" => &[r#"port="collection-store""#, r#"port="document-store""#, r#"port="change-feed""#],
        "index" => &[r#"port="chunk-index""#],
        _ => &[r#"port="cache""#],
    }
}

/// A line of the log.
pub(super) struct Line {
    pub(super) at: Timestamp,
    pub(super) fields: Value,
}

/// The lines that a server has written since it was last asked.
pub(super) fn lines(server: &mut Server) -> Vec<Line> {
    let parsed = server.drain().into_iter().filter_map(|line| serde_json::from_str::<Value>(&line).ok());
    parsed
        .filter_map(|fields| {
            let at = fields["timestamp"].as_str()?.parse().ok()?;
            Some(Line { at, fields })
        })
        .collect()
}

/// When the circuit of a backend was opened first.
pub(super) fn opened(lines: &[Line], backend: &str) -> Option<Timestamp> {
    let opening = lines.iter().find(|line| {
        line.fields["message"] == "a backend fails and is left alone"
            && line.fields["backend.name"] == backend
    });
    opening.map(|line| line.at)
}

/// The longest that a request took, as the server measured it.
pub(super) fn slowest(lines: &[Line]) -> Duration {
    let answered = lines.iter().filter(|line| line.fields["target"] == "ragstone_rest::access");
    let longest = answered.filter_map(|line| line.fields["duration_ms"].as_f64()).fold(0.0, f64::max);
    Duration::from_secs_f64(longest / 1000.0)
}

/// How late this machine wakes a thread at the most while something runs: what no server on it can make up for.
pub(super) fn lateness_during<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    const BEAT: Duration = Duration::from_millis(5);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut latest = Duration::ZERO;
            while !is_over.load(Ordering::Relaxed) {
                let start = SystemClock.instant();
                std::thread::sleep(BEAT);
                latest = latest.max((SystemClock.instant() - start).saturating_sub(BEAT));
            }
            latest
        });
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act));
        is_over.store(true, Ordering::Relaxed);
        let latest = watching.join().expect("no panic");
        match done {
            Ok(done) => (done, latest),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
