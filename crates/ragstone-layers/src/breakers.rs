//! Circuit breakers: a backend that keeps failing is left alone.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::{CallContext, ErrorKind, Result};
use ragstone_resilience::breaker::BreakerPermit;
use ragstone_resilience::{CallOutcome, CircuitOpen};
use tokio::time::{Instant, timeout};

use crate::around::Around;
use crate::backend::Backend;
use crate::call::{Call, Effect};
use crate::judgement::outcome_of;
use crate::refusal::Refusal;

/// A call that was cut off by its own deadline counts against the backend if it had this part of the time after
/// which it would have counted as slow.
const FAIR_CHANCE: u32 = 3;

/// Watches how the calls of one backend end, and keeps calls from it while its circuit is open.
///
/// What counts as a failure: the kinds that [`outcome_of`] names; a read that takes longer than the breaker's
/// limit of slow calls, and a write that takes longer than the backend's, both while they still run; a call that
/// its deadline cuts off after a third of that. A caller that leaves sooner says nothing.
///
/// While the circuit is not closed, reads that are already slow end with a refusal: their callers learn at once what
/// everybody else is told, and their places are free. Writes go on until their deadline.
#[derive(Clone, Debug)]
pub struct Breakers {
    backend: Arc<Backend>,
}

impl Breakers {
    /// Watches the calls of `backend`.
    pub const fn new(backend: Arc<Backend>) -> Self {
        Self { backend }
    }
}

impl Around for Breakers {
    async fn once<T, F>(&self, call: Call<'_>, ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        let backend = &*self.backend;
        let permit = backend
            .breaker()
            .try_admit()
            .map_err(|open| refused(backend, open).with_operation(call.method()))?;
        let limit = match call.effect() {
            Effect::Read => backend.breaker().policy().slow_call().unwrap_or(Duration::MAX),
            Effect::Write => backend.slow_writes(),
        };
        let mut attempt = Attempt { backend, ctx, permit: Some(permit), began: Instant::now(), limit };
        let mut operation = pin!(operation);
        if let Ok(result) = timeout(limit, operation.as_mut()).await {
            attempt.judge(result.as_ref().err().map(ragstone_core::Error::kind));
            return result;
        }
        attempt.fail(ErrorKind::DeadlineExceeded);
        match call.effect() {
            Effect::Write => operation.await,
            Effect::Read => tokio::select! {
                biased;
                result = operation => result,
                () = backend.breaker().left_closed() => {
                    let open = backend.breaker().check().err();
                    let open = open.unwrap_or(CircuitOpen { retry_after: Duration::ZERO });
                    Err(refused(backend, open).with_operation(call.method()))
                }
            },
        }
    }
}

pub(crate) fn refused(backend: &Backend, open: CircuitOpen) -> ragstone_core::Error {
    Refusal::CircuitOpen.refuse(backend.name(), open.retry_after)
}

/// A call that runs; also judged when it is dropped, which is how a deadline ends it.
struct Attempt<'a> {
    backend: &'a Backend,
    ctx: &'a CallContext,
    permit: Option<BreakerPermit<'a>>,
    began: Instant,
    limit: Duration,
}

impl Attempt<'_> {
    fn judge(&mut self, error: Option<ErrorKind>) {
        let outcome = error.map_or(CallOutcome::Success, outcome_of);
        match error {
            // An adapter that watches the caller's deadline itself; judged as if the call had been cut off.
            Some(ErrorKind::DeadlineExceeded) if self.is_out_of_time() => {}
            Some(kind) if outcome == CallOutcome::Failure => self.fail(kind),
            _ => {
                if let Some(permit) = self.permit.take() {
                    permit.report(outcome);
                }
            }
        }
    }

    fn fail(&mut self, kind: ErrorKind) {
        if let Some(permit) = self.permit.take() {
            self.backend.remember(kind);
            permit.report(CallOutcome::Failure);
        }
    }

    fn is_out_of_time(&self) -> bool {
        self.ctx.remaining(&**self.backend.clock()).is_err()
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.permit.is_some() && self.is_out_of_time() && self.began.elapsed() >= self.limit / FAIR_CHANCE
        {
            self.fail(ErrorKind::DeadlineExceeded);
        }
    }
}
