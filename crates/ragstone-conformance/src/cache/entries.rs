//! What is put is found, and nothing else.

use std::time::Duration;

use ragstone_core::cache::{CacheKey, CacheValue, MAX_CACHE_VALUE};
use ragstone_core::error::ErrorKind::TooLarge;
use ragstone_core::port::DynCache;

use super::{key, tenant_key};
use crate::CacheFixture;
use crate::draft::tenant_context;
use crate::law::assert_refused;

/// Far longer than a law takes.
const LONG: Duration = Duration::from_mins(10);

pub(super) async fn put(cache: &dyn DynCache, key: &CacheKey, value: &[u8]) {
    let put = cache.put(&tenant_context("first"), key, value.into(), LONG).await;
    put.expect("puts an entry");
}

pub(super) async fn get(cache: &dyn DynCache, key: &CacheKey) -> Option<Vec<u8>> {
    let found = cache.get(&tenant_context("first"), key).await.expect("reads an entry");
    found.map(|value| value.to_vec())
}

/// An entry is found as it was put, as often as it is read.
pub async fn entry_that_was_put_is_found(fixture: CacheFixture) {
    let cache = fixture.store();
    put(&*cache, &key("a"), b"one").await;
    for _ in 0..3 {
        assert_eq!(get(&*cache, &key("a")).await.as_deref(), Some(&b"one"[..]));
    }
}

/// A missing entry is no error, and its removal neither.
pub async fn missing_entry_is_none(fixture: CacheFixture) {
    let cache = fixture.store();
    assert_eq!(get(&*cache, &key("never put")).await, None);
    let removed = cache.remove(&tenant_context("first"), &key("never put")).await;
    removed.expect("removing nothing is fine");
}

/// The entry that was put last is found.
pub async fn entry_is_put_over(fixture: CacheFixture) {
    let cache = fixture.store();
    for value in [&b"one"[..], b"two, which is longer", b"3"] {
        put(&*cache, &key("a"), value).await;
        assert_eq!(get(&*cache, &key("a")).await.as_deref(), Some(value));
    }
}

/// A removed entry is gone; others stay.
pub async fn removed_entry_is_gone(fixture: CacheFixture) {
    let cache = fixture.store();
    put(&*cache, &key("a"), b"one").await;
    put(&*cache, &key("b"), b"two").await;
    cache.remove(&tenant_context("first"), &key("a")).await.expect("removes");
    assert_eq!(get(&*cache, &key("a")).await, None);
    assert_eq!(get(&*cache, &key("b")).await.as_deref(), Some(&b"two"[..]));
}

/// Keys that differ in tenant, namespace or parts are different entries.
pub async fn keys_are_apart(fixture: CacheFixture) {
    let cache = fixture.store();
    let tenant = key("a").tenant().clone();
    let keys = [
        key("a"),
        tenant_key("second", "a"),
        CacheKey::new("conformance-2", tenant.clone(), &[b"a"]),
        CacheKey::new("conformance", tenant.clone(), &[b"a", b""]),
        CacheKey::new("conformance", tenant, &[]),
    ];
    for (number, key) in keys.iter().enumerate() {
        put(&*cache, key, number.to_string().as_bytes()).await;
    }
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(get(&*cache, key).await, Some(number.to_string().into_bytes()), "{key}");
    }
}

/// Values are bytes: empty ones, line ends, zeros, and every other byte.
pub async fn any_bytes_are_kept(fixture: CacheFixture) {
    let cache = fixture.store();
    let every: Vec<u8> = (0..=u8::MAX).collect();
    for value in [&b""[..], b"\r\n$-1\r\n", b"\0", &every] {
        put(&*cache, &key("a"), value).await;
        assert_eq!(get(&*cache, &key("a")).await.as_deref(), Some(value));
    }
}

/// A value of a megabyte is kept whole; one beyond the limit is refused and the old entry stays.
pub async fn large_values_are_kept_or_refused(fixture: CacheFixture) {
    let cache = fixture.store();
    let large: Vec<u8> = (0..1_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    put(&*cache, &key("a"), &large).await;
    assert!(get(&*cache, &key("a")).await.is_some_and(|found| found == large), "the value is whole");
    let too_large: CacheValue = vec![7; MAX_CACHE_VALUE + 1].into();
    let refused = cache.put(&tenant_context("first"), &key("a"), too_large, LONG).await;
    assert_refused(refused, TooLarge, "a value beyond the limit");
    assert!(get(&*cache, &key("a")).await.is_some_and(|found| found == large), "the old entry stays");
}

/// The key says whose entry it is.
pub async fn tenant_of_the_context_is_not_consulted(fixture: CacheFixture) {
    let cache = fixture.store();
    put(&*cache, &key("a"), b"one").await;
    let found = cache.get(&tenant_context("second"), &key("a")).await.expect("reads");
    assert_eq!(found.as_deref(), Some(&b"one"[..]));
}
