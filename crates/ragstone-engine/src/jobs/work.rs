//! Doing what a job asks for, on behalf of who asked.

use ragstone_core::job::Claim;
use ragstone_core::{CallContext, Result};

use super::form::{self, Work};
use super::outcome;
use super::progress::Progress;
use crate::engine::Engine;

/// Does the work of a claim and says what it gave. Dropped, it leaves what it has stored.
pub(super) async fn perform(engine: &Engine, claim: &Claim, progress: &Progress) -> Result<String> {
    let system = CallContext::system();
    let bytes = engine.shared.stores.jobs.attachment(&system, claim).await?;
    let (principal, work) = form::read(&claim.payload, &claim.job.tenant, bytes)?;
    let ctx = CallContext::new(principal);
    match work {
        Work::Paths(request) => outcome::of_files(&engine.ingest_paths(&ctx, request, progress).await?),
        Work::Document(request) => outcome::of_document(&engine.ingest_document(&ctx, request).await?),
    }
}
