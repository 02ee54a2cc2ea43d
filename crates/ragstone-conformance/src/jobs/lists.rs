//! What is told of jobs, and for how long.

use std::time::Duration;

use ragstone_core::ErrorKind::NotFound;
use ragstone_core::job::{JobCount, JobFilter, JobState, Lane, NewJob, Retention};
use ragstone_core::page::PageRequest;

use super::driver::{AFTER, LONG, Queue, SHORT, id, job, kind, succeeded};
use crate::JobFixture;
use crate::law::assert_refused;

async fn list(queue: &Queue, filter: &JobFilter, size: u32) -> Vec<u128> {
    let mut page = PageRequest::try_new(size).expect("is a size");
    let mut numbers = Vec::new();
    loop {
        let listed = queue.jobs.jobs(&queue.ctx, filter, &page).await.expect("lists");
        assert!(listed.items.len() <= size as usize);
        numbers.extend(listed.items.iter().map(|job| job.id.as_uuid().as_u128()));
        let Some(next) = listed.next else { return numbers };
        page = page.after(next);
    }
}

/// Pages of any size hold each job once.
pub async fn jobs_are_listed_newest_first_in_pages(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    for number in [3, 1, 5, 2, 4] {
        queue.enqueue(job(number)).await;
    }
    for size in [1, 2, 5, 6] {
        assert_eq!(list(&queue, &JobFilter::default(), size).await, [5, 4, 3, 2, 1], "pages of {size}");
    }
    let behind = PageRequest::try_new(9).expect("is a size").after(id(4).to_string());
    let listed = queue.jobs.jobs(&queue.ctx, &JobFilter::default(), &behind).await.expect("lists");
    assert_eq!((listed.items.len(), listed.next), (3, None));
}

/// State and kind narrow a listing, alone and together.
pub async fn jobs_are_filtered(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.dead(job(1)).await;
    queue.enqueue(job(2)).await;
    queue.enqueue(NewJob { kind: kind("other"), ..job(3) }).await;
    let by = |state: Option<JobState>, name: Option<&str>| JobFilter { state, kind: name.map(kind) };
    assert_eq!(list(&queue, &by(Some(JobState::Dead), None), 9).await, [1]);
    assert_eq!(list(&queue, &by(Some(JobState::Queued), None), 9).await, [3, 2]);
    assert_eq!(list(&queue, &by(None, Some("work")), 1).await, [2, 1]);
    assert_eq!(list(&queue, &by(Some(JobState::Queued), Some("work")), 9).await, [2]);
    assert!(list(&queue, &by(Some(JobState::Running), None), 9).await.is_empty());
}

/// No tenant sees or changes another one's jobs.
pub async fn jobs_belong_to_their_tenant(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    let other = queue.as_tenant("second");
    queue.enqueue(job(1)).await;
    queue.dead(NewJob { priority: 9, ..job(2) }).await;
    assert!(list(&other, &JobFilter::default(), 9).await.is_empty());
    assert_refused(other.jobs.job(&other.ctx, id(1)).await, NotFound, "another tenant's job");
    assert_refused(other.jobs.cancel(&other.ctx, id(1)).await, NotFound, "another tenant's job");
    assert_refused(other.jobs.retry(&other.ctx, id(2)).await, NotFound, "another tenant's job");
    assert_eq!((queue.state(1).await, queue.state(2).await), (JobState::Queued, JobState::Dead));
}

/// Counts are those of all tenants, by kind, lane and state.
pub async fn jobs_are_counted(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    assert!(queue.jobs.counts(&queue.ctx).await.expect("counts").is_empty());
    queue.dead(job(1)).await;
    queue.enqueue(job(2)).await;
    queue.as_tenant("second").enqueue(job(3)).await;
    queue.enqueue(NewJob { lane: Lane::Bulk, kind: kind("other"), ..job(4) }).await;
    let mut counts = queue.jobs.counts(&queue.ctx).await.expect("counts");
    counts.sort();
    let count = |name, lane, state, count| JobCount { kind: kind(name), lane, state, count };
    let expected = [
        count("other", Lane::Bulk, JobState::Queued, 1),
        count("work", Lane::Urgent, JobState::Queued, 2),
        count("work", Lane::Urgent, JobState::Dead, 1),
    ];
    assert_eq!(counts, expected);
}

/// Jobs are forgotten when their time is over, each kind of end by its own time and a few at once.
pub async fn old_jobs_are_forgotten(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.dead(job(1)).await;
    for number in 2..=4 {
        queue.enqueue(NewJob { attachment: vec![1], ..job(number) }).await;
        let claim = queue.claim().await;
        queue.finish(&claim, succeeded("")).await;
    }
    let purge = |done, dead, most| queue.jobs.purge(&queue.ctx, Retention { done, dead }, most);
    assert_eq!(purge(LONG, LONG, 9).await.expect("purges"), 0);
    fixture.pass(AFTER).await;
    assert_eq!(purge(SHORT, LONG, 2).await.expect("purges"), 2);
    assert_eq!(purge(SHORT, LONG, 2).await.expect("purges"), 1);
    assert_eq!(list(&queue, &JobFilter::default(), 9).await, [1]);
    assert_eq!(purge(LONG, SHORT, 9).await.expect("purges"), 1);
    assert_refused(queue.jobs.job(&queue.ctx, id(1)).await, NotFound, "what was forgotten");
    queue.enqueue(job(1)).await;
}

/// What waits or runs is kept, however old it is.
pub async fn unfinished_jobs_are_never_forgotten(fixture: JobFixture) {
    let queue = Queue::new(&fixture);
    queue.enqueue(job(1)).await;
    queue.claim().await;
    queue.enqueue(job(2)).await;
    fixture.pass(AFTER).await;
    let now = Retention { done: Duration::ZERO, dead: Duration::ZERO };
    assert_eq!(queue.jobs.purge(&queue.ctx, now, 9).await.expect("purges"), 0);
    assert_eq!(list(&queue, &JobFilter::default(), 9).await, [2, 1]);
}
