//! Documents that arrive in parts: begun, continued after whatever came between, and ingested once they are whole.

use std::time::Duration;

use ragstone_core::job::{JobKind, JobReceipt, NewJob};
use ragstone_core::request::{IngestDocument, JobOptions};
use ragstone_core::upload::{MAX_UPLOAD_LEN, NewUpload, Upload, too_long};
use ragstone_core::{CallContext, JobId, Result, Scope, UploadId};
use ragstone_text::check_claims;

use crate::engine::Engine;
use crate::jobs::form::{self, Work};
use crate::jobs::options;

/// How long what comes in one request waits for its next part.
const PASSING: Duration = Duration::from_mins(10);

/// Bytes that are enough to tell what a document is; a shorter first part says nothing, and its job tells.
const TELLING: usize = 16;

impl Engine {
    /// Begins an upload of a document, of which everything is known but its bytes.
    ///
    /// `length` is `None` where it comes in one request and its end tells.
    /// Errors: those of [`enqueue_document`](Self::enqueue_document) for what is known, `TooLarge` for a length that no format
    /// reads, `RateLimited` where the tenant has as much under way as it may have. When this returns, the upload is durable.
    pub async fn begin_upload(
        &self,
        ctx: &CallContext,
        document: IngestDocument,
        length: Option<u64>,
    ) -> Result<Upload> {
        self.check_document(ctx, &document).await?;
        let limit = self.longest_upload();
        if let Some(length) = length.filter(|length| *length > limit) {
            return Err(too_long(length, limit));
        }
        let named = ctx.claim().map(|claim| claim.request.as_uuid());
        let id = UploadId::from_uuid(named.unwrap_or_else(|| self.shared.stores.ids.fresh()));
        let config = &self.config().uploads;
        let payload = form::write(ctx, Work::Document(document))?.payload;
        let new = NewUpload { id, payload, length, ttl: self.lifetime(length) };
        self.shared.stores.jobs.begin_upload(ctx, new, &config.limits()).await
    }

    /// Stores a part behind what has come of an upload, as it was seen last.
    ///
    /// The first part tells whether the content is what it is said to be: `UnsupportedMedia` where it is not. Where the upload
    /// has gone on meanwhile it is `AlreadyExists`. When this returns, the part is durable.
    pub async fn append_upload(&self, ctx: &CallContext, upload: &Upload, part: Vec<u8>) -> Result<Upload> {
        ctx.principal().require(Scope::Write)?;
        let is_whole = upload.length == Some(part.len() as u64);
        if upload.offset == 0 && (is_whole || part.len() >= TELLING) {
            let (_, work) = form::read(&upload.payload, &upload.tenant, Vec::new())?;
            if let Work::Document(document) = work {
                check_claims(&part, is_whole, document.file_name.as_deref(), document.media_type.as_deref())?;
            }
        }
        let (end, limit) = (upload.offset.saturating_add(part.len() as u64), self.longest_upload());
        if end > limit {
            return Err(too_long(end, limit));
        }
        let lifetime = self.lifetime(upload.length);
        self.shared.stores.jobs.append_upload(ctx, upload.id, upload.offset, part, lifetime).await
    }

    /// Finds an upload of the caller.
    pub async fn upload(&self, ctx: &CallContext, id: UploadId) -> Result<Upload> {
        ctx.principal().require(Scope::Write)?;
        self.shared.stores.jobs.upload(ctx, id).await
    }

    /// Makes a whole upload a job, which has its id; however often it is asked for, it is one job.
    ///
    /// A keyed request that is done again after a crash asks for the same job, whatever upload it brings.
    pub async fn finish_upload(
        &self,
        ctx: &CallContext,
        id: UploadId,
        options: JobOptions,
    ) -> Result<JobReceipt> {
        ctx.principal().require(Scope::Write)?;
        let jobs = &self.shared.stores.jobs;
        let upload = jobs.upload(ctx, id).await?;
        let named = ctx.claim().map_or(id.as_uuid(), |claim| claim.request.as_uuid());
        let job = NewJob::new(JobId::from_uuid(named), JobKind::try_new(form::DOCUMENT)?, upload.payload);
        let job = options::applied(job, options)?;
        let receipt = jobs.finish_upload(ctx, id, job).await?;
        self.shared.workers.wake();
        Ok(receipt)
    }

    /// Forgets an upload with what came of it; a job that it became goes on.
    pub async fn delete_upload(&self, ctx: &CallContext, id: UploadId) -> Result<()> {
        ctx.principal().require(Scope::Write)?;
        self.shared.stores.jobs.delete_upload(ctx, id).await
    }

    /// What comes in one request has no length that its sender could go on to, and is soon forgotten where it breaks off.
    fn lifetime(&self, length: Option<u64>) -> Duration {
        let lifetime = self.config().uploads.lifetime;
        if length.is_some() { lifetime } else { PASSING.min(lifetime) }
    }

    /// Longest upload in bytes: what is extracted, and what a job can carry.
    pub fn longest_upload(&self) -> u64 {
        MAX_UPLOAD_LEN.min(self.config().extraction.max_bytes as u64)
    }
}
