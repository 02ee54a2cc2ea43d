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

    ragstone_conformance::catalog_suite!("memory", async { empty() });
}

mod memory_index {
    //! The reference index obeys every law.

    use std::sync::Arc;

    use ragstone_conformance::IndexFixture;
    use ragstone_core::memory::MemoryIndex;

    fn empty() -> IndexFixture {
        IndexFixture::new(Arc::new(MemoryIndex::new()))
    }

    ragstone_conformance::index_suite!("memory", async { empty() });
}

mod memory_cache {
    //! The reference cache obeys every law.

    use std::sync::Arc;

    use ragstone_conformance::CacheFixture;
    use ragstone_core::clock::ManualClock;
    use ragstone_core::memory::MemoryCache;

    fn empty() -> CacheFixture {
        let clock = Arc::new(ManualClock::new());
        CacheFixture::new(Arc::new(MemoryCache::new(clock.clone()))).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::cache_suite!("memory", async { empty() });
}

mod memory_counters {
    //! The reference counters obey every law.

    use std::sync::Arc;

    use ragstone_conformance::CounterFixture;
    use ragstone_core::clock::ManualClock;
    use ragstone_core::memory::MemoryCounters;

    fn empty() -> CounterFixture {
        let clock = Arc::new(ManualClock::new());
        let counters = Arc::new(MemoryCounters::new(clock.clone()));
        CounterFixture::new(counters).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::counters_suite!("memory", async { empty() });
}

mod memory_leases {
    //! The reference leases obey every law.

    use std::sync::Arc;

    use ragstone_conformance::LeaseFixture;
    use ragstone_core::clock::ManualClock;
    use ragstone_core::memory::MemoryLeases;

    fn empty() -> LeaseFixture {
        let clock = Arc::new(ManualClock::new());
        LeaseFixture::new(Arc::new(MemoryLeases::new(clock.clone()))).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::leases_suite!("memory", async { empty() });
}

mod memory_jobs {
    //! The reference queue obeys every law.

    use std::sync::Arc;

    use ragstone_conformance::JobFixture;
    use ragstone_core::clock::ManualClock;
    use ragstone_core::memory::MemoryJobs;

    fn empty() -> JobFixture {
        let clock = Arc::new(ManualClock::new());
        JobFixture::new(Arc::new(MemoryJobs::new(clock.clone()))).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::jobs_suite!("memory", async { empty() });
}

mod memory_keys {
    //! The reference stores obey every law of keyed requests.

    use std::sync::Arc;

    use ragstone_conformance::{KeyFixture, KeyStores};
    use ragstone_core::clock::ManualClock;
    use ragstone_core::memory::{MemoryCatalog, MemoryJobs};

    fn empty() -> KeyFixture {
        let clock = Arc::new(ManualClock::new());
        let catalog = Arc::new(MemoryCatalog::new(clock.clone()));
        let jobs = Arc::new(MemoryJobs::new(clock.clone()).with_keys(catalog.keys()));
        KeyFixture::new(Arc::new(KeyStores { catalog, jobs })).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::keys_suite!("memory", async { empty() });
}

mod memory_uploads {
    //! The reference queue obeys every law of uploads.

    use std::sync::Arc;

    use ragstone_conformance::UploadFixture;
    use ragstone_core::clock::ManualClock;
    use ragstone_core::memory::MemoryJobs;

    fn empty() -> UploadFixture {
        let clock = Arc::new(ManualClock::new());
        UploadFixture::new(Arc::new(MemoryJobs::new(clock.clone()))).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::uploads_suite!("memory", async { empty() });
}

mod memory_invalidations {
    //! The reference fan-out obeys every law.

    use std::sync::Arc;

    use ragstone_conformance::InvalidationFixture;
    use ragstone_core::memory::MemoryInvalidations;

    fn empty() -> InvalidationFixture {
        let fan_out = Arc::new(MemoryInvalidations::new());
        let interrupted = Arc::clone(&fan_out);
        InvalidationFixture::new(fan_out).interrupting(move || {
            interrupted.interrupt();
            std::future::ready(())
        })
    }

    ragstone_conformance::invalidations_suite!("memory", async { empty() });
}

mod memory_models {
    //! The reference models obey every law.

    use std::sync::Arc;

    use ragstone_core::SystemClock;
    use ragstone_core::embedding::Dimensions;
    use ragstone_core::memory::HashingModel;

    fn model() -> HashingModel {
        HashingModel::new(Arc::new(SystemClock), Dimensions::try_new(256).expect("is a length"), 64)
    }

    mod embedder {
        ragstone_conformance::embedder_suite!("memory", async {
            ragstone_conformance::EmbedderFixture::new(std::sync::Arc::new(super::super::model()))
        });
    }

    mod reranker {
        ragstone_conformance::reranker_suite!("memory", async {
            ragstone_conformance::RerankerFixture::new(std::sync::Arc::new(super::super::model()))
        });
    }
}
