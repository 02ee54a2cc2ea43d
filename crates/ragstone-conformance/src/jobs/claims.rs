//! Who gets which job.

use std::time::Duration;

use ragstone_core::ErrorKind::InvalidArgument;
use ragstone_core::job::{ClaimRequest, JobProgress, JobState, Lane, NewJob};

use super::driver::{AFTER, LONG, Queue, SHORT, id, job, kind, succeeded};
use crate::JobFixture;
use crate::law::assert_refused;

/// Greater priorities go first, then what waits longer, then smaller ids.
pub async fn jobs_are_claimed_by_priority_then_time_then_id(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(NewJob { delay: SHORT, ..job(1) }).await;
    queue.enqueue(job(3)).await;
    fixture.pass(Duration::from_millis(5)).await;
    queue.enqueue(job(2)).await;
    queue.enqueue(NewJob { priority: 9, ..job(5) }).await;
    queue.enqueue(NewJob { priority: 0, ..job(4) }).await;
    fixture.pass(AFTER).await;
    let mut order = Vec::new();
    while let Some(claim) = queue.try_claim().await {
        order.push(claim.job.id);
    }
    assert_eq!(order, [5, 3, 2, 1, 4].map(id));
}

/// A worker gets jobs of the lane and the kinds that it named, of whatever tenant.
pub async fn lanes_and_kinds_are_apart(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(NewJob { lane: Lane::Bulk, ..job(1) }).await;
    queue.enqueue(NewJob { kind: kind("other"), ..job(2) }).await;
    assert_eq!(queue.try_claim().await, None);
    queue.as_tenant("second").enqueue(job(3)).await;
    assert_eq!(queue.claim().await.job.id, id(3));
    let bulk = ClaimRequest { lane: Lane::Bulk, ..queue.request() };
    assert_eq!(queue.try_claim_with(&bulk).await.map(|claim| claim.job.id), Some(id(1)));
    let both = ClaimRequest { kinds: [(kind("other"), 1), (kind("work"), 9)].into(), ..queue.request() };
    assert_eq!(queue.try_claim_with(&both).await.map(|claim| claim.job.id), Some(id(2)));
}

/// A delayed job is not claimed early.
pub async fn delayed_job_waits_for_its_time(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    let stored = queue.enqueue(NewJob { delay: SHORT, ..job(1) }).await;
    assert_eq!(stored.run_at.as_millis() - stored.created_at.as_millis(), 300);
    assert_eq!(queue.try_claim().await, None);
    fixture.pass(AFTER).await;
    queue.claim().await;
}

/// A claim says what is to be done, and counts the attempt.
pub async fn claimed_job_is_running(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    let stored = queue.enqueue(job(1)).await;
    let claim = queue.claim().await;
    assert_eq!((claim.payload.as_str(), claim.job.attempts), ("payload 1", 1));
    assert!(claim.job.started_at.is_some_and(|at| at >= stored.created_at));
    assert_eq!(queue.job(1).await, claim.job);
    assert_eq!(queue.try_claim().await, None, "there is nothing else to do");
}

/// What a worker left behind is another one's after the lease, as another attempt with a greater token.
pub async fn claim_that_ran_out_is_taken_again(fixture: JobFixture) {
    let (first, second) = (Queue::of_holder(&fixture, 1), Queue::of_holder(&fixture, 2));
    first.enqueue(job(1)).await;
    let lost = first.claim_for(SHORT).await;
    assert_eq!(second.try_claim().await, None);
    fixture.pass(AFTER).await;
    let claim = second.claim().await;
    assert_eq!((claim.job.id, claim.job.attempts, claim.holder), (lost.job.id, 2, second.holder));
    assert!(claim.token > lost.token);
}

/// A renewed claim lasts as long as it was renewed for, and the progress is seen.
pub async fn renewed_claim_goes_on(fixture: JobFixture) {
    let (first, second) = (Queue::of_holder(&fixture, 1), Queue::of_holder(&fixture, 2));
    first.enqueue(job(1)).await;
    let claim = first.claim_for(Duration::from_secs(3)).await;
    let progress = JobProgress { done: 3, total: Some(7) };
    let renewal = first.jobs.renew(&first.ctx, &claim, progress, LONG).await.expect("renews");
    assert!(!renewal.is_cancel_requested);
    assert_eq!(first.job(1).await.progress, progress);
    fixture.pass(Duration::from_millis(3500)).await;
    assert_eq!(second.try_claim().await, None);
    assert_eq!(first.finish(&claim, succeeded("")).await, JobState::Succeeded);
}

/// A kind has no more running jobs than the request allows; others go on.
pub async fn no_more_of_a_kind_run_than_allowed(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    for number in 1..=3 {
        queue.enqueue(job(number)).await;
    }
    queue.enqueue(NewJob { kind: kind("other"), ..job(4) }).await;
    let request = ClaimRequest { kinds: [(kind("work"), 2), (kind("other"), 1)].into(), ..queue.request() };
    let first = queue.try_claim_with(&request).await.expect("one may run");
    queue.try_claim_with(&request).await.expect("two may run");
    let other = queue.try_claim_with(&request).await.expect("another kind may run");
    assert_eq!(other.job.id, id(4));
    assert_eq!(queue.try_claim_with(&request).await, None);
    queue.finish(&first, succeeded("")).await;
    let third = queue.try_claim_with(&request).await.expect("there is room again");
    assert_eq!(third.job.id, id(3));
}

/// A tenant has no more running jobs than the request allows, however much it asked for; others go on.
pub async fn no_more_of_a_tenant_run_than_allowed(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    let second = queue.as_tenant("second");
    for number in 1..=3 {
        queue.enqueue(NewJob { priority: 9, ..job(number) }).await;
    }
    second.enqueue(job(4)).await;
    let request = ClaimRequest { most_per_tenant: 1, ttl: SHORT, ..queue.request() };
    assert_eq!(queue.try_claim_with(&request).await.map(|claim| claim.job.id), Some(id(1)));
    assert_eq!(queue.try_claim_with(&request).await.map(|claim| claim.job.id), Some(id(4)));
    assert_eq!(queue.try_claim_with(&request).await, None);
    fixture.pass(AFTER).await;
    let again = queue.try_claim_with(&request).await.expect("a claim that ran out takes no room");
    assert_eq!(again.job.id, id(1));
}

/// Requests that allow nothing are mistakes.
pub async fn bad_claims_are_refused(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(job(1)).await;
    for bad in [
        ClaimRequest { kinds: [].into(), ..queue.request() },
        ClaimRequest { kinds: [(kind("work"), 0)].into(), ..queue.request() },
        ClaimRequest { most_per_tenant: 0, ..queue.request() },
        ClaimRequest { ttl: Duration::ZERO, ..queue.request() },
        ClaimRequest { ttl: Duration::MAX, ..queue.request() },
    ] {
        assert_refused(
            queue.jobs.claim(&queue.ctx, &bad).await,
            InvalidArgument,
            "a claim that allows nothing",
        );
    }
    assert_eq!(queue.state(1).await, JobState::Queued);
}
