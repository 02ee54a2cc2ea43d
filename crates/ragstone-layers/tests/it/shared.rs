//! The ports of what processes share obey their laws behind the layers too.

use std::sync::Arc;

use ragstone_conformance::{
    CacheFixture, CounterFixture, InvalidationFixture, JobFixture, KeyFixture, KeyStores, LeaseFixture,
    UploadFixture,
};
use ragstone_core::SystemClock;
use ragstone_core::clock::ManualClock;
use ragstone_core::memory::{
    MemoryCache, MemoryCatalog, MemoryCounters, MemoryInvalidations, MemoryJobs, MemoryLeases,
};
use ragstone_core::port::{DynCache, DynCatalog, DynCounters, DynInvalidations, DynJobStore, DynLeases};
use ragstone_layers::{Around, Deadlines, Layered, Telemetry};

fn layers() -> impl Around {
    let clock = Arc::new(SystemClock);
    Telemetry::new(clock.clone()).over(Deadlines::new(clock))
}

mod cache {
    use super::*;

    fn empty() -> CacheFixture {
        let clock = Arc::new(ManualClock::new());
        let inner: Arc<dyn DynCache> = Arc::new(MemoryCache::new(clock.clone()));
        CacheFixture::new(Arc::new(Layered::new(inner, layers()))).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::cache_suite!("layers around memory", async { empty() });
}

mod counters {
    use super::*;

    fn empty() -> CounterFixture {
        let clock = Arc::new(ManualClock::new());
        let inner: Arc<dyn DynCounters> = Arc::new(MemoryCounters::new(clock.clone()));
        CounterFixture::new(Arc::new(Layered::new(inner, layers()))).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::counters_suite!("layers around memory", async { empty() });
}

mod leases {
    use super::*;

    fn empty() -> LeaseFixture {
        let clock = Arc::new(ManualClock::new());
        let inner: Arc<dyn DynLeases> = Arc::new(MemoryLeases::new(clock.clone()));
        LeaseFixture::new(Arc::new(Layered::new(inner, layers()))).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::leases_suite!("layers around memory", async { empty() });
}

mod jobs {
    use super::*;

    fn empty() -> JobFixture {
        let clock = Arc::new(ManualClock::new());
        let inner: Arc<dyn DynJobStore> = Arc::new(MemoryJobs::new(clock.clone()));
        JobFixture::new(Arc::new(Layered::new(inner, layers()))).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::jobs_suite!("layers around memory", async { empty() });
}

mod keys {
    use super::*;

    fn empty() -> KeyFixture {
        let clock = Arc::new(ManualClock::new());
        let memory = Arc::new(MemoryCatalog::new(clock.clone()));
        let queue: Arc<dyn DynJobStore> = Arc::new(MemoryJobs::new(clock.clone()).with_keys(memory.keys()));
        let memory: Arc<dyn DynCatalog> = memory;
        let catalog = Arc::new(Layered::new(memory, layers()));
        let jobs = Arc::new(Layered::new(queue, layers()));
        KeyFixture::new(Arc::new(KeyStores { catalog, jobs })).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::keys_suite!("layers around memory", async { empty() });
}

mod uploads {
    use super::*;

    fn empty() -> UploadFixture {
        let clock = Arc::new(ManualClock::new());
        let inner: Arc<dyn DynJobStore> = Arc::new(MemoryJobs::new(clock.clone()));
        UploadFixture::new(Arc::new(Layered::new(inner, layers()))).passing(move |time| clock.advance(time))
    }

    ragstone_conformance::uploads_suite!("layers around memory", async { empty() });
}

mod invalidations {
    use super::*;

    fn empty() -> InvalidationFixture {
        let memory = Arc::new(MemoryInvalidations::new());
        let inner: Arc<dyn DynInvalidations> = memory.clone();
        InvalidationFixture::new(Arc::new(Layered::new(inner, layers()))).interrupting(move || {
            memory.interrupt();
            std::future::ready(())
        })
    }

    ragstone_conformance::invalidations_suite!("layers around memory", async { empty() });
}
