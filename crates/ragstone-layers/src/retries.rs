//! Retries: repeats calls that may be repeated.

use std::future::Future;
use std::sync::Arc;

use ragstone_core::{CallContext, Clock, Error, Result, Retry};
use ragstone_observability::metric;
use ragstone_resilience::{RetryBudget, RetryFailure, RetryPolicy, Verdict, retry};

use crate::around::Around;
use crate::call::Call;
use crate::deadlines::deadline_of;
use crate::refusal::is_refusal;

/// Repeats repeatable calls whose error says that this may help, within a policy and a budget.
///
/// A refusal by a layer further in (a circuit that is open, a queue that is full) is passed on at once: to wait
/// and ask again is what those layers exist to prevent. So is an error whose server asks for more patience than
/// the policy has. An error that comes out after retries were used up is [`Retry::Exhausted`], so that no outer layer starts
/// over. A call that is not repeatable passes untouched.
#[derive(Clone, Debug)]
pub struct Retries {
    clock: Arc<dyn Clock>,
    policy: Arc<RetryPolicy>,
    budget: Arc<RetryBudget>,
}

impl Retries {
    /// Retries by `policy`; every layer in front of one backend shares its `budget`.
    pub fn new(clock: Arc<dyn Clock>, policy: Arc<RetryPolicy>, budget: Arc<RetryBudget>) -> Self {
        Self { clock, policy, budget }
    }
}

impl Around for Retries {
    async fn once<T, F>(&self, _call: Call<'_>, _ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        operation.await
    }

    async fn repeatable<T, F, O>(&self, call: Call<'_>, ctx: &CallContext, operation: O) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
        O: Fn() -> F + Send + Sync,
    {
        let deadline = deadline_of(ctx, &*self.clock)?;
        let attempt = |number| {
            if number > 0 {
                count(&metric::PORT_RETRIES, call);
            }
            operation()
        };
        retry(&self.policy, &self.budget, deadline, verdict, attempt)
            .await
            .map_err(|failure| given_up(failure, call))
    }
}

fn verdict(error: &Error) -> Verdict {
    if is_refusal(error) {
        return Verdict::Stop;
    }
    match error.retry() {
        Retry::Never | Retry::Exhausted => Verdict::Stop,
        Retry::After(hint) => Verdict::RetryAfter(hint),
        Retry::Backoff => Verdict::Retry,
    }
}

fn given_up(failure: RetryFailure<Error>, call: Call<'_>) -> Error {
    if !failure.is_exhausted() {
        return failure.error;
    }
    count(&metric::PORT_RETRIES_EXHAUSTED, call);
    failure.error.with_retry(Retry::Exhausted).with_context("attempts", failure.attempts)
}

fn count(counted: &metric::Metric, call: Call<'_>) {
    metrics::counter!(counted.name, metric::PORT => call.port(), metric::METHOD => call.method())
        .increment(1);
}
