//! The laws of the ports hold behind the standard stacks too.

use std::sync::Arc;

use ragstone_conformance::CatalogFixture;
use ragstone_core::SystemClock;
use ragstone_core::memory::MemoryCatalog;
use ragstone_layers::{StackPolicy, standard_catalog};

fn policy() -> StackPolicy {
    StackPolicy::for_requests(Arc::new(SystemClock)).expect("valid")
}

async fn layered_catalog() -> CatalogFixture {
    let inner = Arc::new(MemoryCatalog::new(Arc::new(SystemClock)));
    CatalogFixture::new(standard_catalog(inner, &policy()))
}

mod catalog {
    ragstone_conformance::catalog_suite!(super::super::layered_catalog());
}
