//! Calling jobs off, and asking for dead ones again.

use std::time::Duration;

use ragstone_core::ErrorKind::{FailedPrecondition, NotFound};
use ragstone_core::job::{JobProgress, JobState, NewJob, Outcome};

use super::driver::{AFTER, LONG, Queue, SHORT, failed, id, job, key, succeeded};
use crate::JobFixture;
use crate::law::assert_refused;

/// What waits is cancelled at once, and again without harm.
pub async fn waiting_job_is_cancelled_at_once(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(NewJob { delay: LONG, ..job(1) }).await;
    let cancelled = queue.jobs.cancel(&queue.ctx, id(1)).await.expect("cancels");
    assert_eq!(cancelled.state, JobState::Cancelled);
    assert!(cancelled.finished_at.is_some());
    assert_eq!(queue.job(1).await, cancelled);
    assert_eq!(queue.jobs.cancel(&queue.ctx, id(1)).await.expect("cancels again"), cancelled);
    assert_eq!(queue.try_claim().await, None);
    assert_refused(queue.jobs.cancel(&queue.ctx, id(2)).await, NotFound, "cancelling a missing job");
}

/// A worker learns of it when it renews, and a failure of what it was doing is not tried again.
pub async fn running_job_is_asked_to_stop(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    for (number, outcome, state) in [
        (1, Outcome::Cancelled, JobState::Cancelled),
        (2, failed(Some(Duration::ZERO)), JobState::Cancelled),
        (3, Outcome::Released, JobState::Cancelled),
        (4, succeeded("in time"), JobState::Succeeded),
    ] {
        queue.enqueue(job(number)).await;
        let claim = queue.claim().await;
        let asked = queue.jobs.cancel(&queue.ctx, id(number)).await.expect("asks");
        assert_eq!((asked.state, asked.is_cancel_requested), (JobState::Running, true));
        let renewal = queue.jobs.renew(&queue.ctx, &claim, JobProgress::default(), LONG).await;
        assert!(renewal.expect("renews").is_cancel_requested);
        assert_eq!(queue.finish(&claim, outcome).await, state);
        assert_eq!(queue.state(number).await, state);
    }
}

/// A job to be cancelled whose worker vanished is not begun again.
pub async fn cancelled_job_of_a_vanished_worker_is_cancelled(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(job(1)).await;
    queue.claim_for(SHORT).await;
    queue.jobs.cancel(&queue.ctx, id(1)).await.expect("asks");
    fixture.pass(AFTER).await;
    assert_eq!(queue.try_claim().await, None);
    assert_eq!(queue.state(1).await, JobState::Cancelled);
}

/// What is done cannot be called off.
pub async fn finished_job_is_not_cancelled(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.dead(job(1)).await;
    queue.enqueue(job(2)).await;
    let claim = queue.claim().await;
    queue.finish(&claim, succeeded("")).await;
    for number in [1, 2] {
        let refused = queue.jobs.cancel(&queue.ctx, id(number)).await;
        assert_refused(refused, FailedPrecondition, "cancelling what is done");
    }
    assert_eq!((queue.state(1).await, queue.state(2).await), (JobState::Dead, JobState::Succeeded));
}

/// A dead job begins anew: all attempts, its attachment, and greater tokens.
pub async fn dead_job_is_queued_again(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(NewJob { attachment: vec![7; 9], max_attempts: 1, ..job(1) }).await;
    let first = queue.claim().await;
    assert_eq!(queue.finish(&first, failed(Some(LONG))).await, JobState::Dead);
    let again = queue.jobs.retry(&queue.ctx, id(1)).await.expect("queues again");
    assert_eq!((again.state, again.attempts, again.finished_at), (JobState::Queued, 0, None));
    let second = queue.claim().await;
    assert!(second.token > first.token);
    assert_eq!((second.job.attempts, second.payload.as_str()), (1, "payload 1"));
    assert_eq!(queue.jobs.attachment(&queue.ctx, &second).await.expect("reads"), [7; 9]);
}

/// What is not dead is not tried again.
pub async fn only_dead_jobs_are_queued_again(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(job(1)).await;
    assert_refused(queue.jobs.retry(&queue.ctx, id(1)).await, FailedPrecondition, "what waits");
    let claim = queue.claim().await;
    assert_refused(queue.jobs.retry(&queue.ctx, id(1)).await, FailedPrecondition, "what runs");
    queue.finish(&claim, succeeded("")).await;
    assert_refused(queue.jobs.retry(&queue.ctx, id(1)).await, FailedPrecondition, "what succeeded");
    queue.enqueue(job(2)).await;
    queue.jobs.cancel(&queue.ctx, id(2)).await.expect("cancels");
    assert_refused(queue.jobs.retry(&queue.ctx, id(2)).await, FailedPrecondition, "what was called off");
    assert_refused(queue.jobs.retry(&queue.ctx, id(3)).await, NotFound, "what is missing");
}

/// A dead job is not queued beside another one of its key.
pub async fn dead_job_whose_work_is_being_done_stays_dead(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.dead(NewJob { key: Some(key("folder")), ..job(1) }).await;
    queue.enqueue(NewJob { key: Some(key("folder")), ..job(2) }).await;
    assert_refused(queue.jobs.retry(&queue.ctx, id(1)).await, FailedPrecondition, "work that is being done");
    queue.jobs.cancel(&queue.ctx, id(2)).await.expect("cancels");
    queue.jobs.retry(&queue.ctx, id(1)).await.expect("queues again");
}
