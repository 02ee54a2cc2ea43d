//! How attempts end.

use std::time::Duration;

use ragstone_core::ErrorKind::{InvalidArgument, Unavailable};
use ragstone_core::job::{JobProgress, JobState, MAX_OUTCOME_LEN, NewJob, Outcome};

use super::driver::{AFTER, LONG, Queue, SHORT, failed, failure, job, succeeded};
use crate::JobFixture;
use crate::law::assert_refused;

/// What succeeded shows its result, and is done.
pub async fn success_keeps_its_result(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(job(1)).await;
    let first = queue.claim().await;
    assert_eq!(queue.finish(&first, failed(Some(Duration::ZERO))).await, JobState::Queued);
    let second = queue.claim().await;
    let progress = JobProgress { done: 2, total: None };
    queue.jobs.renew(&queue.ctx, &second, progress, LONG).await.expect("renews");
    assert_eq!(queue.finish(&second, succeeded("{\"a\":\"Ä\"}")).await, JobState::Succeeded);
    let job = queue.job(1).await;
    assert_eq!((job.result.as_deref(), &job.failure), (Some("{\"a\":\"Ä\"}"), &None));
    assert_eq!((job.attempts, job.progress), (2, progress));
    assert!(job.finished_at >= job.started_at);
    assert_eq!(queue.try_claim().await, None);
}

/// What failed waits for the time that the failure names, and says why.
pub async fn failure_is_tried_again_after_its_time(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(job(1)).await;
    let claim = queue.claim().await;
    assert_eq!(queue.finish(&claim, failed(Some(SHORT))).await, JobState::Queued);
    assert_eq!(queue.job(1).await.failure, Some(failure()));
    assert_eq!(queue.try_claim().await, None);
    fixture.pass(AFTER).await;
    let again = queue.claim().await;
    assert_eq!((again.job.attempts, again.job.progress), (2, JobProgress::default()));
    assert!(again.token > claim.token);
}

/// A failure that no attempt can mend is the end.
pub async fn failure_without_another_attempt_is_dead(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    let dead = queue.dead(job(1)).await;
    assert_eq!((dead.state, dead.failure), (JobState::Dead, Some(failure())));
    assert!(dead.finished_at.is_some());
    assert_eq!(queue.try_claim().await, None);
}

/// The last attempt is the last one, whatever its failure hopes for.
pub async fn attempts_are_bounded(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(NewJob { max_attempts: 3, ..job(1) }).await;
    for state in [JobState::Queued, JobState::Queued, JobState::Dead] {
        let claim = queue.claim().await;
        assert_eq!(queue.finish(&claim, failed(Some(Duration::ZERO))).await, state);
    }
    assert_eq!(queue.try_claim().await, None);
}

/// A job that takes its workers with it is given up like one that fails.
pub async fn vanished_workers_use_up_attempts(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(NewJob { max_attempts: 2, ..job(1) }).await;
    for _ in 0..2 {
        queue.claim_for(SHORT).await;
        fixture.pass(AFTER).await;
    }
    assert_eq!(queue.try_claim().await, None);
    let job = queue.job(1).await;
    assert_eq!((job.state, job.attempts), (JobState::Dead, 2));
    assert_eq!(job.failure.map(|failure| failure.kind), Some(Unavailable));
    assert!(job.finished_at.is_some());
}

/// What a worker gives back when it stops can be taken at once, as if it had not begun.
pub async fn released_attempt_does_not_count(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(NewJob { max_attempts: 1, ..job(1) }).await;
    for _ in 0..3 {
        let claim = queue.claim().await;
        assert_eq!(claim.job.attempts, 1);
        assert_eq!(queue.finish(&claim, Outcome::Released).await, JobState::Queued);
    }
    let claim = queue.claim().await;
    assert_eq!(queue.finish(&claim, succeeded("")).await, JobState::Succeeded);
}

/// Texts and times out of bounds are refused, and the claim stays.
pub async fn bad_outcomes_are_refused(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(job(1)).await;
    let claim = queue.claim().await;
    for bad in [succeeded("\0"), succeeded(&"x".repeat(MAX_OUTCOME_LEN + 1)), failed(Some(Duration::MAX))] {
        assert_refused(queue.jobs.finish(&queue.ctx, &claim, bad).await, InvalidArgument, "a bad outcome");
    }
    assert_eq!(queue.finish(&claim, succeeded("")).await, JobState::Succeeded);
}
