//! The laws of the ports hold behind layers too.

use std::sync::Arc;

use ragstone_conformance::{CatalogFixture, IndexFixture};
use ragstone_core::memory::{MemoryCatalog, MemoryIndex};
use ragstone_core::port::{DynCatalog, DynChunkIndex};
use ragstone_core::{Clock, SystemClock};
use ragstone_layers::{Around, BackendHealth, BackendPolicy, Layered, StackPolicy, Telemetry};
use ragstone_resilience::HedgePolicy;

/// The standard layers but for the guard, which is stricter than the ports: a store serves its change feed, and
/// an index any tenant's target, under any context, and the guard exists to refuse that. Hedges are on.
fn around(backend: &'static str) -> impl Around {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let health = BackendHealth::new(Arc::clone(&clock));
    let backend =
        health.register(backend, BackendPolicy::for_requests().expect("valid")).expect("a new name");
    let policy = StackPolicy::for_requests(Arc::clone(&clock), backend).expect("valid");
    let hedges = HedgePolicy::after(std::time::Duration::from_micros(100)).expect("valid");
    Telemetry::new(clock).over(policy.with_hedges(hedges).calls())
}

fn layered_catalog() -> CatalogFixture {
    let inner: Arc<dyn DynCatalog> = Arc::new(MemoryCatalog::new(Arc::new(SystemClock)));
    CatalogFixture::new(Arc::new(Layered::new(inner, around("catalog"))))
}

fn layered_index() -> IndexFixture {
    let inner: Arc<dyn DynChunkIndex> = Arc::new(MemoryIndex::new());
    IndexFixture::new(Arc::new(Layered::new(inner, around("index"))))
}

mod catalog {
    ragstone_conformance::catalog_suite!("layers around memory", async { super::super::layered_catalog() });
}

mod index {
    ragstone_conformance::index_suite!("layers around memory", async { super::super::layered_index() });
}
