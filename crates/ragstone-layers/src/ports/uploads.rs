//! The port of uploads, with layers.

use std::time::Duration;

use ragstone_core::job::{JobReceipt, NewJob};
use ragstone_core::port::{DynJobStore, UploadStore};
use ragstone_core::upload::{NewUpload, Upload, UploadLimits};
use ragstone_core::{CallContext, Result, UploadId};

use crate::around::Around;
use crate::call::Call;
use crate::layered::Layered;

const UPLOADS: &str = "upload-store";

impl<A: Around> UploadStore for Layered<dyn DynJobStore, A> {
    async fn begin_upload(&self, ctx: &CallContext, new: NewUpload, limits: &UploadLimits) -> Result<Upload> {
        let call = Call::new(UPLOADS, "begin_upload");
        self.around.repeatable(call, ctx, || self.inner.begin_upload(ctx, new.clone(), limits)).await
    }

    /// Not repeated: where the first attempt arrived, the second one would find the upload further on.
    async fn append_upload(
        &self,
        ctx: &CallContext,
        id: UploadId,
        offset: u64,
        part: Vec<u8>,
        ttl: Duration,
    ) -> Result<Upload> {
        let call = Call::new(UPLOADS, "append_upload");
        self.around.once(call, ctx, self.inner.append_upload(ctx, id, offset, part, ttl)).await
    }

    async fn upload(&self, ctx: &CallContext, id: UploadId) -> Result<Upload> {
        let call = Call::new(UPLOADS, "upload").reading();
        self.around.repeatable(call, ctx, || self.inner.upload(ctx, id)).await
    }

    async fn finish_upload(&self, ctx: &CallContext, id: UploadId, job: NewJob) -> Result<JobReceipt> {
        let call = Call::new(UPLOADS, "finish_upload");
        self.around.repeatable(call, ctx, || self.inner.finish_upload(ctx, id, job.clone())).await
    }

    /// Not repeated: a second attempt would miss the upload.
    async fn delete_upload(&self, ctx: &CallContext, id: UploadId) -> Result<()> {
        let call = Call::new(UPLOADS, "delete_upload");
        self.around.once(call, ctx, self.inner.delete_upload(ctx, id)).await
    }

    async fn forget_uploads(&self, ctx: &CallContext, most: u32) -> Result<u64> {
        let call = Call::new(UPLOADS, "forget_uploads").for_system();
        self.around.repeatable(call, ctx, || self.inner.forget_uploads(ctx, most)).await
    }
}
