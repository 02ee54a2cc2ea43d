//! A sender of uploads that expects success.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::id::HolderId;
use ragstone_core::job::{ClaimRequest, JobKind, JobReceipt, Lane, NewJob};
use ragstone_core::port::DynJobStore;
use ragstone_core::upload::{NewUpload, Upload, UploadLimits};
use ragstone_core::{CallContext, JobId, UploadId};
use uuid::Uuid;

use crate::UploadFixture;
use crate::draft::tenant_context;

/// Far longer than a law takes.
pub(super) const LONG: Duration = Duration::from_mins(10);

/// A caller who sends documents; every method panics where the call fails.
#[derive(Clone)]
pub(super) struct Sender {
    pub(super) store: Arc<dyn DynJobStore>,
    pub(super) ctx: CallContext,
}

pub(super) fn id(number: u128) -> UploadId {
    UploadId::from_uuid(Uuid::from_u128(number))
}

pub(super) fn new(number: u128, length: Option<u64>) -> NewUpload {
    NewUpload { id: id(number), payload: format!("payload {number} Ä"), length, ttl: LONG }
}

pub(super) fn limits() -> UploadLimits {
    UploadLimits { most_open: 100, most_bytes: 1 << 30 }
}

pub(super) fn job(number: u128) -> NewJob {
    let kind = JobKind::try_new("work").expect("is a kind");
    NewJob::new(JobId::from_uuid(Uuid::from_u128(number)), kind, "{}")
}

impl Sender {
    pub(super) fn new(fixture: &UploadFixture) -> Self {
        Self { store: fixture.store(), ctx: tenant_context("first") }
    }

    pub(super) fn with_context(&self, ctx: CallContext) -> Self {
        Self { ctx, ..self.clone() }
    }

    pub(super) async fn begin(&self, new: NewUpload) -> Upload {
        self.store.begin_upload(&self.ctx, new, &limits()).await.expect("begins")
    }

    pub(super) async fn append(&self, number: u128, offset: u64, part: &[u8]) -> Upload {
        let part = part.to_vec();
        self.store.append_upload(&self.ctx, id(number), offset, part, LONG).await.expect("stores")
    }

    pub(super) async fn upload(&self, number: u128) -> Upload {
        self.store.upload(&self.ctx, id(number)).await.expect("finds")
    }

    pub(super) async fn finish(&self, number: u128) -> JobReceipt {
        self.store.finish_upload(&self.ctx, id(number), job(number)).await.expect("finishes")
    }

    /// Claims the next job and reads what it carries.
    pub(super) async fn attachment(&self) -> (JobId, Vec<u8>) {
        let request = ClaimRequest {
            lane: Lane::Urgent,
            kinds: [(JobKind::try_new("work").expect("is a kind"), 9)].into(),
            most_per_tenant: 9,
            holder: HolderId::from_uuid(Uuid::from_u128(1)),
            ttl: LONG,
        };
        let claim = self.store.claim(&self.ctx, &request).await.expect("answers").expect("a job may run");
        let bytes = self.store.attachment(&self.ctx, &claim).await.expect("reads");
        (claim.job.id, bytes)
    }
}
