//! Checking citations again.

use ragstone_core::answer::CitationStatus;
use ragstone_core::report::CitationCheck;
use ragstone_core::request::CitationReference;
use ragstone_core::{CallContext, Digest, ErrorKind, Result, Scope};

use crate::engine::Engine;

impl Engine {
    /// Says whether a citation still holds, and returns the cited text where it does.
    ///
    /// A document that does not exist, or that the caller may not read, is [`CitationStatus::Gone`], not an error.
    pub async fn verify(&self, ctx: &CallContext, citation: &CitationReference) -> Result<CitationCheck> {
        ctx.principal().require(Scope::Read)?;
        let document = match self.catalog().document(ctx, citation.document).await {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(CitationCheck { status: CitationStatus::Gone, current_version: None, text: None });
            }
            outcome => outcome?,
        };
        let current_version = Some(document.version);
        if document.version != citation.version {
            return Ok(CitationCheck { status: CitationStatus::Superseded, current_version, text: None });
        }
        let text = match self.catalog().document_text(ctx, citation.document, citation.span).await {
            Err(error) if error.kind() == ErrorKind::InvalidArgument => None,
            outcome => Some(outcome?),
        };
        let text = text.filter(|text| Digest::of(text.as_bytes()) == citation.text_digest);
        let status = if text.is_some() { CitationStatus::Valid } else { CitationStatus::Altered };
        Ok(CitationCheck { status, current_version, text })
    }
}
