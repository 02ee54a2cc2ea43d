//! The suites, run against the in-memory reference stores, and proof that they can fail.

#![allow(clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod registry;
mod sabotage;

mod memory_catalog {
    //! The reference catalog obeys every law.

    use std::sync::Arc;

    use ragstone_conformance::CatalogFixture;
    use ragstone_core::SystemClock;
    use ragstone_core::memory::MemoryCatalog;

    fn empty() -> CatalogFixture {
        CatalogFixture::new(Arc::new(MemoryCatalog::new(Arc::new(SystemClock))))
    }

    ragstone_conformance::catalog_suite!(async { empty() });
}

mod memory_index {
    //! The reference index obeys every law.

    use std::sync::Arc;

    use ragstone_conformance::IndexFixture;
    use ragstone_core::memory::MemoryIndex;

    fn empty() -> IndexFixture {
        IndexFixture::new(Arc::new(MemoryIndex::new()))
    }

    ragstone_conformance::index_suite!(async { empty() });
}
