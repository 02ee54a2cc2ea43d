//! Entries end.

use std::time::Duration;

use ragstone_core::cache::{CacheValue, MAX_CACHE_TTL};
use ragstone_core::error::ErrorKind::InvalidArgument;

use super::entries::{get, put};
use super::key;
use crate::CacheFixture;
use crate::draft::tenant_context;
use crate::law::assert_refused;

const SHORT: Duration = Duration::from_millis(200);
/// Long enough for `SHORT` to be over, however coarse the store's clock.
const AFTER: Duration = Duration::from_millis(500);

/// An entry is not found after its time.
pub async fn entry_is_gone_after_its_time(fixture: CacheFixture) {
    let cache = fixture.store();
    let ctx = tenant_context("first");
    let value: CacheValue = b"one"[..].into();
    put(&*cache, &key("long"), b"stays").await;
    cache.put(&ctx, &key("short"), value, SHORT).await.expect("puts");
    fixture.pass(AFTER).await;
    assert_eq!(get(&*cache, &key("short")).await, None);
    assert_eq!(get(&*cache, &key("long")).await.as_deref(), Some(&b"stays"[..]));
}

/// The time of the last put counts, longer or shorter.
pub async fn putting_over_renews_the_time(fixture: CacheFixture) {
    let cache = fixture.store();
    let ctx = tenant_context("first");
    let value: CacheValue = b"one"[..].into();
    cache.put(&ctx, &key("longer"), value.clone(), SHORT).await.expect("puts");
    put(&*cache, &key("longer"), b"two").await;
    put(&*cache, &key("shorter"), b"two").await;
    cache.put(&ctx, &key("shorter"), value, SHORT).await.expect("puts over");
    fixture.pass(AFTER).await;
    assert_eq!(get(&*cache, &key("longer")).await.as_deref(), Some(&b"two"[..]));
    assert_eq!(get(&*cache, &key("shorter")).await, None);
}

/// No time at all, less than a millisecond and more than the longest time are refused; the old entry stays.
pub async fn bad_times_are_refused(fixture: CacheFixture) {
    let cache = fixture.store();
    put(&*cache, &key("a"), b"one").await;
    for ttl in [Duration::ZERO, Duration::from_micros(999), MAX_CACHE_TTL + Duration::from_millis(1)] {
        let value: CacheValue = b"two"[..].into();
        let refused = cache.put(&tenant_context("first"), &key("a"), value, ttl).await;
        assert_refused(refused, InvalidArgument, "the time");
    }
    assert_eq!(get(&*cache, &key("a")).await.as_deref(), Some(&b"one"[..]));
}
