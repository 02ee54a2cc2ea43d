//! Windows slide.

use std::time::Duration;

use ragstone_core::counter::CounterDecision::{Allowed, Denied};

use super::limits::record;
use super::{key, limit};
use crate::CounterFixture;

/// A window that is long beside the time that a few calls take, and short enough to wait for.
const WINDOW: Duration = Duration::from_secs(4);
/// More than a step of the window, and than what a clock is wrong by.
const SLACK: Duration = Duration::from_millis(300);

/// Once the window has passed over them, hits are forgotten.
pub async fn hits_make_room_when_the_window_has_passed(fixture: CounterFixture) {
    let counters = fixture.store();
    let limit = limit(3, WINDOW);
    assert_eq!(record(&*counters, &key("a"), limit, 3).await, Allowed { remaining: 0 });
    assert!(!record(&*counters, &key("a"), limit, 1).await.is_allowed());
    fixture.pass(WINDOW + SLACK).await;
    assert_eq!(record(&*counters, &key("a"), limit, 3).await, Allowed { remaining: 0 });
}

/// There is no moment at which everything is forgotten at once: each hit counts for the length of the window.
pub async fn window_slides(fixture: CounterFixture) {
    let counters = fixture.store();
    let limit = limit(3, WINDOW);
    assert!(record(&*counters, &key("a"), limit, 1).await.is_allowed());
    fixture.pass(WINDOW * 5 / 8).await;
    assert!(record(&*counters, &key("a"), limit, 2).await.is_allowed());
    assert!(!record(&*counters, &key("a"), limit, 1).await.is_allowed());
    fixture.pass(WINDOW / 2).await;
    assert_eq!(record(&*counters, &key("a"), limit, 0).await, Allowed { remaining: 1 });
    assert_eq!(record(&*counters, &key("a"), limit, 1).await, Allowed { remaining: 0 });
    fixture.pass(WINDOW / 2 + SLACK).await;
    assert_eq!(record(&*counters, &key("a"), limit, 0).await, Allowed { remaining: 2 });
}

/// Whoever waits as long as it is told is allowed.
pub async fn retry_after_is_when_there_is_room(fixture: CounterFixture) {
    let counters = fixture.store();
    let limit = limit(4, WINDOW);
    assert!(record(&*counters, &key("a"), limit, 1).await.is_allowed());
    fixture.pass(WINDOW / 4).await;
    assert!(record(&*counters, &key("a"), limit, 3).await.is_allowed());
    let Denied { retry_after: one, .. } = record(&*counters, &key("a"), limit, 1).await else {
        unreachable!("the limit is used up");
    };
    let Denied { retry_after: two, .. } = record(&*counters, &key("a"), limit, 2).await else {
        unreachable!("the limit is used up");
    };
    assert!(one <= WINDOW * 3 / 4 + limit.step(), "the first hit makes room: {one:?}");
    assert!(two > one, "two hits wait for the second three: {two:?}");
    fixture.pass(one).await;
    assert_eq!(record(&*counters, &key("a"), limit, 1).await, Allowed { remaining: 0 });
}

/// Whatever the times of the hits, no window holds more than the limit.
pub async fn no_window_ever_holds_more_than_the_limit(fixture: CounterFixture) {
    let counters = fixture.store();
    let limit = limit(5, Duration::from_millis(800));
    let mut now = Duration::from_millis(500);
    let mut allowed: Vec<Duration> = Vec::new();
    let start = tokio::time::Instant::now();
    let is_real = !fixture.has_own_clock();
    // A store that counts in fixed windows would begin one in the middle of the first hits.
    fixture.pass(Duration::from_millis(500)).await;
    for round in 0..60_u64 {
        let before = if is_real { start.elapsed() } else { now };
        if record(&*counters, &key("a"), limit, 1).await.is_allowed() {
            let after = if is_real { start.elapsed() } else { now };
            // The hit came at some time between the two: five before it must lie a window back.
            if let Some(index) = allowed.len().checked_sub(5) {
                let gap = after.saturating_sub(allowed[index]);
                assert!(gap + Duration::from_millis(1) >= limit.window(), "6 hits within {gap:?}");
            }
            allowed.push(before);
        }
        let pause = Duration::from_millis(20 + (round * 37) % 50);
        fixture.pass(pause).await;
        now += pause;
    }
    assert!(allowed.len() >= 10, "room comes back: {}", allowed.len());
}
