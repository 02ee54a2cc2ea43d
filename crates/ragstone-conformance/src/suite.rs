//! The one list of laws, and the macros that stamp a test for each.

/// Stamps one test for every law of the system of record: `catalog_suite!(make())`, where `make()` is a future
/// of a [`CatalogFixture`](crate::CatalogFixture) over an empty catalog; it is evaluated once for each law.
#[macro_export]
macro_rules! catalog_suite {
    ($make:expr) => {
        $crate::catalog_laws! { stamp_laws, $make }
    };
}

/// Stamps one test for every law of the chunk index: `index_suite!(make())`, where `make()` is a future of an
/// [`IndexFixture`](crate::IndexFixture) over an index without targets; it is evaluated once for each law.
#[macro_export]
macro_rules! index_suite {
    ($make:expr) => {
        $crate::index_laws! { stamp_laws, $make }
    };
}

/// Stamps one test for every law of the cache: `cache_suite!(make())`, where `make()` is a future of a
/// [`CacheFixture`](crate::CacheFixture) over an empty cache; it is evaluated once for each law.
#[macro_export]
macro_rules! cache_suite {
    ($make:expr) => {
        $crate::cache_laws! { stamp_laws, $make }
    };
}

/// Stamps one test for every law of counters: `counters_suite!(make())`, where `make()` is a future of a
/// [`CounterFixture`](crate::CounterFixture) over counters that nothing was recorded in; it is evaluated once for each law.
#[macro_export]
macro_rules! counters_suite {
    ($make:expr) => {
        $crate::counters_laws! { stamp_laws, $make }
    };
}

/// Stamps one test for every law of leases: `leases_suite!(make())`, where `make()` is a future of a
/// [`LeaseFixture`](crate::LeaseFixture) over a store in which nothing was ever leased; it is evaluated once for each law.
#[macro_export]
macro_rules! leases_suite {
    ($make:expr) => {
        $crate::leases_laws! { stamp_laws, $make }
    };
}

/// Stamps one test for every law of the fan-out of invalidations: `invalidations_suite!(make())`, where `make()` is a future of a
/// [`InvalidationFixture`](crate::InvalidationFixture) over a fan-out without subscriptions; it is evaluated once for each law.
#[macro_export]
macro_rules! invalidations_suite {
    ($make:expr) => {
        $crate::invalidations_laws! { stamp_laws, $make }
    };
}

/// Stamps one test for every law of embedders: `embedder_suite!(make())`, where `make()` is a future of an
/// [`EmbedderFixture`](crate::EmbedderFixture); it is evaluated once for each law.
#[macro_export]
macro_rules! embedder_suite {
    ($make:expr) => {
        $crate::embedder_laws! { stamp_laws, $make }
    };
}

/// Stamps one test for every law of rerankers: `reranker_suite!(make())`, where `make()` is a future of a
/// [`RerankerFixture`](crate::RerankerFixture); it is evaluated once for each law.
#[macro_export]
macro_rules! reranker_suite {
    ($make:expr) => {
        $crate::reranker_laws! { stamp_laws, $make }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! stamp_laws {
    ($make:expr, $suite:ident, $($group:ident { $($law:ident,)* })*) => {
        $(mod $group {
            #[allow(unused_imports, reason = "the constructor may be written with full paths")]
            use super::*;
            $(
                #[test]
                fn $law() {
                    $crate::check_law(async { $make.await }, $crate::$suite::$group::$law);
                }
            )*
        })*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! name_laws {
    ($unused:expr, $suite:ident, $($group:ident { $($law:ident,)* })*) => {
        &[$($(concat!(stringify!($suite), "::", stringify!($group), "::", stringify!($law)),)*)*]
    };
}
