//! The one list of laws, and the macros that stamp a test for each.
//!
//! The name is the adapter's, by which its column in the table of laws and adapters is known; where a crate runs a suite
//! more than once, each run has a name of its own.

/// Stamps one test for every law of the system of record: `catalog_suite!("name", make())`, where `make()` is a future
/// of a [`CatalogFixture`](crate::CatalogFixture) over an empty catalog; it is evaluated once for each law.
#[macro_export]
macro_rules! catalog_suite {
    ($adapter:expr, $make:expr $(,)?) => {
        $crate::catalog_laws! { stamp_laws, ($adapter, $make) }
    };
}

/// Stamps one test for every law of the chunk index: `index_suite!("name", make())`, where `make()` is a future of an
/// [`IndexFixture`](crate::IndexFixture) over an index without targets; it is evaluated once for each law.
#[macro_export]
macro_rules! index_suite {
    ($adapter:expr, $make:expr $(,)?) => {
        $crate::index_laws! { stamp_laws, ($adapter, $make) }
    };
}

/// Stamps one test for every law of the cache: `cache_suite!("name", make())`, where `make()` is a future of a
/// [`CacheFixture`](crate::CacheFixture) over an empty cache; it is evaluated once for each law.
#[macro_export]
macro_rules! cache_suite {
    ($adapter:expr, $make:expr $(,)?) => {
        $crate::cache_laws! { stamp_laws, ($adapter, $make) }
    };
}

/// Stamps one test for every law of counters: `counters_suite!("name", make())`, where `make()` is a future of a
/// [`CounterFixture`](crate::CounterFixture) over counters that nothing was recorded in; it is evaluated once for each law.
#[macro_export]
macro_rules! counters_suite {
    ($adapter:expr, $make:expr $(,)?) => {
        $crate::counters_laws! { stamp_laws, ($adapter, $make) }
    };
}

/// Stamps one test for every law of leases: `leases_suite!("name", make())`, where `make()` is a future of a
/// [`LeaseFixture`](crate::LeaseFixture) over a store in which nothing was ever leased; it is evaluated once for each law.
#[macro_export]
macro_rules! leases_suite {
    ($adapter:expr, $make:expr $(,)?) => {
        $crate::leases_laws! { stamp_laws, ($adapter, $make) }
    };
}

/// Stamps one test for every law of queues of jobs: `jobs_suite!("name", make())`, where `make()` is a future of a
/// [`JobFixture`](crate::JobFixture) over an empty queue; it is evaluated once for each law.
#[macro_export]
macro_rules! jobs_suite {
    ($adapter:expr, $make:expr $(,)?) => {
        $crate::jobs_laws! { stamp_laws, ($adapter, $make) }
    };
}

/// Stamps one test for every law of keyed requests: `keys_suite!("name", make())`, where `make()` is a future of a
/// [`KeyFixture`](crate::KeyFixture) over an empty catalog and an empty queue of one store; it is evaluated once for each
/// law.
#[macro_export]
macro_rules! keys_suite {
    ($adapter:expr, $make:expr $(,)?) => {
        $crate::keys_laws! { stamp_laws, ($adapter, $make) }
    };
}

/// Stamps one test for every law of uploads: `uploads_suite!("name", make())`, where `make()` is a future of an
/// [`UploadFixture`](crate::UploadFixture) over an empty store; it is evaluated once for each law.
#[macro_export]
macro_rules! uploads_suite {
    ($adapter:expr, $make:expr $(,)?) => {
        $crate::uploads_laws! { stamp_laws, ($adapter, $make) }
    };
}

/// Stamps one test for every law of the fan-out of invalidations: `invalidations_suite!("name", make())`, where `make()` is a future of a
/// [`InvalidationFixture`](crate::InvalidationFixture) over a fan-out without subscriptions; it is evaluated once for each law.
#[macro_export]
macro_rules! invalidations_suite {
    ($adapter:expr, $make:expr $(,)?) => {
        $crate::invalidations_laws! { stamp_laws, ($adapter, $make) }
    };
}

/// Stamps one test for every law of embedders: `embedder_suite!("name", make())`, where `make()` is a future of an
/// [`EmbedderFixture`](crate::EmbedderFixture); it is evaluated once for each law.
#[macro_export]
macro_rules! embedder_suite {
    ($adapter:expr, $make:expr $(,)?) => {
        $crate::embedder_laws! { stamp_laws, ($adapter, $make) }
    };
}

/// Stamps one test for every law of rerankers: `reranker_suite!("name", make())`, where `make()` is a future of a
/// [`RerankerFixture`](crate::RerankerFixture); it is evaluated once for each law.
#[macro_export]
macro_rules! reranker_suite {
    ($adapter:expr, $make:expr $(,)?) => {
        $crate::reranker_laws! { stamp_laws, ($adapter, $make) }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! stamp_laws {
    (($adapter:expr, $make:expr), $suite:ident, $($group:ident { $($law:ident,)* })*) => {
        $(mod $group {
            #[allow(unused_imports, reason = "the constructor may be written with full paths")]
            use super::*;
            $(
                #[test]
                fn $law() {
                    let trial = $crate::Trial {
                        package: env!("CARGO_PKG_NAME"),
                        adapter: $adapter,
                        suite: stringify!($suite),
                        law: concat!(stringify!($group), "::", stringify!($law)),
                    };
                    trial.run(Box::pin(async { $make.await }), $crate::$suite::compiled::$group::$law);
                }
            )*
        })*
    };
}

/// Compiles the laws in this crate, once for all adapters: an asynchronous function is otherwise compiled anew by each
/// crate that awaits it.
macro_rules! compile_laws {
    (($fixture:ident), $suite:ident, $($group:ident { $($law:ident,)* })*) => {
        $(
            #[allow(missing_docs, reason = "the laws themselves are documented")]
            pub mod $group {
                $(
                    pub fn $law(fixture: $crate::$fixture) -> $crate::law::Tried {
                        Box::pin(async move { $crate::$suite::$group::$law(fixture).await.into() })
                    }
                )*
            }
        )*
    };
}

pub(crate) use compile_laws;

#[doc(hidden)]
#[macro_export]
macro_rules! name_laws {
    ($unused:tt, $suite:ident, $($group:ident { $($law:ident,)* })*) => {
        &[$($(concat!(stringify!($suite), "::", stringify!($group), "::", stringify!($law)),)*)*]
    };
}
