//! Drafts, checked and encoded before a transaction begins.

use std::collections::HashSet;

use ragstone_core::document::DocumentDraft;
use ragstone_core::{CollectionId, DocumentId, Error, ErrorKind, Result};

use super::access::to_column;

/// A draft with everything that can be worked out without the database, so that the writer's turn is short.
#[derive(Debug)]
pub(super) struct PreparedDraft {
    pub(super) id: DocumentId,
    pub(super) draft: DocumentDraft,
    pub(super) tags: String,
    pub(super) metadata: String,
    /// Whom the access list allows, and whom it denies.
    pub(super) allowed: String,
    pub(super) denied: String,
    pub(super) terms: u64,
    /// Heading paths of the chunks, encoded.
    pub(super) headings: Vec<String>,
}

impl PreparedDraft {
    pub(super) fn prepare(collection: CollectionId, drafts: Vec<DocumentDraft>) -> Result<Vec<Self>> {
        let mut seen = HashSet::with_capacity(drafts.len());
        let mut prepared = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let draft = Self::try_new(collection, draft)?;
            if !seen.insert(draft.id) {
                return Err(Error::invalid("source", "must not be given twice in one batch"));
            }
            prepared.push(draft);
        }
        Ok(prepared)
    }

    fn try_new(collection: CollectionId, draft: DocumentDraft) -> Result<Self> {
        draft.check()?;
        if u32::try_from(draft.chunks.len()).is_err() {
            return Err(Error::new(ErrorKind::TooLarge, "a document has too many chunks"));
        }
        Ok(Self {
            id: DocumentId::derive(collection, &draft.source),
            tags: encode(&draft.tags)?,
            metadata: encode(&draft.metadata)?,
            allowed: to_column(draft.access.allow()),
            denied: to_column(draft.access.deny()),
            terms: draft.chunks.iter().map(|chunk| u64::from(chunk.terms)).sum(),
            headings: draft.chunks.iter().map(|chunk| encode(&chunk.headings)).collect::<Result<_>>()?,
            draft,
        })
    }
}

fn encode(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|cause| {
        Error::new(ErrorKind::Unexpected, "an attribute cannot be encoded").with_source(cause)
    })
}
