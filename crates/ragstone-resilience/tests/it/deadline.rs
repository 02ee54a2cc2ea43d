//! Deadlines: what they cut off and what they never start.

use std::time::Duration;

use ragstone_resilience::{Deadline, DeadlinePassed, with_deadline};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_slow_future_is_cut_off_at_the_deadline() {
    let start = Instant::now();
    let answer = with_deadline(Deadline::after(SECOND), sleep(SECOND * 60)).await;
    assert_eq!(answer, Err(DeadlinePassed));
    assert!(start.elapsed() < SECOND + Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn a_passed_deadline_never_polls_the_future() {
    let deadline = Deadline::at(Instant::now());
    let answer = with_deadline(deadline, async { panic!("polled") }).await;
    assert_eq!(answer, Err::<(), _>(DeadlinePassed));
}

#[tokio::test(start_paused = true)]
async fn without_a_deadline_the_future_ends_when_it_likes() {
    assert_eq!(with_deadline(Deadline::NEVER, sleep(SECOND * 3600)).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn the_earlier_deadline_wins() {
    let (near, far) = (Deadline::after(SECOND), Deadline::after(SECOND * 2));
    assert_eq!(near.earlier(far), near);
    assert_eq!(Deadline::NEVER.earlier(far), far);
    assert_eq!(near.earlier(Deadline::NEVER), near);
}
