//! Uploads of the in-memory queue of jobs.

use std::collections::BTreeMap;
use std::time::Duration;

use super::jobs::MemoryJobs;
use crate::clock::Timestamp;
use crate::context::CallContext;
use crate::error::Result;
use crate::id::{JobId, UploadId};
use crate::job::{EnqueueEffect, JobReceipt, NewJob};
use crate::lease::check_ttl;
use crate::port::{JobQueue, UploadStore};
use crate::upload::{NewUpload, Upload, UploadLimits, not_found, too_many};

/// Uploads with what came of them.
pub(super) type Uploads = BTreeMap<UploadId, (Upload, Vec<u8>)>;

impl UploadStore for MemoryJobs {
    async fn begin_upload(&self, ctx: &CallContext, new: NewUpload, limits: &UploadLimits) -> Result<Upload> {
        new.check()?;
        let (mut uploads, now) = (self.uploads(), self.now());
        if let Some((upload, _)) = uploads.get(&new.id).filter(|(upload, _)| upload.expires_at > now) {
            return if is_own(ctx, upload) { Ok(upload.clone()) } else { Err(not_found(new.id)) };
        }
        let open = uploads.values().filter(|(upload, _)| {
            upload.tenant == *ctx.tenant() && upload.job.is_none() && upload.expires_at > now
        });
        let (count, bytes) = open.fold((0_u32, new.length.unwrap_or(0)), |(count, bytes), (upload, _)| {
            (count + 1, bytes.saturating_add(upload.reserved()))
        });
        if count >= limits.most_open || bytes > limits.most_bytes {
            return Err(too_many());
        }
        let upload = Upload {
            id: new.id,
            tenant: ctx.tenant().clone(),
            created_by: ctx.principal().name().to_owned(),
            payload: new.payload,
            length: new.length,
            offset: 0,
            expires_at: now.saturating_add(new.ttl),
            job: None,
        };
        uploads.insert(upload.id, (upload.clone(), Vec::new()));
        Ok(upload)
    }

    async fn append_upload(
        &self,
        ctx: &CallContext,
        id: UploadId,
        offset: u64,
        part: Vec<u8>,
        ttl: Duration,
    ) -> Result<Upload> {
        check_ttl(ttl)?;
        let (mut uploads, now) = (self.uploads(), self.now());
        let (upload, bytes) = own(&mut uploads, ctx, id, now)?;
        upload.check_part(offset, part.len())?;
        upload.offset += part.len() as u64;
        upload.expires_at = now.saturating_add(ttl);
        bytes.extend(part);
        Ok(upload.clone())
    }

    async fn upload(&self, ctx: &CallContext, id: UploadId) -> Result<Upload> {
        own(&mut self.uploads(), ctx, id, self.now()).map(|(upload, _)| upload.clone())
    }

    async fn finish_upload(&self, ctx: &CallContext, id: UploadId, job: NewJob) -> Result<JobReceipt> {
        job.check()?;
        match self.take_whole(ctx, id, job.id)? {
            Whole::Became(job) => {
                Ok(JobReceipt { job: self.job(ctx, job).await?, effect: EnqueueEffect::Existing })
            }
            Whole::Bytes(attachment) => self.enqueue(ctx, NewJob { attachment, ..job }).await,
        }
    }

    async fn delete_upload(&self, ctx: &CallContext, id: UploadId) -> Result<()> {
        let (mut uploads, now) = (self.uploads(), self.now());
        own(&mut uploads, ctx, id, now)?;
        uploads.remove(&id);
        Ok(())
    }

    async fn forget_uploads(&self, _ctx: &CallContext, most: u32) -> Result<u64> {
        let (mut uploads, now) = (self.uploads(), self.now());
        let old = uploads.values().filter(|(upload, _)| upload.expires_at <= now);
        let old: Vec<UploadId> = old.map(|(upload, _)| upload.id).take(most as usize).collect();
        for id in &old {
            uploads.remove(id);
        }
        Ok(old.len() as u64)
    }
}

/// What a whole upload has.
enum Whole {
    Became(JobId),
    Bytes(Vec<u8>),
}

impl MemoryJobs {
    /// Takes what came of a whole upload for a job, unless it became one before.
    fn take_whole(&self, ctx: &CallContext, id: UploadId, job: JobId) -> Result<Whole> {
        let (mut uploads, now) = (self.uploads(), self.now());
        let (upload, bytes) = own(&mut uploads, ctx, id, now)?;
        if let Some(job) = upload.job {
            return Ok(Whole::Became(job));
        }
        upload.check_whole()?;
        upload.job = Some(job);
        Ok(Whole::Bytes(std::mem::take(bytes)))
    }
}

fn is_own(ctx: &CallContext, upload: &Upload) -> bool {
    upload.tenant == *ctx.tenant() && upload.created_by == ctx.principal().name()
}

fn own<'a>(
    uploads: &'a mut Uploads,
    ctx: &CallContext,
    id: UploadId,
    now: Timestamp,
) -> Result<&'a mut (Upload, Vec<u8>)> {
    let found = uploads.get_mut(&id).filter(|(upload, _)| upload.expires_at > now && is_own(ctx, upload));
    found.ok_or_else(|| not_found(id))
}
