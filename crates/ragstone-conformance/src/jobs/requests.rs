//! Asking for jobs.

use std::time::Duration;

use ragstone_core::ErrorKind::{AlreadyExists, InvalidArgument, NotFound, TooLarge};
use ragstone_core::job::{EnqueueEffect, JobProgress, JobState, Lane, MAX_PAYLOAD_LEN, NewJob};

use super::driver::{LONG, Queue, id, job, key, succeeded};
use crate::JobFixture;
use crate::law::assert_refused;

/// A job is stored with all that it was asked for with.
pub async fn enqueued_job_is_read_back(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    let every = Some(Duration::from_mins(1));
    let new =
        NewJob { lane: Lane::Bulk, priority: 9, key: Some(key("Ä b")), every, max_attempts: 7, ..job(1) };
    let stored = queue.enqueue(new.clone()).await;
    assert_eq!((stored.id, &stored.tenant, &stored.kind), (new.id, queue.ctx.tenant(), &new.kind));
    assert_eq!((stored.lane, stored.priority, &stored.key), (new.lane, new.priority, &new.key));
    assert_eq!((stored.every, stored.max_attempts), (new.every, new.max_attempts));
    assert_eq!((stored.state, stored.attempts), (JobState::Queued, 0));
    assert_eq!((stored.progress, stored.is_cancel_requested), (JobProgress::default(), false));
    assert_eq!((&stored.result, &stored.failure), (&None, &None));
    assert_eq!((stored.started_at, stored.finished_at), (None, None));
    assert_eq!(stored.created_by, queue.ctx.principal().name());
    assert_eq!(stored.run_at, stored.created_at);
    assert_eq!(queue.job(1).await, stored);
    assert_refused(queue.jobs.job(&queue.ctx, id(2)).await, NotFound, "a job that was never asked for");
}

/// The same id again is the same request, whatever else it says and however the job ended.
pub async fn same_id_is_the_same_job(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    let stored = queue.enqueue(job(1)).await;
    let again = NewJob { payload: "other".to_owned(), priority: 9, ..job(1) };
    let receipt = queue.jobs.enqueue(&queue.ctx, again.clone()).await.expect("answers");
    assert_eq!((receipt.effect, receipt.job), (EnqueueEffect::Existing, stored));
    let claim = queue.claim().await;
    assert_eq!(claim.payload, "payload 1");
    queue.finish(&claim, succeeded("done")).await;
    let receipt = queue.jobs.enqueue(&queue.ctx, again).await.expect("answers");
    assert_eq!((receipt.effect, receipt.job.state), (EnqueueEffect::Existing, JobState::Succeeded));
    assert_eq!(queue.try_claim().await, None);
}

/// An id that another tenant uses is refused, and tells nothing of its job.
pub async fn id_of_another_tenant_is_taken(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(job(1)).await;
    let other = queue.as_tenant("second");
    assert_refused(other.jobs.enqueue(&other.ctx, job(1)).await, AlreadyExists, "another tenant's id");
}

/// While a job of a key waits or runs there is no second one of its tenant and kind; after that there may be.
pub async fn unfinished_job_of_the_key_is_the_answer(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    let keyed = |number| NewJob { key: Some(key("folder")), ..job(number) };
    queue.enqueue(keyed(1)).await;
    let existing = queue.jobs.enqueue(&queue.ctx, keyed(2)).await.expect("answers");
    assert_eq!((existing.effect, existing.job.id), (EnqueueEffect::Existing, id(1)));
    let claim = queue.claim().await;
    let existing = queue.jobs.enqueue(&queue.ctx, keyed(2)).await.expect("answers");
    assert_eq!((existing.effect, existing.job.state), (EnqueueEffect::Existing, JobState::Running));

    queue.enqueue(NewJob { kind: super::driver::kind("other"), ..keyed(3) }).await;
    queue.enqueue(NewJob { key: Some(key("another")), ..job(4) }).await;
    queue.as_tenant("second").enqueue(keyed(5)).await;
    queue.finish(&claim, succeeded("")).await;
    queue.enqueue(keyed(2)).await;
}

/// An attachment comes back as it was, whatever its bytes are.
pub async fn attachment_is_kept_whole(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    let large: Vec<u8> = (0..3_000_000_u32).map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1]).collect();
    for (number, attachment) in [(1, Vec::new()), (2, vec![0, 255, b'\'']), (3, large)] {
        queue.enqueue(NewJob { attachment: attachment.clone(), ..job(number) }).await;
        let claim = queue.claim().await;
        let read = queue.jobs.attachment(&queue.ctx, &claim).await.expect("reads");
        assert!(read == attachment, "{} bytes of {}", read.len(), attachment.len());
        queue.finish(&claim, succeeded("")).await;
    }
}

/// Sizes and times out of bounds are refused, and nothing is stored.
pub async fn bad_requests_are_refused(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    for bad in [
        NewJob { priority: 10, ..job(1) },
        NewJob { max_attempts: 0, ..job(1) },
        NewJob { payload: "\0".to_owned(), ..job(1) },
        NewJob { delay: Duration::MAX, ..job(1) },
        NewJob { every: Some(LONG), ..job(1) },
    ] {
        assert_refused(queue.jobs.enqueue(&queue.ctx, bad).await, InvalidArgument, "a bad request");
    }
    let long = NewJob { payload: "x".repeat(MAX_PAYLOAD_LEN + 1), ..job(1) };
    assert_refused(queue.jobs.enqueue(&queue.ctx, long).await, TooLarge, "a long payload");
    assert_refused(queue.jobs.job(&queue.ctx, id(1)).await, NotFound, "what was refused");
}
