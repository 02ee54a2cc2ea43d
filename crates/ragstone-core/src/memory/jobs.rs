//! An in-memory queue of jobs, for tests and for one process that remembers nothing.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::catalog::page_of;
use super::uploads::Uploads;
use super::{MemoryKeys, lock};
use crate::clock::{Clock, Timestamp};
use crate::context::CallContext;
use crate::error::Result;
use crate::id::{JobId, TenantId};
use crate::idempotency::unsupported;
use crate::job::{
    Claim, ClaimRequest, EnqueueEffect, Job, JobCount, JobFilter, JobKey, JobKind, JobProgress, JobReceipt,
    JobRecord, JobState, NewJob, Outcome, Renewal, Retention, done_elsewhere, id_taken, lost, not_found,
};
use crate::lease::check_ttl;
use crate::page::{Page, PageRequest};
use crate::port::JobQueue;

type Entries = BTreeMap<JobId, Entry>;

struct Entry {
    record: JobRecord,
    attachment: Vec<u8>,
}

impl Entry {
    /// Changes the record, and drops an attachment that is of no use any more.
    fn change<T>(&mut self, change: impl FnOnce(&mut JobRecord) -> T) -> T {
        let outcome = change(&mut self.record);
        if self.record.is_done_with_attachment() {
            self.attachment = Vec::new();
        }
        outcome
    }
}

/// Jobs in memory.
pub struct MemoryJobs {
    clock: Arc<dyn Clock>,
    entries: Mutex<Entries>,
    keys: Option<Arc<MemoryKeys>>,
    uploads: Mutex<Uploads>,
}

impl MemoryJobs {
    /// Builds an empty queue.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, entries: Mutex::default(), keys: None, uploads: Mutex::default() }
    }

    /// Says which keys calls can be bound to; without them a bound call is `Unsupported`.
    #[must_use]
    pub fn with_keys(self, keys: &Arc<MemoryKeys>) -> Self {
        Self { keys: Some(Arc::clone(keys)), ..self }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        lock(&self.entries)
    }

    pub(super) fn uploads(&self) -> MutexGuard<'_, Uploads> {
        lock(&self.uploads)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn queue_again(&self, ctx: &CallContext, id: JobId) -> Result<JobId> {
        let (mut entries, now) = (self.entries(), self.now());
        let mut record = own(&mut entries, ctx, id)?.record.clone();
        record.retry(now)?;
        if is_being_done(&entries, &record.job) {
            return Err(done_elsewhere(&record.job));
        }
        own(&mut entries, ctx, id)?.record = record;
        Ok(id)
    }
}

impl JobQueue for MemoryJobs {
    async fn enqueue(&self, ctx: &CallContext, new: NewJob) -> Result<JobReceipt> {
        new.check()?;
        let mut entries = self.entries();
        if let Some(existing) = existing(&entries, ctx, &new)? {
            return Ok(JobReceipt { job: existing, effect: EnqueueEffect::Existing });
        }
        let mut new = new;
        let attachment = std::mem::take(&mut new.attachment);
        let record = JobRecord::new(ctx, new, self.now());
        let job = record.job.clone();
        entries.insert(job.id, Entry { record, attachment });
        Ok(JobReceipt { job, effect: EnqueueEffect::Enqueued })
    }

    async fn claim(&self, _ctx: &CallContext, request: &ClaimRequest) -> Result<Option<Claim>> {
        request.check()?;
        let (mut entries, now) = (self.entries(), self.now());
        for entry in entries.values_mut().filter(|entry| entry.record.is_abandoned(now)) {
            entry.change(|record| record.recover(now));
        }
        let jobs = entries.values().filter(|entry| entry.record.is_ready(now)).map(|entry| &entry.record.job);
        let chosen = jobs
            .filter(|job| job.lane == request.lane && is_allowed(&entries, job, request, now))
            .min_by_key(|job| (Reverse(job.priority), job.run_at, job.id))
            .map(|job| job.id);
        Ok(chosen.and_then(|id| entries.get_mut(&id)).map(|entry| entry.record.claim(request, now)))
    }

    async fn attachment(&self, _ctx: &CallContext, claim: &Claim) -> Result<Vec<u8>> {
        Ok(held(&mut self.entries(), claim, self.now())?.attachment.clone())
    }

    async fn renew(
        &self,
        _ctx: &CallContext,
        claim: &Claim,
        progress: JobProgress,
        ttl: Duration,
    ) -> Result<Renewal> {
        check_ttl(ttl)?;
        let (mut entries, now) = (self.entries(), self.now());
        let record = &mut held(&mut entries, claim, now)?.record;
        record.renew(progress, now, ttl);
        Ok(Renewal { is_cancel_requested: record.job.is_cancel_requested })
    }

    async fn finish(&self, _ctx: &CallContext, claim: &Claim, outcome: Outcome) -> Result<JobState> {
        outcome.check()?;
        let (mut entries, now) = (self.entries(), self.now());
        let entry = held(&mut entries, claim, now)?;
        entry.change(|record| record.finish(outcome, now));
        Ok(entry.record.job.state)
    }

    async fn job(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        own(&mut self.entries(), ctx, id).map(|entry| entry.record.job.clone())
    }

    async fn jobs(&self, ctx: &CallContext, filter: &JobFilter, page: &PageRequest) -> Result<Page<Job>> {
        let after = page.after_key().map(str::parse::<JobId>).transpose()?;
        let entries = self.entries();
        let jobs = entries.values().rev().map(|entry| &entry.record.job);
        let wanted = jobs
            .filter(|job| job.tenant == *ctx.tenant() && filter.admits(job))
            .filter(|job| after.is_none_or(|after| job.id < after));
        Ok(page_of(wanted, page, |job| job.id.to_string()).map(Job::clone))
    }

    async fn cancel(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        let (mut entries, now) = (self.entries(), self.now());
        let entry = own(&mut entries, ctx, id)?;
        entry.change(|record| record.cancel(now))?;
        Ok(entry.record.job.clone())
    }

    async fn retry(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        let queued = match &self.keys {
            Some(keys) => keys.bind(ctx, || self.queue_again(ctx, id))?,
            None if ctx.bound_claim().is_some() => return Err(unsupported()),
            None => self.queue_again(ctx, id)?,
        };
        self.job(ctx, queued).await
    }

    async fn purge(&self, _ctx: &CallContext, retention: Retention, most: u32) -> Result<u64> {
        let (mut entries, now) = (self.entries(), self.now());
        let old = entries.values().filter(|entry| entry.record.is_older_than(retention, now));
        let old: Vec<JobId> = old.map(|entry| entry.record.job.id).take(most as usize).collect();
        for id in &old {
            entries.remove(id);
        }
        Ok(old.len() as u64)
    }

    async fn counts(&self, _ctx: &CallContext) -> Result<Vec<JobCount>> {
        let mut counts = BTreeMap::new();
        for job in self.entries().values().map(|entry| &entry.record.job) {
            *counts.entry((job.kind.clone(), job.lane, job.state)).or_default() += 1;
        }
        let counts = counts.into_iter();
        Ok(counts.map(|((kind, lane, state), count)| JobCount { kind, lane, state, count }).collect())
    }
}

/// The job that makes `new` needless.
fn existing(entries: &Entries, ctx: &CallContext, new: &NewJob) -> Result<Option<Job>> {
    if let Some(Entry { record, .. }) = entries.get(&new.id) {
        if record.job.tenant == *ctx.tenant() {
            return Ok(Some(record.job.clone()));
        }
        return Err(id_taken(new.id));
    }
    let Some(key) = &new.key else { return Ok(None) };
    let mut jobs = entries.values().map(|entry| &entry.record.job);
    Ok(jobs.find(|job| does_work_of(job, ctx.tenant(), &new.kind, key)).cloned())
}

/// Whether an unfinished job does the work of another one.
fn is_being_done(entries: &Entries, like: &Job) -> bool {
    let jobs = || entries.values().map(|entry| &entry.record.job);
    like.key.as_ref().is_some_and(|key| jobs().any(|job| does_work_of(job, &like.tenant, &like.kind, key)))
}

fn does_work_of(job: &Job, tenant: &TenantId, kind: &JobKind, key: &JobKey) -> bool {
    !job.state.is_final() && job.tenant == *tenant && job.kind == *kind && job.key.as_ref() == Some(key)
}

fn is_allowed(entries: &Entries, job: &Job, request: &ClaimRequest, now: Timestamp) -> bool {
    let Some(most) = request.kinds.get(&job.kind) else { return false };
    let running =
        || entries.values().filter(|entry| entry.record.is_held(now)).map(|entry| &entry.record.job);
    let of_kind = running().filter(|other| other.kind == job.kind).count();
    let of_tenant = running().filter(|other| other.tenant == job.tenant).count();
    of_kind < *most as usize && of_tenant < request.most_per_tenant as usize
}

fn own<'a>(entries: &'a mut Entries, ctx: &CallContext, id: JobId) -> Result<&'a mut Entry> {
    let entry = entries.get_mut(&id).filter(|entry| entry.record.job.tenant == *ctx.tenant());
    entry.ok_or_else(|| not_found(id))
}

fn held<'a>(entries: &'a mut Entries, claim: &Claim, now: Timestamp) -> Result<&'a mut Entry> {
    let entry = entries.get_mut(&claim.job.id).ok_or_else(|| lost(claim))?;
    entry.record.check_held_by(claim, now)?;
    Ok(entry)
}

impl fmt::Debug for MemoryJobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryJobs").field("jobs", &self.entries().len()).finish_non_exhaustive()
    }
}
