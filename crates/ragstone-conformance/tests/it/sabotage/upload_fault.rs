//! Uploads of a queue with one fault.

use std::time::Duration;

use ragstone_conformance::draft::tenant_context;
use ragstone_core::job::{JobReceipt, NewJob};
use ragstone_core::port::{JobQueue as _, UploadStore};
use ragstone_core::upload::{NewUpload, Upload, UploadLimits};
use ragstone_core::{CallContext, ErrorKind, Result, UploadId};

use super::job_fault::{FaultyJobs, JobFault};

impl FaultyJobs {
    fn sender(&self, ctx: &CallContext) -> CallContext {
        if self.has(JobFault::MixesSenders) { tenant_context(ctx.tenant().as_str()) } else { ctx.clone() }
    }
}

impl UploadStore for FaultyJobs {
    async fn begin_upload(&self, ctx: &CallContext, new: NewUpload, limits: &UploadLimits) -> Result<Upload> {
        let mut limits = *limits;
        if self.has(JobFault::IgnoresRoom) {
            limits = UploadLimits { most_open: u32::MAX, most_bytes: u64::MAX };
        }
        self.inner.begin_upload(&self.sender(ctx), new, &limits).await
    }

    async fn append_upload(
        &self,
        ctx: &CallContext,
        id: UploadId,
        mut offset: u64,
        mut part: Vec<u8>,
        ttl: Duration,
    ) -> Result<Upload> {
        let ctx = self.sender(ctx);
        if self.has(JobFault::TakesAnyOffset) {
            offset = self.inner.upload(&ctx, id).await?.offset;
        }
        if self.has(JobFault::LosesParts) {
            part.truncate(256 * 1024);
        }
        self.inner.append_upload(&ctx, id, offset, part, ttl).await
    }

    async fn upload(&self, ctx: &CallContext, id: UploadId) -> Result<Upload> {
        self.inner.upload(&self.sender(ctx), id).await
    }

    async fn finish_upload(&self, ctx: &CallContext, id: UploadId, job: NewJob) -> Result<JobReceipt> {
        let ctx = self.sender(ctx);
        if self.has(JobFault::FinishesTwice) {
            return self.inner.enqueue(&ctx, job).await;
        }
        match self.inner.finish_upload(&ctx, id, job.clone()).await {
            Err(error)
                if error.kind() == ErrorKind::FailedPrecondition
                    && self.has(JobFault::FinishesWhatIsNotWhole) =>
            {
                self.inner.enqueue(&ctx, job).await
            }
            finished => finished,
        }
    }

    async fn delete_upload(&self, ctx: &CallContext, id: UploadId) -> Result<()> {
        self.inner.delete_upload(&self.sender(ctx), id).await
    }

    async fn forget_uploads(&self, ctx: &CallContext, most: u32) -> Result<u64> {
        if self.has(JobFault::NeverForgetsUploads) {
            return Ok(0);
        }
        self.inner.forget_uploads(ctx, most).await
    }
}
