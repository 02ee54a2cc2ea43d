//! The test bench: tokio's clock, a layer that tallies, and a target to work on.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ragstone_core::index::{IndexQuery, IndexSchema, IndexTarget, Likeness, SparseVector};
use ragstone_core::memory::MemoryIndex;
use ragstone_core::port::{self, ChunkIndex as _};
use ragstone_core::{
    CallContext, Clock, CollectionId, GenerationId, Principal, Reader, Result, Scope, TenantId, Timestamp,
};
use ragstone_layers::{Around, Backend, BackendPolicy, Call, Layered, StackPolicy};
use ragstone_resilience::{Backoff, Jitter, RetryBudget, RetryPolicy};

/// Tokio's clock, which tests pause and move.
#[derive(Debug)]
pub(crate) struct TokioClock;

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn instant(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(TokioClock)
}

/// Counts the operations that reach the store.
#[derive(Debug, Default)]
pub(crate) struct Tally(AtomicU32);

impl Tally {
    pub(crate) fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Around for Tally {
    async fn once<T, F>(&self, _call: Call<'_>, _ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        self.0.fetch_add(1, Ordering::Relaxed);
        operation.await
    }
}

/// A layered in-memory index that holds the empty [`target`].
pub(crate) async fn index<A: Around>(around: A) -> Layered<dyn port::DynChunkIndex, A> {
    let inner = MemoryIndex::new();
    inner
        .create(
            &CallContext::system(),
            &target(),
            GenerationId::from_uuid(TARGET.as_uuid()),
            IndexSchema::default(),
        )
        .await
        .expect("creates");
    Layered::new(Arc::new(inner), around)
}

const TARGET: CollectionId = CollectionId::from_uuid(uuid(1));

const fn uuid(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

pub(crate) fn target() -> IndexTarget {
    IndexTarget::first_of(TenantId::default(), TARGET)
}

pub(crate) fn query(limit: usize) -> IndexQuery {
    IndexQuery {
        target: target(),
        likeness: Likeness::Keyword(SparseVector::default()),
        filter: None,
        reader: Reader::Everything,
        limit,
    }
}

/// Context of a user of the named tenant.
pub(crate) fn user(tenant: &str) -> CallContext {
    let tenant = TenantId::try_new(tenant).expect("valid");
    CallContext::new(Principal::new("ann", tenant, Scope::Admin))
}

/// Three attempts, waits of at most 20 ms.
pub(crate) fn policy() -> Arc<RetryPolicy> {
    let (base, cap) = (Duration::from_millis(10), Duration::from_millis(20));
    let backoff = Backoff::exponential(base, 2.0, cap).expect("valid");
    let policy = RetryPolicy::try_new(backoff, 3).expect("valid");
    Arc::new(policy.with_jitter(Jitter::seeded(7)))
}

pub(crate) fn budget() -> Arc<RetryBudget> {
    Arc::new(RetryBudget::try_new(10, 100).expect("valid"))
}

/// A backend with the policy of requests.
pub(crate) fn backend() -> Arc<Backend> {
    backend_of(BackendPolicy::for_requests().expect("valid"))
}

pub(crate) fn backend_of(policy: BackendPolicy) -> Arc<Backend> {
    Arc::new(Backend::new("index", policy, clock()))
}

/// The standard policy around a backend.
pub(crate) fn stack(backend: &Arc<Backend>) -> StackPolicy {
    StackPolicy::for_requests(clock(), Arc::clone(backend)).expect("valid")
}
