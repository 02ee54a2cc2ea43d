//! Many callers at the same time, dropped calls, and restarts.

use std::time::Duration;

use ragstone_core::job::{ClaimRequest, EnqueueEffect, JobState, NewJob};
use tokio::task::JoinSet;

use super::driver::{Queue, SHORT, id, job, key, kind, succeeded};
use crate::JobFixture;
use crate::law::{Verdict, abandon};

/// Each job is claimed once, however many claim, and all of them are done.
pub async fn job_is_claimed_by_one_of_many(fixture: JobFixture) {
    const JOBS: u128 = 60;
    for number in 1..=JOBS {
        Queue::new(&fixture).enqueue(job(number)).await;
    }
    let mut workers = JoinSet::new();
    for number in 0..6 {
        let queue = Queue::of_holder(&fixture, number);
        workers.spawn(async move {
            let mut claimed = Vec::new();
            while let Some(claim) = queue.try_claim().await {
                assert_eq!(claim.job.attempts, 1);
                queue.finish(&claim, succeeded("")).await;
                claimed.push(claim.job.id);
            }
            claimed
        });
    }
    let mut all = workers.join_all().await.concat();
    all.sort_unstable();
    assert_eq!(all, (1..=JOBS).map(id).collect::<Vec<_>>());
}

/// No race brings more jobs of a kind to run than allowed.
pub async fn limits_hold_however_many_claim(fixture: JobFixture) {
    for number in 1..=20 {
        Queue::new(&fixture).enqueue(job(number)).await;
    }
    let mut workers = JoinSet::new();
    for number in 0..16 {
        let queue = Queue::of_holder(&fixture, number);
        workers.spawn(async move {
            let request = ClaimRequest { kinds: [(kind("work"), 3)].into(), ..queue.request() };
            queue.try_claim_with(&request).await
        });
    }
    let claims = workers.join_all().await;
    assert_eq!(claims.iter().flatten().count(), 3);
}

/// One job comes of many requests for the same work.
pub async fn one_job_for_a_key_however_many_ask(fixture: JobFixture) {
    let mut requests = JoinSet::new();
    for number in 1..=24 {
        let queue = Queue::new(&fixture);
        requests.spawn(async move {
            let new = NewJob { key: Some(key("folder")), ..job(number) };
            queue.jobs.enqueue(&queue.ctx, new).await.expect("answers")
        });
    }
    let receipts = requests.join_all().await;
    let enqueued = receipts.iter().filter(|receipt| receipt.effect == EnqueueEffect::Enqueued).count();
    assert_eq!(enqueued, 1);
    assert!(receipts.iter().all(|receipt| receipt.job.id == receipts[0].job.id));
}

/// A dropped request is stored with its attachment or not at all.
pub async fn dropped_request_is_all_or_nothing(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    for polls in 0..24 {
        let number = u128::from(polls) + 1;
        let new = NewJob { attachment: vec![9; 100_000], ..job(number) };
        abandon(queue.jobs.enqueue(&queue.ctx, new.clone()), polls).await;
        // The same request again is how its caller finds out.
        queue.jobs.enqueue(&queue.ctx, new).await.expect("answers");
        let claim = queue.claim().await;
        assert_eq!(claim.job.id, id(number));
        let read = queue.jobs.attachment(&queue.ctx, &claim).await.expect("reads");
        assert_eq!(read.len(), 100_000);
        queue.finish(&claim, succeeded("")).await;
    }
}

/// A dropped claim costs an attempt and the time of its lease at most.
pub async fn dropped_claim_is_found_again(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    for polls in 0..8 {
        let number = u128::from(polls) + 1;
        queue.enqueue(job(number)).await;
        let request = ClaimRequest { ttl: SHORT, ..queue.request() };
        abandon(queue.jobs.claim(&queue.ctx, &request), polls).await;
        let claim = loop {
            if let Some(claim) = queue.try_claim().await {
                break claim;
            }
            fixture.pass(Duration::from_millis(50)).await;
        };
        assert_eq!(claim.job.id, id(number));
        // What was dropped may still arrive, but not after another claim.
        assert_eq!(queue.finish(&claim, succeeded("")).await, JobState::Succeeded);
    }
}

/// Jobs outlive the process that asked for them, with their attachments, tokens and ends.
pub async fn jobs_survive_reopening(mut fixture: JobFixture) -> Verdict {
    if !fixture.can_reopen() {
        return Verdict::NotApplicable("the queue keeps nothing");
    }
    let before = {
        let queue = Queue::new(&fixture);
        queue.dead(job(1)).await;
        queue.enqueue(NewJob { attachment: vec![3; 9], ..job(2) }).await;
        let claim = queue.claim().await;
        queue.enqueue(job(3)).await;
        claim
    };
    fixture.reopen().await;
    let queue = Queue::new(&fixture);
    assert_eq!(queue.state(1).await, JobState::Dead);
    assert_eq!(queue.job(2).await, before.job);
    assert_eq!(queue.jobs.attachment(&queue.ctx, &before).await.expect("reads"), [3; 9]);
    assert_eq!(queue.finish(&before, succeeded("")).await, JobState::Succeeded);
    assert_eq!(queue.claim().await.job.id, id(3));
    Verdict::Held
}
