//! The adapter against real Redis servers, which the tests start where `redis-server` is installed.
//!
//! Where `RAGSTONE_TEST_REDIS_URL` names one, the laws are tried on that one; what needs servers of its own
//! still starts them. Without either, the tests say that they were skipped, and are counted.

#![allow(clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(clippy::print_stderr, reason = "tests say what they saw and what they skip")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests run real servers in real time, found through the environment"
)]

mod bench;
mod cancellation;
mod cluster;
mod faults;
mod login;
mod pool;
mod replica;
mod sentinel;
mod server;
mod tiers;
mod tls;

mod suite {
    //! The laws of the four ports.

    use std::sync::Arc;

    use ragstone_conformance::{CacheFixture, CounterFixture, InvalidationFixture, LeaseFixture};

    use crate::bench::{Relay, bench, config};

    mod cache {
        use super::*;

        async fn empty() -> Option<CacheFixture> {
            let bench = bench("suite::cache").await?;
            let (store, backend) = (bench.store(), bench.backend().await);
            Some(CacheFixture::new(Arc::new(store)).backed_by(backend).keeping(bench))
        }

        ragstone_conformance::cache_suite!("Redis", empty());
    }

    mod counters {
        use super::*;

        async fn empty() -> Option<CounterFixture> {
            let bench = bench("suite::counters").await?;
            let (store, backend) = (bench.store(), bench.backend().await);
            Some(CounterFixture::new(Arc::new(store)).backed_by(backend).keeping(bench))
        }

        ragstone_conformance::counters_suite!("Redis", empty());
    }

    mod leases {
        use super::*;

        async fn empty() -> Option<LeaseFixture> {
            let bench = bench("suite::leases").await?;
            let (store, backend) = (bench.store(), bench.backend().await);
            Some(LeaseFixture::new(Arc::new(store)).backed_by(backend).keeping(bench))
        }

        ragstone_conformance::leases_suite!("Redis", empty());
    }

    mod invalidations {
        use super::*;

        /// Over a relay whose connections can be cut; of a URL with TLS, without it.
        async fn empty() -> Option<InvalidationFixture> {
            let bench = bench("suite::invalidations").await?;
            let backend = bench.backend().await;
            let Some(address) = bench.plain_address() else {
                let fixture = InvalidationFixture::new(Arc::new(bench.store()));
                return Some(fixture.backed_by(backend).keeping(bench));
            };
            let relay = Arc::new(Relay::start(address).await);
            let url = bench.url_through(relay.port());
            let store = Arc::new(bench.store_of(config(&url)));
            let cut = Arc::clone(&relay);
            let fixture = InvalidationFixture::new(store).interrupting(move || {
                let relay = Arc::clone(&cut);
                async move { relay.cut() }
            });
            Some(fixture.backed_by(backend).keeping(bench).keeping(relay))
        }

        ragstone_conformance::invalidations_suite!("Redis", empty());
    }
}
