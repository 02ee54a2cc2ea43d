//! The limit against a simulated server, on a paused clock.

use tokio::time::advance;

use super::*;

const MILLI: Duration = Duration::from_millis(1);

fn policy(least: u32, most: u32) -> AdaptivePolicy {
    AdaptivePolicy::try_new(least, most, MILLI * 100).expect("valid")
}

/// Keeps the limit full for `rounds` of calls against a server that works on `capacity` calls at once, each
/// for 50 ms, and makes the others wait.
async fn saturate(limit: &AdaptiveLimit, capacity: u32, rounds: u32) {
    for _ in 0..rounds {
        let slots: Vec<_> = std::iter::from_fn(|| limit.try_admit(100)).collect();
        let queued = u32::try_from(slots.len()).expect("few").div_ceil(capacity);
        advance(MILLI * 50 * queued).await;
        for slot in slots {
            slot.end(LoadSign::Done);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_limit_settles_where_calls_are_just_in_time() {
    let limit = AdaptiveLimit::new(policy(1, 1000));
    assert_eq!(limit.limit(), 500);
    // A call may take twice the service time: the server's 20 places and as many behind them.
    saturate(&limit, 20, 400).await;
    assert!((34..=41).contains(&limit.limit()), "{}", limit.limit());
    saturate(&limit, 40, 400).await;
    assert!((64..=81).contains(&limit.limit()), "{}", limit.limit());
    assert_eq!(limit.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_not_reached_stays() {
    let limit = AdaptiveLimit::new(policy(1, 99));
    for _ in 0..1000 {
        let slot = limit.try_admit(100).expect("free");
        advance(MILLI * 20).await;
        slot.end(LoadSign::Done);
    }
    assert_eq!(limit.limit(), 50);
}

#[tokio::test(start_paused = true)]
async fn overload_behind_lowers_it_however_fast_the_answer_is() {
    let limit = AdaptiveLimit::new(policy(5, 99));
    for _ in 0..1000 {
        let slot = limit.try_admit(100).expect("free");
        advance(MILLI * 20).await;
        slot.end(LoadSign::Overloaded);
    }
    assert_eq!(limit.limit(), 5);
}

#[tokio::test(start_paused = true)]
async fn dropped_calls_say_nothing_and_free_their_slots() {
    let limit = AdaptiveLimit::new(policy(1, 3));
    for _ in 0..1000 {
        let slot = limit.try_admit(100).expect("free");
        advance(MILLI * 500).await;
        drop(slot);
    }
    assert_eq!((limit.limit(), limit.running()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_share_of_the_limit_admits_that_share_and_at_least_one() {
    let limit = AdaptiveLimit::new(policy(20, 20));
    let half: Vec<_> = std::iter::from_fn(|| limit.try_admit(50)).collect();
    let rest: Vec<_> = std::iter::from_fn(|| limit.try_admit(100)).collect();
    assert_eq!((half.len(), rest.len()), (10, 10));
    drop((half, rest));
    assert!(limit.try_admit(0).is_some());
}

#[test]
fn senseless_numbers_are_refused() {
    let second = Duration::from_secs(1);
    let whole = || policy(1, 2);
    for (built, field) in [
        (AdaptivePolicy::try_new(0, 1, second), "least"),
        (AdaptivePolicy::try_new(2, 1, second), "most"),
        (AdaptivePolicy::try_new(1, u32::MAX, second), "most"),
        (AdaptivePolicy::try_new(1, 2, Duration::ZERO), "target"),
        (whole().with_decisions(Duration::ZERO, 1), "interval"),
        (whole().with_decisions(second, 0), "min_calls"),
    ] {
        assert_eq!(built.map_err(|error| error.field), Err(field));
    }
}
