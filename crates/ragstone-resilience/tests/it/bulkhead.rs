//! Bulkheads: who gets in, who waits and who is refused.

use std::time::Duration;

use ragstone_resilience::{Bulkhead, Deadline, Rejected};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_full_queue_is_refused_at_once() {
    let bulkhead = Bulkhead::try_new(1, 1).expect("valid");
    let start = Instant::now();
    let call = || bulkhead.run(Deadline::NEVER, async { sleep(SECOND).await });
    let late = async {
        let answer = call().await;
        (answer, start.elapsed())
    };
    let (first, second, (third, refused_after)) = tokio::join!(call(), call(), late);
    assert_eq!((first, second, third), (Ok(()), Ok(()), Err(Rejected::QueueFull)));
    assert_eq!(refused_after, Duration::ZERO);
    assert!(start.elapsed() >= SECOND * 2);
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_place_ends_at_the_deadline() {
    let bulkhead = Bulkhead::try_new(1, 1).expect("valid");
    let _held = bulkhead.admit(Deadline::NEVER).await.expect("free");
    let waited = bulkhead.admit(Deadline::after(SECOND)).await.map(drop);
    assert_eq!(waited, Err(Rejected::DeadlinePassed));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_leaves_the_queue() {
    let bulkhead = Bulkhead::try_new(1, 1).expect("valid");
    let held = bulkhead.admit(Deadline::NEVER).await.expect("free");
    for _ in 0..10 {
        let wait = tokio::time::timeout(SECOND, bulkhead.admit(Deadline::NEVER));
        assert!(wait.await.is_err());
    }
    drop(held);
    assert_eq!(bulkhead.free(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_closed_bulkhead_lets_admitted_calls_finish() {
    let bulkhead = Bulkhead::try_new(1, 1).expect("valid");
    let close = async {
        sleep(SECOND).await;
        bulkhead.close();
    };
    let call = || bulkhead.run(Deadline::NEVER, async { sleep(SECOND * 2).await });
    let (running, waiting, ()) = tokio::join!(call(), call(), close);
    assert_eq!((running, waiting), (Ok(()), Err(Rejected::Closed)));
    assert_eq!(call().await, Err(Rejected::Closed));
}

#[test]
fn senseless_numbers_are_refused() {
    for (places, queue, field) in [(0, 1, "places"), (1, usize::MAX, "queue"), (usize::MAX, 1, "places")] {
        assert_eq!(Bulkhead::try_new(places, queue).map_err(|error| error.field).err(), Some(field));
    }
}
