//! Deleting the documents of what is gone.

use ragstone_core::document::SourceState;
use ragstone_core::{CallContext, ErrorKind, Result, Sequence};

use crate::engine::Engine;

impl Engine {
    /// Deletes the document of a file that is gone; one that another ingest has stored anew meanwhile stays.
    pub(super) async fn delete_gone(
        &self,
        ctx: &CallContext,
        state: &SourceState,
    ) -> Result<Option<Sequence>> {
        let outcome = match self.catalog().document(ctx, state.document).await {
            Ok(document) if document.content_digest != state.content_digest => return Ok(None),
            Ok(document) => self.catalog().delete_document(ctx, state.document, Some(document.version)).await,
            Err(error) => Err(error),
        };
        match outcome {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Conflict) => Ok(None),
            outcome => outcome.map(Some),
        }
    }
}
