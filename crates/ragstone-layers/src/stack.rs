//! The one place that says which layers stand around the stores, and in which order.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::Clock;
use ragstone_core::port::{DynCache, DynCatalog, DynChunkIndex, DynEmbedder, DynJobStore, DynReranker};
use ragstone_resilience::{HedgePolicy, InvalidPolicy, RetryBudget, RetryPolicy};

use crate::around::Around;
use crate::backend::Backend;
use crate::breakers::Breakers;
use crate::bulkheads::Bulkheads;
use crate::deadlines::Deadlines;
use crate::guard::Guard;
use crate::hedges::Hedges;
use crate::layered::Layered;
use crate::retries::Retries;
use crate::telemetry::Telemetry;
use crate::write_gate::WriteGate;

/// What the standard layers of one backend need. Each backend has its own, because it has its own budget.
#[derive(Clone, Debug)]
pub struct StackPolicy {
    /// Clock of deadlines and durations.
    pub clock: Arc<dyn Clock>,
    /// How calls are repeated.
    pub retry: Arc<RetryPolicy>,
    /// How much may be repeated, hedges included.
    pub budget: Arc<RetryBudget>,
    /// When reads are hedged; `None` for never.
    pub hedge: Option<HedgePolicy>,
    /// When a call ends that has no deadline, or a later one.
    pub longest: Duration,
    /// What keeps writes from a store that is read-only; `None` lets them through.
    pub gate: Option<Arc<WriteGate>>,
    /// The backend, with its breaker and its bulkhead.
    pub backend: Arc<Backend>,
}

impl StackPolicy {
    /// The policy of calls that somebody waits for: [`RetryPolicy::for_requests`], 10 % of retries, no hedges, and
    /// no call longer than 5 minutes.
    pub fn for_requests(clock: Arc<dyn Clock>, backend: Arc<Backend>) -> Result<Self, InvalidPolicy> {
        let retry = Arc::new(RetryPolicy::for_requests());
        let budget = Arc::new(RetryBudget::try_new(10, 10)?);
        let (hedge, gate, longest) = (None, None, Duration::from_mins(5));
        Ok(Self { clock, retry, budget, hedge, longest, gate, backend })
    }

    /// Makes second attempts at slow reads by `policy`.
    #[must_use]
    pub const fn with_hedges(mut self, policy: HedgePolicy) -> Self {
        self.hedge = Some(policy);
        self
    }

    /// Keeps writes away while `gate` is closed.
    #[must_use]
    pub fn with_gate(mut self, gate: Arc<WriteGate>) -> Self {
        self.gate = Some(gate);
        self
    }

    /// All layers but telemetry, guard and gate: what stands between a checked call and the store.
    pub fn calls(&self) -> impl Around + use<> {
        let clock = || Arc::clone(&self.clock);
        let (retry, budget) = (Arc::clone(&self.retry), Arc::clone(&self.budget));
        // Around everything that waits: attempts, back-offs and queues together have the caller's time.
        Deadlines::new(clock())
            .with_longest(self.longest)
            // Outside of the breaker: it sees every attempt, and no attempt is made at a circuit that is open.
            .over(Retries::new(clock(), retry, budget))
            // Inside of the retries, which take the outcome of both attempts for one.
            .over(self.hedge.map(|policy| Hedges::new(policy, Arc::clone(&self.budget))))
            // Inside of retries and hedges: an attempt has a place, and a wait between attempts has none.
            .over(Bulkheads::new(Arc::clone(&self.backend)))
            // Innermost: it times the backend alone, and not the queue in front of it.
            .over(Breakers::new(Arc::clone(&self.backend)))
    }

    fn layers(&self) -> impl Around + use<> {
        // Outermost: a refused, late or repeated call is still one call, and is seen.
        Telemetry::new(Arc::clone(&self.clock))
            // Before anything is spent on a call that no adapter may see.
            .over(Guard)
            // Outside of everything that waits or counts: what is refused here says nothing of the backend.
            .over(self.gate.clone())
            .over(self.calls())
    }
}

/// Puts the standard layers around a chunk index.
pub fn standard_index(inner: Arc<dyn DynChunkIndex>, policy: &StackPolicy) -> Arc<dyn DynChunkIndex> {
    Arc::new(Layered::new(inner, policy.layers()))
}

/// Puts the standard layers around a cache that processes share.
pub fn standard_cache(inner: Arc<dyn DynCache>, policy: &StackPolicy) -> Arc<dyn DynCache> {
    Arc::new(Layered::new(inner, policy.layers()))
}

/// Puts the standard layers around a catalog.
pub fn standard_catalog(inner: Arc<dyn DynCatalog>, policy: &StackPolicy) -> Arc<dyn DynCatalog> {
    Arc::new(Layered::new(inner, policy.layers()))
}

/// Puts the standard layers around a queue of jobs.
pub fn standard_jobs(inner: Arc<dyn DynJobStore>, policy: &StackPolicy) -> Arc<dyn DynJobStore> {
    Arc::new(Layered::new(inner, policy.layers()))
}

/// Puts the standard layers around an embedder.
pub fn standard_embedder(inner: Arc<dyn DynEmbedder>, policy: &StackPolicy) -> Arc<dyn DynEmbedder> {
    Arc::new(Layered::new(inner, policy.layers()))
}

/// Puts the standard layers around a reranker.
pub fn standard_reranker(inner: Arc<dyn DynReranker>, policy: &StackPolicy) -> Arc<dyn DynReranker> {
    Arc::new(Layered::new(inner, policy.layers()))
}
