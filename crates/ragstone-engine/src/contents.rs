//! Documents that were stored, read in parts of bounded size.

use ragstone_core::change::{Change, ChangeKind};
use ragstone_core::document::{DocumentContent, MAX_CONTENTS};
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, DocumentId, Result};

/// Bytes of text that are read at a time, unless one document has more.
const BYTES_AT_ONCE: u64 = 4 << 20;

/// The first ones of some documents.
pub(crate) struct Part<'d> {
    /// What was asked for; some may be gone.
    pub(crate) asked: &'d [DocumentId],
    pub(crate) contents: Vec<DocumentContent>,
    /// What is still to be read.
    pub(crate) rest: &'d [DocumentId],
}

/// The documents that changes have stored, in order.
pub(crate) fn stored(changes: &[Change]) -> Vec<DocumentId> {
    let stored = changes.iter().filter(|change| change.kind == ChangeKind::Stored);
    stored.map(|change| change.document).collect()
}

/// Reads the next part of some documents, at least one of them.
pub(crate) async fn next_part<'d>(
    catalog: &dyn DynCatalog,
    ctx: &CallContext,
    documents: &'d [DocumentId],
) -> Result<Part<'d>> {
    let next = documents.get(..MAX_CONTENTS).unwrap_or(documents);
    let read = catalog.document_contents(ctx, next, BYTES_AT_ONCE).await?;
    let (asked, rest) = documents.split_at_checked(read.answered).unwrap_or((documents, &[]));
    Ok(Part { asked, contents: read.contents, rest })
}
