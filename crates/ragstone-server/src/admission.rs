//! Load shedding at the edge: under pressure, what matters least is refused first, and at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::response::{IntoResponse as _, Response};
use ragstone_api::operation::Operation;
use ragstone_core::{Clock, Error, ErrorKind, Result, Retry, Scope};
use ragstone_observability::metric::{PRIORITY, REQUEST_LIMIT, REQUESTS_SHED};
use ragstone_resilience::{
    AdaptiveLimit, AdaptivePolicy, InvalidPolicy, LoadShedder, LoadSign, Priority, Shed,
};
use ragstone_rest::Admission;
use ragstone_rest::failure::Failure;

use crate::config::OverloadConfig;

/// When refused callers are asked to come back, at the earliest.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long nothing must have been refused for the pressure to be over.
const CALM: Duration = Duration::from_secs(10);
/// Gives way to everything else.
const BULK: &str = "ingest.paths";
/// Take as long as there are files, as a caller has patience, or as a line is slow, which says nothing of the load.
const UNBOUNDED: [&str; 5] = [BULK, "jobs.events", "jobs.read", "jobs.upload", "uploads.append"];

/// Admits requests by priority, within a number that shrinks while answers come late.
#[derive(Debug)]
pub(crate) struct LoadGate {
    shedder: LoadShedder,
    clock: Arc<dyn Clock>,
    refused: AtomicU64,
    /// When the last request was refused, while there is pressure.
    last_refusal: Mutex<Option<Instant>>,
}

/// How the gate does, for health checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GateStatus {
    /// Requests that may run at once.
    pub(crate) limit: u32,
    pub(crate) running: u32,
    /// Since the start.
    pub(crate) refused: u64,
    pub(crate) is_shedding: bool,
}

impl LoadGate {
    pub(crate) fn try_new(config: &OverloadConfig, clock: Arc<dyn Clock>) -> Result<Arc<Self>> {
        let shedder = shedder(config)
            .map_err(|source| Error::invalid("overload", "is no valid policy").with_source(source))?;
        Ok(Arc::new(Self { shedder, clock, refused: AtomicU64::new(0), last_refusal: Mutex::default() }))
    }

    /// The gate as the edge of the transports asks it.
    pub(crate) fn admission(self: &Arc<Self>) -> Admission {
        let gate = Arc::clone(self);
        Admission::new(move |operation, work| {
            let gate = Arc::clone(&gate);
            async move { gate.run(operation, work).await }
        })
    }

    pub(crate) fn status(&self) -> GateStatus {
        GateStatus {
            limit: self.shedder.limit().limit(),
            running: self.shedder.limit().running(),
            refused: self.refused.load(Ordering::Relaxed),
            is_shedding: self.is_shedding(),
        }
    }

    async fn run(&self, operation: Option<&Operation>, work: impl Future<Output = Response>) -> Response {
        let slot = match self.shedder.try_admit(priority(operation)) {
            Ok(slot) => slot,
            Err(shed) => return self.refuse(shed),
        };
        let response = work.await;
        slot.end(sign(operation, &response));
        metrics::gauge!(REQUEST_LIMIT.name).set(f64::from(self.shedder.limit().limit()));
        self.calm_down();
        response
    }

    fn refuse(&self, Shed { priority, retry_after }: Shed) -> Response {
        metrics::counter!(REQUESTS_SHED.name, PRIORITY => priority.as_str()).increment(1);
        self.refused.fetch_add(1, Ordering::Relaxed);
        let before = self.lock().replace(self.clock.instant());
        if before.is_none() {
            let limit = self.shedder.limit().limit();
            tracing::warn!(limit, "requests are refused, for there are too many at once");
        }
        let error = Error::new(ErrorKind::Unavailable, "the server has too much to do")
            .with_help("send the request again after the time that `Retry-After` names")
            .with_retry(Retry::After(retry_after));
        Failure::from(error).into_response()
    }

    fn is_shedding(&self) -> bool {
        let last = *self.lock();
        last.is_some_and(|last| self.clock.instant().saturating_duration_since(last) < CALM)
    }

    /// Says that the pressure is over, once.
    fn calm_down(&self) {
        let now = self.clock.instant();
        let mut last = self.lock();
        if last.is_some_and(|last| now.saturating_duration_since(last) >= CALM) {
            *last = None;
            tracing::info!("requests are all admitted again");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.last_refusal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shedder(config: &OverloadConfig) -> Result<LoadShedder, InvalidPolicy> {
    let target = Duration::from_millis(config.target_ms);
    let policy = AdaptivePolicy::try_new(config.min_requests, config.max_requests, target)?;
    LoadShedder::try_new(AdaptiveLimit::new(policy), RETRY_AFTER)
}

/// How much a request matters: what an operator does to help comes first, work in bulk last.
fn priority(operation: Option<&Operation>) -> Priority {
    match operation {
        Some(Operation { name: "status.read" | "collections.delete", .. }) => Priority::Critical,
        Some(Operation { name: BULK, .. }) => Priority::Low,
        // A message of MCP is none of these: an agent waits for the answer.
        None | Some(Operation { scope: Scope::Read, .. }) => Priority::High,
        Some(Operation { scope: Scope::Write | Scope::Admin, .. }) => Priority::Normal,
    }
}

fn sign(operation: Option<&Operation>, response: &Response) -> LoadSign {
    match response.status().as_u16() {
        _ if operation.is_some_and(|operation| UNBOUNDED.contains(&operation.name)) => LoadSign::Nothing,
        503 | 504 => LoadSign::Overloaded,
        _ => LoadSign::Done,
    }
}

#[cfg(test)]
mod tests;
