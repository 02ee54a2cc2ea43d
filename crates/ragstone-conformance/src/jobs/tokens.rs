//! What a lost claim can no longer do.

use ragstone_core::ErrorKind::Conflict;
use ragstone_core::id::HolderId;
use ragstone_core::job::{Claim, JobProgress, JobState, NewJob};
use ragstone_core::lease::FencingToken;
use uuid::Uuid;

use super::driver::{AFTER, LONG, Queue, SHORT, job, succeeded};
use crate::JobFixture;
use crate::law::assert_refused;

/// Asserts that a claim can do nothing.
async fn assert_lost(queue: &Queue, claim: &Claim) {
    let (jobs, ctx) = (&queue.jobs, &queue.ctx);
    let progress = JobProgress { done: 99, total: None };
    assert_refused(jobs.renew(ctx, claim, progress, LONG).await, Conflict, "renewing a lost claim");
    assert_refused(jobs.attachment(ctx, claim).await, Conflict, "the attachment of a lost claim");
    assert_refused(jobs.finish(ctx, claim, succeeded("late")).await, Conflict, "finishing a lost claim");
}

/// A worker that slept past its lease cannot end what another one does now.
pub async fn lost_claim_changes_nothing(fixture: JobFixture) {
    let (first, second) = (Queue::of_holder(&fixture, 1), Queue::of_holder(&fixture, 2));
    first.enqueue(NewJob { attachment: vec![1], ..job(1) }).await;
    let lost = first.claim_for(SHORT).await;
    fixture.pass(AFTER).await;
    let claim = second.claim().await;
    assert_lost(&first, &lost).await;
    assert_eq!(second.job(1).await, claim.job);
    assert_eq!(second.jobs.attachment(&second.ctx, &claim).await.expect("reads"), [1]);
    assert_eq!(second.finish(&claim, succeeded("in time")).await, JobState::Succeeded);
    assert_eq!(second.job(1).await.result.as_deref(), Some("in time"));
}

/// A claim that ran out is lost even while nobody has taken the job.
pub async fn claim_that_ran_out_is_lost(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(job(1)).await;
    let claim = queue.claim_for(SHORT).await;
    fixture.pass(AFTER).await;
    assert_lost(&queue, &claim).await;
    assert_eq!(queue.claim().await.job.attempts, 2);
}

/// Neither the token nor the holder alone is enough.
pub async fn claim_of_another_holder_is_not_touched(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(job(1)).await;
    let claim = queue.claim().await;
    let holder = HolderId::from_uuid(Uuid::from_u128(2));
    assert_lost(&queue, &Claim { holder, ..claim.clone() }).await;
    assert_lost(&queue, &Claim { token: FencingToken(claim.token.0 + 1), ..claim.clone() }).await;
    assert_eq!(queue.finish(&claim, succeeded("")).await, JobState::Succeeded);
}

/// Who finishes twice is refused the second time.
pub async fn finished_claim_is_lost(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(job(1)).await;
    let claim = queue.claim().await;
    queue.finish(&claim, succeeded("once")).await;
    assert_lost(&queue, &claim).await;
    assert_eq!(queue.job(1).await.result.as_deref(), Some("once"));
}
