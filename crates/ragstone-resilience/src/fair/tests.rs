//! Fair bulkheads: who gets in, in whose turn, and that no place is ever lost.

use std::time::Duration;

use proptest::prelude::*;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::*;
use crate::jitter::Jitter;

const SECOND: Duration = Duration::from_secs(1);

fn bulkhead(places: usize, per_key: usize, queue: usize, queue_per_key: usize) -> FairBulkhead<u32> {
    let policy =
        FairPolicy::try_new(places, per_key).and_then(|policy| policy.with_queue(queue, queue_per_key));
    FairBulkhead::new(policy.expect("valid"))
}

const IDLE: Load = Load { running: 0, waiting: 0, keys: 0 };

#[tokio::test(start_paused = true)]
async fn one_key_cannot_take_every_place() {
    let bulkhead = bulkhead(3, 2, 0, 0);
    let _first = bulkhead.admit(&1, Deadline::NEVER).await.expect("free");
    let _second = bulkhead.admit(&1, Deadline::NEVER).await.expect("free");
    assert_eq!(bulkhead.admit(&1, Deadline::NEVER).await.map(drop), Err(Rejected::QueueFull));
    assert!(bulkhead.admit(&2, Deadline::NEVER).await.is_ok());
}

/// A key that queues a hundred calls before another queues one holds that up by one call, not by a hundred.
#[tokio::test(start_paused = true)]
async fn keys_take_turns_whatever_the_length_of_their_queues() {
    let bulkhead = bulkhead(1, 1, 200, 150);
    let order = Mutex::new(Vec::new());
    let call = async |key: u32| {
        let place = bulkhead.admit(&key, Deadline::NEVER).await.expect("admitted");
        order.lock().expect("no panic").push(key);
        sleep(SECOND).await;
        drop(place);
    };
    let flood = futures_of(100, || call(1));
    let late = async {
        sleep(SECOND / 2).await;
        tokio::join!(call(2), call(3));
    };
    tokio::join!(flood, late);
    let order = order.into_inner().expect("no panic");
    assert_eq!(order.len(), 102);
    let turn = |key| order.iter().position(|served| *served == key).expect("served");
    assert!(turn(2) <= 3 && turn(3) <= 3, "{:?}", &order[..6]);
    assert_eq!(bulkhead.load(), IDLE);
}

/// Runs `count` futures at once.
async fn futures_of<F: Future<Output = ()>>(count: usize, start: impl Fn() -> F) {
    let mut running: Vec<_> = (0..count).map(|_| Box::pin(start())).collect();
    std::future::poll_fn(|cx| {
        running.retain_mut(|future| future.as_mut().poll(cx).is_pending());
        if running.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_makes_room_at_the_cost_of_the_longest() {
    let bulkhead = bulkhead(1, 1, 3, 3);
    let held = bulkhead.admit(&9, Deadline::NEVER).await.expect("free");
    let flood = || async { bulkhead.admit(&1, Deadline::NEVER).await.map(drop) };
    let other = async {
        sleep(SECOND).await;
        bulkhead.admit(&2, Deadline::NEVER).await.map(drop)
    };
    let release = async {
        sleep(SECOND * 2).await;
        drop(held);
    };
    let (first, second, newest, other, ()) = tokio::join!(flood(), flood(), flood(), other, release);
    assert_eq!((first, second), (Ok(()), Ok(())));
    assert_eq!(newest, Err(Rejected::QueueFull));
    assert_eq!(other, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_key_with_as_many_waiting_as_the_longest_is_refused() {
    let bulkhead = bulkhead(1, 1, 2, 2);
    let _held = bulkhead.admit(&9, Deadline::NEVER).await.expect("free");
    let wait = |key: u32| {
        let bulkhead = &bulkhead;
        async move { timeout(SECOND, bulkhead.admit(&key, Deadline::NEVER)).await.is_err() }
    };
    let third = async {
        sleep(SECOND / 2).await;
        bulkhead.admit(&3, Deadline::NEVER).await.map(drop)
    };
    let (first, second, third) = tokio::join!(wait(1), wait(2), third);
    assert!(first && second, "both kept their places in the queue");
    assert_eq!(third, Err(Rejected::QueueFull));
}

#[tokio::test(start_paused = true)]
async fn the_wait_ends_at_the_deadline_and_leaves_nothing() {
    let bulkhead = bulkhead(1, 1, 5, 5);
    let held = bulkhead.admit(&1, Deadline::NEVER).await.expect("free");
    let start = Instant::now();
    let late = bulkhead.admit(&2, Deadline::after(SECOND)).await.map(drop);
    assert_eq!((late, start.elapsed() >= SECOND), (Err(Rejected::DeadlinePassed), true));
    drop(held);
    assert_eq!(bulkhead.load(), IDLE);
}

#[tokio::test(start_paused = true)]
async fn closing_refuses_those_who_wait() {
    let bulkhead = bulkhead(1, 1, 5, 5);
    let held = bulkhead.admit(&1, Deadline::NEVER).await.expect("free");
    let close = async {
        sleep(SECOND).await;
        bulkhead.close();
    };
    let (waited, ()) = tokio::join!(bulkhead.admit(&2, Deadline::NEVER), close);
    assert_eq!(waited.map(drop), Err(Rejected::Closed));
    assert_eq!(bulkhead.admit(&1, Deadline::NEVER).await.map(drop), Err(Rejected::Closed));
    drop(held);
    assert_eq!(bulkhead.load().running, 0);
}

/// Two thousand calls of twenty keys on several threads, most of them dropped at random points.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dropped_calls_never_lose_a_place() {
    let bulkhead = Arc::new(bulkhead(4, 2, 64, 16));
    let jitter = Arc::new(Jitter::seeded(11));
    let mut calls = JoinSet::new();
    for number in 0..2000_u32 {
        let (bulkhead, jitter) = (Arc::clone(&bulkhead), Arc::clone(&jitter));
        calls.spawn(async move {
            let patience = jitter.up_to(Duration::from_micros(800));
            let key = number % 20;
            let call = bulkhead.run(&key, Deadline::NEVER, sleep(jitter.up_to(Duration::from_micros(300))));
            timeout(patience, call).await.is_ok_and(|admitted| admitted.is_ok())
        });
    }
    let done = calls.join_all().await.into_iter().filter(|was_done| *was_done).count();
    assert!(done > 0, "none finished");
    assert_eq!(bulkhead.load(), IDLE);
    assert_eq!(bulkhead.shared.lock().free, 4);
}

#[test]
fn senseless_numbers_are_refused() {
    let queue =
        |queue, per_key| FairPolicy::try_new(2, 1).and_then(|policy| policy.with_queue(queue, per_key));
    for (built, field) in [
        (FairPolicy::try_new(0, 1), "places"),
        (FairPolicy::try_new(1, 0), "places_per_key"),
        (FairPolicy::try_new(1, 2), "places_per_key"),
        (queue(usize::MAX, 1), "queue"),
        (queue(1, 2), "queue_per_key"),
    ] {
        assert_eq!(built.map_err(|error| error.field), Err(field));
    }
}

proptest! {
    /// Random entries, releases and changes of mind against the counts that they must keep.
    #[test]
    fn random_calls_keep_the_bounds(steps in proptest::collection::vec((0_u8..3, 0_u32..4, any::<usize>()), 1..200)) {
        let bulkhead = bulkhead(3, 2, 4, 3);
        let mut places: Vec<Place<u32>> = Vec::new();
        let mut waits = Vec::new();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        for (step, key, which) in steps {
            match step {
                0 => {
                    let bulkhead = &bulkhead;
                    let mut wait = Box::pin(async move { bulkhead.admit(&key, Deadline::NEVER).await });
                    match wait.as_mut().poll(&mut context) {
                        std::task::Poll::Ready(Ok(place)) => places.push(place),
                        std::task::Poll::Ready(Err(_)) => {}
                        std::task::Poll::Pending => waits.push(wait),
                    }
                }
                1 if !places.is_empty() => drop(places.swap_remove(which % places.len())),
                2 if !waits.is_empty() => drop(waits.swap_remove(which % waits.len())),
                _ => {}
            }
            let mut left = Vec::new();
            for mut wait in waits {
                match wait.as_mut().poll(&mut context) {
                    std::task::Poll::Ready(Ok(place)) => places.push(place),
                    std::task::Poll::Ready(Err(_)) => {}
                    std::task::Poll::Pending => left.push(wait),
                }
            }
            waits = left;
            let load = bulkhead.load();
            prop_assert_eq!((load.running, load.waiting), (places.len(), waits.len()));
            prop_assert!(load.running <= 3 && load.waiting <= 4 && load.keys <= 4);
            for key in 0..4 {
                prop_assert!(places.iter().filter(|place| place.key == key).count() <= 2);
            }
            // Work is conserved: who waits while a place is free has all of its own places.
            let books = bulkhead.shared.lock();
            prop_assert!(books.free == 0 || books.turns_are_idle(2));
        }
        drop((places, waits));
        prop_assert_eq!(bulkhead.load(), IDLE);
    }
}
