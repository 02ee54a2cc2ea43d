//! One backend: its breaker, its bulkhead, and what is known of its health.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ragstone_core::{CallContext, Clock, ErrorKind, TenantId, Timestamp};
use ragstone_observability::{field, metric};
use ragstone_resilience::{
    BreakerChange, BreakerPolicy, BreakerState, CircuitBreaker, FairBulkhead, FairPolicy, InvalidPolicy,
};

use crate::call::Call;

/// The numbers of a [`Backend`].
#[derive(Clone, Copy, Debug)]
pub struct BackendPolicy {
    breaker: BreakerPolicy,
    slow_writes: Duration,
    bulkhead: FairPolicy,
}

impl BackendPolicy {
    /// Policy of a store that requests wait for.
    ///
    /// The breaker is [`BreakerPolicy::for_requests`]; a write counts as failed after 30 s, because a store
    /// with one writer has a queue of its own. 128 calls run at once, 96 of them for one tenant; 16,384 wait,
    /// 8,192 of them for one tenant.
    pub fn for_requests() -> Result<Self, InvalidPolicy> {
        let bulkhead = FairPolicy::try_new(128, 96)?.with_queue(16_384, 8_192)?;
        Ok(Self { breaker: BreakerPolicy::for_requests(), slow_writes: Duration::from_secs(30), bulkhead })
    }

    /// Breaks by `policy`, whose limit of slow calls is that of reads.
    #[must_use]
    pub const fn with_breaker(mut self, policy: BreakerPolicy) -> Self {
        self.breaker = policy;
        self
    }

    /// Shares the backend out by `policy`.
    #[must_use]
    pub const fn with_bulkhead(mut self, policy: FairPolicy) -> Self {
        self.bulkhead = policy;
        self
    }

    /// Counts a write as failed after `limit`, 1 ms to 1 h; longer than the store makes writes wait for their turn.
    pub fn with_slow_writes(mut self, limit: Duration) -> Result<Self, InvalidPolicy> {
        if !(Duration::from_millis(1)..=Duration::from_hours(1)).contains(&limit) {
            let rule = "must be from 1 ms to 1 h";
            return Err(InvalidPolicy { policy: "backend", field: "slow_writes", rule });
        }
        self.slow_writes = limit;
        Ok(self)
    }
}

/// What the calls of a backend share: one for each store, whatever number of ports it has.
pub struct Backend {
    name: &'static str,
    clock: Arc<dyn Clock>,
    breaker: CircuitBreaker,
    bulkhead: FairBulkhead<Lane>,
    slow_writes: Duration,
    record: Arc<Mutex<Record>>,
}

/// Whose calls share places fairly: each tenant's, and those of the process itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    System,
    Tenant(TenantId),
}

impl Lane {
    pub(crate) fn of(call: Call<'_>, ctx: &CallContext) -> Self {
        if ctx.principal().is_system() {
            return Self::System;
        }
        Self::Tenant(call.tenant().unwrap_or(ctx.tenant()).clone())
    }
}

#[derive(Clone, Copy, Debug)]
struct Record {
    since: Timestamp,
    last_failure: Option<Failure>,
}

/// A failure that counted against a backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Kind of the error; a call that took too long is `DeadlineExceeded`.
    pub kind: ErrorKind,
    /// When it happened.
    pub at: Timestamp,
}

/// How a backend does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendStatus {
    /// Name of the backend, such as `catalog`.
    pub name: &'static str,
    /// State of its circuit breaker.
    pub state: BreakerState,
    /// When it entered that state; the start of the process for one that never left it.
    pub since: Timestamp,
    /// The last failure that counted, however long ago.
    pub last_failure: Option<Failure>,
    /// Calls that run.
    pub running: usize,
    /// Calls that wait for a place.
    pub waiting: usize,
}

impl BackendStatus {
    /// Whether every call passes.
    pub fn is_healthy(&self) -> bool {
        self.state == BreakerState::Closed
    }
}

impl Backend {
    /// Builds a backend that nothing is known of yet; `name` becomes a label of metrics.
    pub fn new(name: &'static str, policy: BackendPolicy, clock: Arc<dyn Clock>) -> Self {
        let record = Arc::new(Mutex::new(Record { since: clock.now(), last_failure: None }));
        show(name, BreakerState::Closed);
        let breaker = CircuitBreaker::new(policy.breaker).with_observer({
            let (clock, record) = (Arc::clone(&clock), Arc::clone(&record));
            move |change| {
                let last = {
                    let mut record = lock(&record);
                    record.since = clock.now();
                    record.last_failure
                };
                report(name, change, last);
            }
        });
        let bulkhead = FairBulkhead::new(policy.bulkhead);
        Self { name, clock, breaker, bulkhead, slow_writes: policy.slow_writes, record }
    }

    /// Name in metrics, logs and health.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How the backend does now.
    pub fn status(&self) -> BackendStatus {
        let record = *lock(&self.record);
        let load = self.bulkhead.load();
        BackendStatus {
            name: self.name,
            state: self.breaker.state(),
            since: record.since,
            last_failure: record.last_failure,
            running: load.running,
            waiting: load.waiting,
        }
    }

    /// The breaker, to follow its state.
    pub const fn breaker(&self) -> &CircuitBreaker {
        &self.breaker
    }

    pub(crate) const fn bulkhead(&self) -> &FairBulkhead<Lane> {
        &self.bulkhead
    }

    pub(crate) const fn slow_writes(&self) -> Duration {
        self.slow_writes
    }

    pub(crate) const fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Remembers a failure that counts.
    pub(crate) fn remember(&self, kind: ErrorKind) {
        lock(&self.record).last_failure = Some(Failure { kind, at: self.clock.now() });
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend").field("status", &self.status()).finish_non_exhaustive()
    }
}

fn lock(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().unwrap_or_else(PoisonError::into_inner)
}

fn show(name: &'static str, state: BreakerState) {
    let value = match state {
        BreakerState::Closed => 0.0,
        BreakerState::HalfOpen => 1.0,
        BreakerState::Open => 2.0,
    };
    metrics::gauge!(metric::BREAKER_STATE.name, metric::BACKEND => name).set(value);
}

/// One metric and one line for each change of state.
///
/// A backend that is lost is an error, one that is still lost a warning, and the way back is information.
fn report(name: &'static str, change: &BreakerChange, last: Option<Failure>) {
    show(name, change.to);
    metrics::counter!(
        metric::BREAKER_TRANSITIONS.name,
        metric::BACKEND => name, metric::STATE => change.to.as_str(),
    )
    .increment(1);
    let reason = last.map(|failure| failure.kind.codes().reason);
    let cool_down_ms = change.cool_down.map(|wait| wait.as_secs_f64() * 1000.0);
    macro_rules! line {
        ($level:ident, $text:literal) => {
            tracing::$level!(
                { field::BACKEND } = name,
                { field::BREAKER_STATE } = change.to.as_str(),
                { field::COOL_DOWN_MS } = cool_down_ms,
                { field::LAST_FAILURE } = reason,
                $text
            )
        };
    }
    match (change.from, change.to) {
        (BreakerState::Closed, BreakerState::Open) => line!(error, "a backend fails and is left alone"),
        (_, BreakerState::Open) => line!(warn, "a backend still fails and is left alone for longer"),
        (_, BreakerState::HalfOpen) => line!(info, "a backend is probed"),
        (_, BreakerState::Closed) => line!(info, "a backend answers again"),
    }
}
