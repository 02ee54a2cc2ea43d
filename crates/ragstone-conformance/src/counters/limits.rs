//! What is allowed within one window.

use std::time::Duration;

use ragstone_core::counter::CounterDecision::{self, Allowed, Denied};
use ragstone_core::counter::{CounterKey, CounterLimit};
use ragstone_core::error::ErrorKind::InvalidArgument;
use ragstone_core::port::DynCounters;

use super::{key, limit};
use crate::CounterFixture;
use crate::draft::tenant_context;
use crate::law::assert_refused;

/// Far longer than a law takes.
const LONG: Duration = Duration::from_mins(10);

pub(super) async fn record(
    counters: &dyn DynCounters,
    key: &CounterKey,
    limit: CounterLimit,
    hits: u32,
) -> CounterDecision {
    counters.record(&tenant_context("first"), key, limit, hits).await.expect("decides")
}

/// As many hits as the limit says are allowed, one after the other; the next one is denied for a time.
pub async fn hits_are_allowed_up_to_the_limit(fixture: CounterFixture) {
    let counters = fixture.store();
    for left in (0..5).rev() {
        let decision = record(&*counters, &key("a"), limit(5, LONG), 1).await;
        assert_eq!(decision, Allowed { remaining: left });
    }
    match record(&*counters, &key("a"), limit(5, LONG), 1).await {
        Denied { remaining: 0, retry_after } => {
            assert!(retry_after > Duration::ZERO && retry_after <= LONG + limit(5, LONG).step());
        }
        other => assert_eq!(other, Allowed { remaining: 0 }, "the sixth hit is denied"),
    }
}

/// Hits that come together are all counted or none of them.
pub async fn several_hits_are_counted_together_or_not(fixture: CounterFixture) {
    let counters = fixture.store();
    assert_eq!(record(&*counters, &key("a"), limit(10, LONG), 7).await, Allowed { remaining: 3 });
    let decision = record(&*counters, &key("a"), limit(10, LONG), 4).await;
    assert!(matches!(decision, Denied { remaining: 3, .. }), "{decision:?}");
    assert_eq!(record(&*counters, &key("a"), limit(10, LONG), 3).await, Allowed { remaining: 0 });
}

/// Whoever is denied again and again has no less room for it.
pub async fn denied_hits_are_not_counted(fixture: CounterFixture) {
    let counters = fixture.store();
    assert!(record(&*counters, &key("a"), limit(4, LONG), 2).await.is_allowed());
    for _ in 0..10 {
        let decision = record(&*counters, &key("a"), limit(4, LONG), 3).await;
        assert!(matches!(decision, Denied { remaining: 2, .. }), "{decision:?}");
    }
    assert_eq!(record(&*counters, &key("a"), limit(4, LONG), 2).await, Allowed { remaining: 0 });
}

/// No hits are always allowed and tell what is left.
pub async fn no_hits_read_the_counter(fixture: CounterFixture) {
    let counters = fixture.store();
    for _ in 0..3 {
        assert_eq!(record(&*counters, &key("a"), limit(2, LONG), 0).await, Allowed { remaining: 2 });
    }
    assert!(record(&*counters, &key("a"), limit(2, LONG), 2).await.is_allowed());
    assert_eq!(record(&*counters, &key("a"), limit(2, LONG), 0).await, Allowed { remaining: 0 });
}

/// More hits than could ever be allowed are a mistake of the caller.
pub async fn more_hits_than_the_limit_are_refused(fixture: CounterFixture) {
    let counters = fixture.store();
    let refused = counters.record(&tenant_context("first"), &key("a"), limit(3, LONG), 4).await;
    assert_refused(refused, InvalidArgument, "more hits than the limit");
    assert_eq!(record(&*counters, &key("a"), limit(3, LONG), 3).await, Allowed { remaining: 0 });
}

/// Keys that differ in namespace or parts count apart; the tenant of the context does not matter.
pub async fn keys_are_counted_apart(fixture: CounterFixture) {
    let counters = fixture.store();
    let keys = [
        key("a"),
        key("b"),
        CounterKey::new("conformance-2", &[b"a"]),
        CounterKey::new("conformance", &[b"a", b""]),
    ];
    for key in &keys {
        assert_eq!(record(&*counters, key, limit(1, LONG), 1).await, Allowed { remaining: 0 }, "{key}");
    }
    let other = counters.record(&tenant_context("second"), &keys[0], limit(1, LONG), 1).await;
    assert!(!other.expect("decides").is_allowed(), "the key says whom it counts");
}

/// Keys are made of any bytes: a caller's name cannot reach another counter.
pub async fn any_bytes_name_a_key(fixture: CounterFixture) {
    let counters = fixture.store();
    let hostile = ["{a}", "a}", "a:b", "a b\r\nFLUSHALL\r\n", "*", "\0", "ä", &"a".repeat(100_000)];
    for (number, name) in hostile.iter().enumerate() {
        let decision = record(&*counters, &key(name), limit(1, LONG), 1).await;
        assert_eq!(decision, Allowed { remaining: 0 }, "hostile name {number}");
        assert!(!record(&*counters, &key(name), limit(1, LONG), 1).await.is_allowed());
    }
}
