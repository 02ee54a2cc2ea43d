//! One step, whoever else hits at the same time.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::counter::CounterDecision::Allowed;
use tokio::task::JoinSet;

use super::limits::record;
use super::{key, limit};
use crate::CounterFixture;
use crate::draft::tenant_context;
use crate::law::abandon;

const LONG: Duration = Duration::from_mins(10);

/// Of many hits at the same time, exactly as many as the limit says are allowed.
pub async fn concurrent_hits_never_exceed_the_limit(fixture: CounterFixture) {
    let limit = limit(100, LONG);
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let counters = fixture.store();
        callers.spawn(async move {
            let mut allowed = 0;
            for _ in 0..15 {
                if record(&*counters, &key("a"), limit, 1).await.is_allowed() {
                    allowed += 1;
                }
            }
            allowed
        });
    }
    let allowed: u32 = callers.join_all().await.into_iter().sum();
    assert_eq!(allowed, 100);
}

/// A dropped hit is counted once or not at all, and other counters are left alone.
pub async fn dropped_hits_are_counted_once_at_most(fixture: CounterFixture) {
    let counters = fixture.store();
    let limit = limit(1000, LONG);
    let mut finished = 0;
    for polls in 0..60 {
        let ctx = tenant_context("first");
        let hit = key("a");
        if abandon(counters.record(&ctx, &hit, limit, 1), polls % 6).await {
            finished += 1;
        }
        let other = record(&*counters, &key("b"), limit, 1).await;
        assert_eq!(other, Allowed { remaining: 999 - polls });
    }
    // What was dropped has ended by then.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let counted = 1000 - record(&*Arc::clone(&counters), &key("a"), limit, 0).await.remaining();
    assert!((finished..=60).contains(&counted), "{finished} finished, {counted} counted");
}
