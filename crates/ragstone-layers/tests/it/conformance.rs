//! The laws of the ports hold behind layers too.

use std::sync::Arc;

use ragstone_conformance::{CatalogFixture, IndexFixture};
use ragstone_core::SystemClock;
use ragstone_core::memory::{MemoryCatalog, MemoryIndex};
use ragstone_core::port::DynChunkIndex;
use ragstone_layers::{Around as _, Deadlines, Layered, Retries, StackPolicy, Telemetry, standard_catalog};

fn policy() -> StackPolicy {
    StackPolicy::for_requests(Arc::new(SystemClock)).expect("valid")
}

fn layered_catalog() -> CatalogFixture {
    let inner = Arc::new(MemoryCatalog::new(Arc::new(SystemClock)));
    CatalogFixture::new(standard_catalog(inner, &policy()))
}

/// The standard layers but for the guard, which is stricter than the port: an index serves any tenant's
/// target under any context, and the guard exists to refuse that.
fn layered_index() -> IndexFixture {
    let StackPolicy { clock, retry, budget } = policy();
    let around = Telemetry::new(Arc::clone(&clock))
        .over(Deadlines::new(Arc::clone(&clock)))
        .over(Retries::new(clock, retry, budget));
    let inner: Arc<dyn DynChunkIndex> = Arc::new(MemoryIndex::new());
    IndexFixture::new(Arc::new(Layered::new(inner, around)))
}

mod catalog {
    ragstone_conformance::catalog_suite!(async { super::super::layered_catalog() });
}

mod index {
    ragstone_conformance::index_suite!(async { super::super::layered_index() });
}
