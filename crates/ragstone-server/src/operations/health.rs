//! How the instance is: its phase, and what its sources say.

use std::fmt;
use std::sync::{Arc, OnceLock, RwLock};
use std::time::{Duration, Instant};

use futures::future::join_all;
use ragstone_core::Clock;
use ragstone_core::report::Readiness;
use ragstone_engine::Engine;
use ragstone_observability::metric::{READ_ONLY, READY};
use serde::Serialize;

use super::check::{Check, Finding};
use super::source::HealthSource;
use crate::storage::Gates;

/// State of the instance as load balancers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It opens its stores.
    Starting,
    /// It takes requests.
    Ready,
    /// It takes requests that read; its disk takes no writes.
    ReadOnly,
    /// A store that it needs cannot be used.
    Unavailable,
    /// It finishes what runs and stops.
    Draining,
}

/// The state and its reasons.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Verdict {
    pub(crate) status: State,
    /// Required sources that are down.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) missing: Vec<&'static str>,
    /// Why writes are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

impl Verdict {
    pub(crate) fn is_ready(&self) -> bool {
        matches!(self.status, State::Ready | State::ReadOnly)
    }
}

/// Knows the phase of the engine and asks the sources.
pub(crate) struct Health {
    clock: Arc<dyn Clock>,
    ttl: Duration,
    timeout: Duration,
    start: Instant,
    engine: OnceLock<Engine>,
    gates: OnceLock<Gates>,
    checks: RwLock<Vec<Arc<Check>>>,
}

impl Health {
    /// Health of an instance that starts; findings are answered again for `ttl`, and a look takes at most `timeout`.
    pub(crate) fn new(clock: Arc<dyn Clock>, ttl: Duration, timeout: Duration) -> Self {
        let start = clock.instant();
        let (engine, gates) = (OnceLock::new(), OnceLock::new());
        Self { clock, ttl, timeout, start, engine, gates, checks: RwLock::default() }
    }

    /// Adds something that is asked from now on.
    pub(crate) fn watch(&self, source: Arc<dyn HealthSource>) {
        self.watch_every(source, self.ttl);
    }

    /// Adds something that is asked at most once in `ttl`.
    pub(crate) fn watch_every(&self, source: Arc<dyn HealthSource>, ttl: Duration) {
        let check = Check::new(source, ttl, self.timeout, Arc::clone(&self.clock));
        self.checks.write().unwrap_or_else(std::sync::PoisonError::into_inner).push(Arc::new(check));
    }

    /// Names the engine, whose phase counts from now on. A second one is ignored.
    pub(crate) fn started(&self, engine: Engine) {
        let _ = self.engine.set(engine);
    }

    /// Names the gates that keep writes from the stores. Others after them are ignored.
    pub(crate) fn read_only_by(&self, gates: Gates) {
        let _ = self.gates.set(gates);
    }

    /// Whether the stores were opened.
    pub(crate) fn is_started(&self) -> bool {
        self.engine.get().is_some_and(|engine| engine.readiness() != Readiness::Starting)
    }

    /// Whether requests should be sent here, and if not, why.
    pub(crate) async fn verdict(&self) -> Verdict {
        let findings = self.findings(Check::is_required).await;
        self.judge(&findings)
    }

    /// The verdict with every finding.
    pub(crate) async fn report(&self) -> (Verdict, Vec<Finding>) {
        let findings = self.findings(|_| true).await;
        (self.judge(&findings), findings)
    }

    pub(crate) fn uptime(&self) -> Duration {
        self.clock.instant().saturating_duration_since(self.start)
    }

    async fn findings(&self, is_wanted: impl Fn(&Check) -> bool) -> Vec<Finding> {
        let checks = self.checks.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let wanted = checks.iter().filter(|check| is_wanted(check));
        join_all(wanted.map(|check| check.finding())).await
    }

    /// The phase after the checks, so that a drain that began meanwhile is seen.
    fn judge(&self, findings: &[Finding]) -> Verdict {
        let down = findings.iter().filter(|finding| finding.is_required && !finding.is_up);
        let missing: Vec<_> = down.map(|finding| finding.name).collect();
        let reason = self.gates.get().and_then(Gates::reason);
        let status = match self.engine.get().map(Engine::readiness) {
            None | Some(Readiness::Starting) => State::Starting,
            Some(Readiness::Draining) => State::Draining,
            Some(Readiness::Ready) if missing.is_empty() && reason.is_some() => State::ReadOnly,
            Some(Readiness::Ready) if missing.is_empty() => State::Ready,
            Some(Readiness::Ready) => State::Unavailable,
        };
        metrics::gauge!(READ_ONLY.name).set(if reason.is_some() { 1.0 } else { 0.0 });
        let verdict = Verdict { status, missing, reason };
        metrics::gauge!(READY.name).set(if verdict.is_ready() { 1.0 } else { 0.0 });
        verdict
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Health").field("engine", &self.engine).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
