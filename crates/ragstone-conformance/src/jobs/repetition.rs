//! Jobs that repeat.

use std::time::Duration;

use ragstone_core::job::{JobState, NewJob};

use super::driver::{Queue, failed, job, key, succeeded};
use crate::JobFixture;

const EVERY: Duration = Duration::from_secs(1);
const NEXT: Duration = Duration::from_millis(1400);

fn repeating(number: u128) -> NewJob {
    NewJob { every: Some(EVERY), key: Some(key("again")), max_attempts: 2, ..job(number) }
}

/// What repeats waits again when a run is over, and shows its last result.
pub async fn repeating_job_waits_for_its_next_run(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(repeating(1)).await;
    for round in ["one", "two"] {
        let claim = queue.claim().await;
        assert_eq!(claim.job.attempts, 1);
        assert_eq!(queue.finish(&claim, succeeded(round)).await, JobState::Queued);
        assert_eq!(queue.job(1).await.result.as_deref(), Some(round));
        assert_eq!(queue.try_claim().await, None, "the next run has its time");
        fixture.pass(NEXT).await;
    }
}

/// What repeats survives a run whose attempts all failed.
pub async fn repeating_job_does_not_die(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(repeating(1)).await;
    for _ in 0..2 {
        let claim = queue.claim().await;
        assert_eq!(queue.finish(&claim, failed(Some(Duration::ZERO))).await, JobState::Queued);
    }
    assert_eq!(queue.try_claim().await, None, "the run is over");
    fixture.pass(NEXT).await;
    assert_eq!(queue.claim().await.job.attempts, 1);
}

/// What repeats can be called off, and asked for again.
pub async fn repeating_job_is_called_off(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    let job = queue.enqueue(repeating(1)).await;
    let cancelled = queue.jobs.cancel(&queue.ctx, job.id).await.expect("cancels");
    assert_eq!(cancelled.state, JobState::Cancelled);
    assert_eq!(queue.try_claim().await, None);
    queue.enqueue(repeating(2)).await;
}
