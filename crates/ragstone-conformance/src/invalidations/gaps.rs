//! What may have been lost is said.

use ragstone_core::invalidation::Invalidation;

use super::messages::{Station, TOPIC, hear, message};
use crate::InvalidationFixture;
use crate::law::Verdict;

const NO_CONNECTIONS: Verdict = Verdict::NotApplicable("its subscriptions have no connection to break");

/// Every subscription whose connection breaks hears of it.
pub async fn interruption_is_heard_as_a_gap(fixture: InvalidationFixture) -> Verdict {
    let station = Station(fixture.store());
    let mut subscriptions = [station.listen(TOPIC).await, station.listen(TOPIC).await];
    if !fixture.interrupt().await {
        return NO_CONNECTIONS;
    }
    for subscription in &mut subscriptions {
        assert_eq!(hear(subscription).await, Invalidation::Gap);
    }
    Verdict::Held
}

/// After a gap, everything that is published is heard again, and again after the next one.
pub async fn subscription_goes_on_after_a_gap(fixture: InvalidationFixture) -> Verdict {
    let station = Station(fixture.store());
    let mut subscription = station.listen(TOPIC).await;
    for round in 0..3_u32 {
        if !fixture.interrupt().await {
            return NO_CONNECTIONS;
        }
        assert_eq!(hear(&mut subscription).await, Invalidation::Gap);
        station.say(TOPIC, &round.to_le_bytes()).await;
        assert_eq!(hear(&mut subscription).await, message(&round.to_le_bytes()));
    }
    Verdict::Held
}

/// A listener that falls behind hears a gap or everything, and then what is newest.
pub async fn slow_listener_hears_a_gap(fixture: InvalidationFixture) {
    const COUNT: u32 = 5000;
    let station = Station(fixture.store());
    let mut slow = station.listen(TOPIC).await;
    for number in 0..COUNT {
        station.say(TOPIC, &number.to_le_bytes()).await;
    }
    let mut next = 0;
    let mut has_gap = false;
    while next < COUNT && !has_gap {
        match hear(&mut slow).await {
            Invalidation::Gap => has_gap = true,
            Invalidation::Message(payload) => {
                assert_eq!(*payload, next.to_le_bytes(), "in order and without a hole, or a gap");
                next += 1;
            }
        }
    }
    station.say(TOPIC, b"newest").await;
    while hear(&mut slow).await != message(b"newest") {}
}
