//! Documents that arrive in parts.

use std::future::Future;
use std::time::Duration;

use super::{DynJobQueue, dyn_twin};
use crate::context::CallContext;
use crate::error::Result;
use crate::id::UploadId;
use crate::job::{JobReceipt, NewJob};
use crate::upload::{NewUpload, Upload, UploadLimits};

/// Uploads of a tenant, which become jobs of the same store.
///
/// An upload belongs to the principal who began it; to everybody else it is `NotFound`, as is one that was forgotten.
/// Times are those of the store's own clock. `forget_uploads` is exempt from tenancy.
pub trait UploadStore: Send + Sync + 'static {
    /// Begins an upload, durably.
    ///
    /// One of the same id and principal is the answer instead. What fails its check is refused as the check says; where the
    /// tenant has as much under way as the limits allow, it is `RateLimited`.
    fn begin_upload(
        &self,
        ctx: &CallContext,
        new: NewUpload,
        limits: &UploadLimits,
    ) -> impl Future<Output = Result<Upload>> + Send;

    /// Stores a part behind what has come, durably, and keeps the upload for `ttl` from now.
    ///
    /// A part that begins elsewhere is `AlreadyExists` with the offset of the upload, so that of two that send the same part one
    /// stores it; more than was announced is `TooLarge`; an upload that became a job is `FailedPrecondition`. On an error
    /// nothing of the part is stored, except that after `DeadlineExceeded`, `Cancelled` or `Unavailable`, or a dropped future,
    /// it may be stored as a whole.
    fn append_upload(
        &self,
        ctx: &CallContext,
        id: UploadId,
        offset: u64,
        part: Vec<u8>,
        ttl: Duration,
    ) -> impl Future<Output = Result<Upload>> + Send;

    /// Finds an upload.
    fn upload(&self, ctx: &CallContext, id: UploadId) -> impl Future<Output = Result<Upload>> + Send;

    /// Makes a whole upload a job that has what came as its attachment, in one step and once.
    ///
    /// An upload that became a job answers with that one, whatever `job` says. One that is not whole is `FailedPrecondition`;
    /// one of unknown length is whole when anything came. `job` must have no attachment and no key.
    fn finish_upload(
        &self,
        ctx: &CallContext,
        id: UploadId,
        job: NewJob,
    ) -> impl Future<Output = Result<JobReceipt>> + Send;

    /// Forgets an upload with what came; a job that it became goes on.
    fn delete_upload(&self, ctx: &CallContext, id: UploadId) -> impl Future<Output = Result<()>> + Send;

    /// Forgets up to `most` uploads whose time is over, and says how many.
    fn forget_uploads(&self, ctx: &CallContext, most: u32) -> impl Future<Output = Result<u64>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`UploadStore`].
    pub trait DynUploadStore for UploadStore {
        async fn begin_upload<'a>(ctx: &'a CallContext, new: NewUpload, limits: &'a UploadLimits) -> Upload;
        async fn append_upload<'a>(
            ctx: &'a CallContext,
            id: UploadId,
            offset: u64,
            part: Vec<u8>,
            ttl: Duration,
        ) -> Upload;
        async fn upload<'a>(ctx: &'a CallContext, id: UploadId) -> Upload;
        async fn finish_upload<'a>(ctx: &'a CallContext, id: UploadId, job: NewJob) -> JobReceipt;
        async fn delete_upload<'a>(ctx: &'a CallContext, id: UploadId) -> ();
        async fn forget_uploads<'a>(ctx: &'a CallContext, most: u32) -> u64;
    }
}

/// Jobs, and what they are made of, behind one pointer.
pub trait DynJobStore: DynJobQueue + DynUploadStore {}

impl<S> DynJobStore for S where S: DynJobQueue + DynUploadStore {}
