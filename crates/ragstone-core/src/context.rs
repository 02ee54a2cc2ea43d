//! What travels with every call: deadline, tenant, principal, trace.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::id::TenantId;
use crate::idempotency::KeyClaim;
use crate::principal::Principal;

/// First parameter of every port call. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CallContext {
    principal: Arc<Principal>,
    deadline: Option<Instant>,
    trace: Trace,
    claim: Option<Arc<KeyClaim>>,
    is_bound: bool,
}

/// Identity of a call for logs and traces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Request id, shown to the caller and in every log line.
    pub request_id: Option<Arc<str>>,
    /// W3C Trace Context `traceparent`, as received.
    pub parent: Option<Arc<str>>,
}

impl CallContext {
    /// Builds a context without deadline or trace.
    pub fn new(principal: impl Into<Arc<Principal>>) -> Self {
        Self {
            principal: principal.into(),
            deadline: None,
            trace: Trace::default(),
            claim: None,
            is_bound: false,
        }
    }

    /// Context of background work of the process itself.
    pub fn system() -> Self {
        Self::new(Principal::system())
    }

    /// Sets the deadline; an earlier one that is already set stays.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(self.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
        self
    }

    /// Sets the deadline `timeout` from now; an earlier one that is already set stays.
    #[must_use]
    pub fn with_timeout(self, clock: &dyn Clock, timeout: Duration) -> Self {
        let deadline = clock.instant() + timeout;
        self.with_deadline(deadline)
    }

    /// Sets the trace.
    #[must_use]
    pub fn with_trace(mut self, trace: Trace) -> Self {
        self.trace = trace;
        self
    }

    /// Says that the call does a keyed request; nothing is bound to it yet.
    #[must_use]
    pub fn with_claim(mut self, claim: KeyClaim) -> Self {
        self.claim = Some(Arc::new(claim));
        self.is_bound = false;
        self
    }

    /// The context for the one write that the keyed request stands for; the same context where there is none.
    #[must_use]
    pub fn bound(&self) -> Self {
        Self { is_bound: self.claim.is_some(), ..self.clone() }
    }

    /// The keyed request that the call does.
    pub fn claim(&self) -> Option<&KeyClaim> {
        self.claim.as_deref()
    }

    /// The keyed request that a write is bound to; see [`port`](crate::port).
    pub fn bound_claim(&self) -> Option<&KeyClaim> {
        self.claim().filter(|_| self.is_bound)
    }

    /// The caller.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Tenant whose data the call may reach.
    pub fn tenant(&self) -> &TenantId {
        self.principal.tenant()
    }

    /// When the answer is no longer wanted.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Identity of the call.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Time that is left; `None` without a deadline, [`ErrorKind::DeadlineExceeded`] when it has passed.
    pub fn remaining(&self, clock: &dyn Clock) -> Result<Option<Duration>> {
        let Some(deadline) = self.deadline else {
            return Ok(None);
        };
        match deadline.checked_duration_since(clock.instant()) {
            Some(left) if !left.is_zero() => Ok(Some(left)),
            _ => Err(Error::new(ErrorKind::DeadlineExceeded, "the deadline passed")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn the_earlier_deadline_stays() {
        let clock = ManualClock::new();
        let ctx = CallContext::system()
            .with_timeout(&clock, Duration::from_secs(1))
            .with_timeout(&clock, Duration::from_secs(5));
        assert_eq!(ctx.remaining(&clock).expect("in time"), Some(Duration::from_secs(1)));
    }

    #[test]
    fn a_passed_deadline_is_an_error() {
        let clock = ManualClock::new();
        let ctx = CallContext::system().with_timeout(&clock, Duration::from_secs(1));
        clock.advance(Duration::from_secs(1));
        let kind = ctx.remaining(&clock).map_err(|error| error.kind());
        assert_eq!(kind, Err(ErrorKind::DeadlineExceeded));
    }
}
