//! Doing what a job asks for, on behalf of who asked.

use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::job::Claim;
use ragstone_core::{CallContext, Result};
use ragstone_text::check_claims;

use super::form::{self, Work};
use super::outcome;
use super::progress::Progress;
use crate::engine::Engine;

/// Does the work of a claim and says what it gave. Dropped, it leaves what it has stored.
pub(super) async fn perform(engine: &Engine, claim: &Claim, progress: &Progress) -> Result<String> {
    let system = CallContext::system();
    let bytes = engine.shared.stores.jobs.attachment(&system, claim).await?;
    let (principal, work) = form::read(&claim.payload, &claim.job.tenant, bytes)?;
    reach(FailPoint::EngineJobRead)?;
    let ctx = CallContext::new(principal);
    let result = match work {
        Work::Paths(request) => outcome::of_files(&engine.ingest_paths(&ctx, request, progress).await?),
        Work::Document(request) => {
            let (name, media_type) = (request.file_name.as_deref(), request.media_type.as_deref());
            check_claims(&request.bytes, true, name, media_type)?;
            outcome::of_document(&engine.ingest_document(&ctx, request).await?)
        }
    };
    reach(FailPoint::EngineJobPerformed)?;
    result
}
