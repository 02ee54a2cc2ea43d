//! What is published is heard.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::CallContext;
use ragstone_core::error::ErrorKind::TooLarge;
use ragstone_core::invalidation::{Invalidation, MAX_INVALIDATION_PAYLOAD, Subscription, Topic};
use ragstone_core::port::DynInvalidations;
use tokio::time::timeout;

use crate::InvalidationFixture;
use crate::law::{abandon, assert_refused};

pub(super) const TOPIC: Topic = Topic::new("conformance");
const OTHER: Topic = Topic::new("conformance-other");
/// Long enough for anything to arrive.
const LONG: Duration = Duration::from_secs(20);
/// Long enough for what must not arrive.
const QUIET: Duration = Duration::from_millis(200);

/// Calls a fan-out; every method panics where the call fails.
pub(super) struct Station(pub(super) Arc<dyn DynInvalidations>);

impl Station {
    pub(super) async fn listen(&self, topic: Topic) -> Subscription {
        self.0.subscribe(&CallContext::system(), topic).await.expect("subscribes")
    }

    pub(super) async fn say(&self, topic: Topic, payload: &[u8]) {
        self.0.publish(&CallContext::system(), topic, payload).await.expect("publishes");
    }
}

/// The next item; panics when none comes.
pub(super) async fn hear(subscription: &mut Subscription) -> Invalidation {
    let item = timeout(LONG, subscription.next()).await.expect("something is heard in time");
    item.expect("the subscription goes on")
}

pub(super) fn message(payload: &[u8]) -> Invalidation {
    Invalidation::Message(payload.into())
}

async fn assert_quiet(subscription: &mut Subscription) {
    let heard = timeout(QUIET, subscription.next()).await;
    assert!(heard.is_err(), "nothing more is heard, not {heard:?}");
}

/// A subscriber hears what is published after it subscribed, in the same process too.
pub async fn what_is_published_is_heard(fixture: InvalidationFixture) {
    let station = Station(fixture.store());
    let mut subscription = station.listen(TOPIC).await;
    station.say(TOPIC, b"one").await;
    assert_eq!(hear(&mut subscription).await, message(b"one"));
    station.say(TOPIC, b"two").await;
    assert_eq!(hear(&mut subscription).await, message(b"two"));
}

/// Each subscription hears each payload, once.
pub async fn everyone_hears_it_once(fixture: InvalidationFixture) {
    let station = Station(fixture.store());
    let mut subscriptions = Vec::new();
    for _ in 0..5 {
        subscriptions.push(station.listen(TOPIC).await);
    }
    station.say(TOPIC, b"one").await;
    for subscription in &mut subscriptions {
        assert_eq!(hear(subscription).await, message(b"one"));
        assert_quiet(subscription).await;
    }
}

/// Payloads of one publisher come in the order in which it published them.
pub async fn payloads_come_in_order(fixture: InvalidationFixture) {
    let station = Station(fixture.store());
    let mut subscription = station.listen(TOPIC).await;
    for number in 0..200_u32 {
        station.say(TOPIC, &number.to_le_bytes()).await;
    }
    for number in 0..200_u32 {
        assert_eq!(hear(&mut subscription).await, message(&number.to_le_bytes()));
    }
}

/// A subscription hears its own topic only.
pub async fn topics_are_apart(fixture: InvalidationFixture) {
    let station = Station(fixture.store());
    let mut subscription = station.listen(TOPIC).await;
    let mut other = station.listen(OTHER).await;
    station.say(OTHER, b"theirs").await;
    station.say(TOPIC, b"mine").await;
    assert_eq!(hear(&mut subscription).await, message(b"mine"));
    assert_eq!(hear(&mut other).await, message(b"theirs"));
    assert_quiet(&mut subscription).await;
    assert_quiet(&mut other).await;
}

/// What was published before is not heard.
pub async fn nothing_is_kept_for_later(fixture: InvalidationFixture) {
    let station = Station(fixture.store());
    station.say(TOPIC, b"before").await;
    let mut subscription = station.listen(TOPIC).await;
    assert_quiet(&mut subscription).await;
}

/// Payloads are bytes: empty ones, line ends, zeros, every other byte, and as long as allowed.
pub async fn any_bytes_are_carried(fixture: InvalidationFixture) {
    let station = Station(fixture.store());
    let mut subscription = station.listen(TOPIC).await;
    let every: Vec<u8> = (0..=u8::MAX).collect();
    let longest = vec![b'x'; MAX_INVALIDATION_PAYLOAD];
    for payload in [&b""[..], b"\r\n+PONG\r\n", b"\0", &every, &longest] {
        station.say(TOPIC, payload).await;
        assert!(hear(&mut subscription).await == message(payload), "{} bytes", payload.len());
    }
}

/// A payload beyond the limit is refused and not heard.
pub async fn large_payloads_are_refused(fixture: InvalidationFixture) {
    let station = Station(fixture.store());
    let mut subscription = station.listen(TOPIC).await;
    let payload = vec![b'x'; MAX_INVALIDATION_PAYLOAD + 1];
    let refused = station.0.publish(&CallContext::system(), TOPIC, &payload).await;
    assert_refused(refused, TooLarge, "a payload beyond the limit");
    assert_quiet(&mut subscription).await;
}

/// Nobody needs to listen.
pub async fn publishing_to_nobody_is_fine(fixture: InvalidationFixture) {
    let station = Station(fixture.store());
    for _ in 0..10 {
        station.say(TOPIC, b"one").await;
    }
}

/// A subscription that was dropped is gone; the others go on.
pub async fn ended_subscription_disturbs_nobody(fixture: InvalidationFixture) {
    let station = Station(fixture.store());
    let ended = station.listen(TOPIC).await;
    let mut subscription = station.listen(TOPIC).await;
    station.say(TOPIC, b"one").await;
    drop(ended);
    station.say(TOPIC, b"two").await;
    assert_eq!(hear(&mut subscription).await, message(b"one"));
    assert_eq!(hear(&mut subscription).await, message(b"two"));
}

/// Dropping the wait for the next item loses no item.
pub async fn dropped_waits_lose_nothing(fixture: InvalidationFixture) {
    let station = Station(fixture.store());
    let mut subscription = station.listen(TOPIC).await;
    for number in 0..50_u32 {
        for polls in 1..4 {
            let was_heard = abandon(subscription.next(), polls).await;
            assert!(!was_heard, "nothing was published yet");
        }
        station.say(TOPIC, &number.to_le_bytes()).await;
        assert_eq!(hear(&mut subscription).await, message(&number.to_le_bytes()));
    }
}
