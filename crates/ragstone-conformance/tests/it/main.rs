//! The suites, run against the in-memory reference stores, and proof that they can fail.

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
