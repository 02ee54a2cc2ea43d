//! Hedges: a read that takes suspiciously long is made a second time.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use ragstone_core::{CallContext, Result};
use ragstone_observability::metric;
use ragstone_resilience::{HedgePolicy, Latencies, RetryBudget, hedge};

use crate::around::Around;
use crate::call::{Call, Effect};

/// Makes a second attempt at a repeatable read that takes long; the first success wins, the loser is dropped.
///
/// Opt-in, because it trades load for the tail of the latency. What is usual is learnt for each method. Second attempts
/// are paid from the retry budget; [`Retries`](crate::Retries) outside of this layer earn it. Writes pass untouched,
/// however repeatable they are.
#[derive(Clone, Debug)]
pub struct Hedges {
    policy: HedgePolicy,
    budget: Arc<RetryBudget>,
    usual: Arc<Mutex<Usual>>,
}

type Usual = HashMap<(&'static str, &'static str), Arc<Latencies>>;

impl Hedges {
    /// Hedges by `policy`, within the `budget` of the backend's retries.
    pub fn new(policy: HedgePolicy, budget: Arc<RetryBudget>) -> Self {
        Self { policy, budget, usual: Arc::default() }
    }

    fn usual(&self, call: Call<'_>) -> Arc<Latencies> {
        let mut usual = self.usual.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(usual.entry((call.port(), call.method())).or_default())
    }
}

impl Around for Hedges {
    async fn once<T, F>(&self, _call: Call<'_>, _ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        operation.await
    }

    async fn repeatable<T, F, O>(&self, call: Call<'_>, _ctx: &CallContext, operation: O) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
        O: Fn() -> F + Send + Sync,
    {
        if call.effect() == Effect::Write {
            return operation().await;
        }
        let usual = self.usual(call);
        let attempt = |number| {
            if number > 0 {
                metrics::counter!(
                    metric::PORT_HEDGES.name,
                    metric::PORT => call.port(), metric::METHOD => call.method(),
                )
                .increment(1);
            }
            operation()
        };
        hedge(&self.policy, &usual, &self.budget, attempt).await
    }
}
