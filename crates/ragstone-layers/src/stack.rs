//! The one place that says which layers stand around the stores, and in which order.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::Clock;
use ragstone_core::port::{DynCatalog, DynChunkIndex};
use ragstone_resilience::policy::InvalidPolicy;
use ragstone_resilience::{Backoff, RetryBudget, RetryPolicy};

use crate::around::Around;
use crate::deadlines::Deadlines;
use crate::guard::Guard;
use crate::layered::Layered;
use crate::retries::Retries;
use crate::telemetry::Telemetry;

/// What the standard layers of one backend need. Each backend has its own, because it has its own budget.
#[derive(Clone, Debug)]
pub struct StackPolicy {
    /// Clock of deadlines and durations.
    pub clock: Arc<dyn Clock>,
    /// How calls are repeated.
    pub retry: Arc<RetryPolicy>,
    /// How much may be repeated.
    pub budget: Arc<RetryBudget>,
}

impl StackPolicy {
    /// The policy of calls that somebody waits for: 3 attempts, waits of up to 10 and 20 ms, 10 % of retries.
    pub fn for_requests(clock: Arc<dyn Clock>) -> Result<Self, InvalidPolicy> {
        let backoff = Backoff::exponential(Duration::from_millis(10), 2.0, Duration::from_millis(200))?;
        let retry = RetryPolicy::try_new(backoff, 3)?.with_hint_cap(Duration::from_secs(1));
        Ok(Self { clock, retry: Arc::new(retry), budget: Arc::new(RetryBudget::try_new(10, 10)?) })
    }

    fn layers(&self) -> impl Around + use<> {
        // Outermost: a refused, late or repeated call is still one call, and is seen.
        Telemetry::new(Arc::clone(&self.clock))
            // Before anything is spent on a call that no adapter may see.
            .over(Guard)
            // Around the retries: all attempts and waits together have the caller's time.
            .over(Deadlines::new(Arc::clone(&self.clock)))
            // Innermost: each attempt goes straight to the adapter.
            .over(self.retries())
    }

    fn retries(&self) -> Retries {
        Retries::new(Arc::clone(&self.clock), Arc::clone(&self.retry), Arc::clone(&self.budget))
    }
}

/// Puts the standard layers around a chunk index.
pub fn standard_index(inner: Arc<dyn DynChunkIndex>, policy: &StackPolicy) -> Arc<dyn DynChunkIndex> {
    Arc::new(Layered::new(inner, policy.layers()))
}

/// Puts the standard layers around a catalog.
pub fn standard_catalog(inner: Arc<dyn DynCatalog>, policy: &StackPolicy) -> Arc<dyn DynCatalog> {
    Arc::new(Layered::new(inner, policy.layers()))
}
