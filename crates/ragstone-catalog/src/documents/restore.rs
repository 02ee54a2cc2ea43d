//! An earlier version as a new one.

use ragstone_core::document::{DocumentDraft, WriteEffect, WriteReceipt};
use ragstone_core::{DocumentId, DocumentVersion, Error, ErrorKind, Reader, Result, TenantId};

use super::delete::live;
use super::draft::PreparedDraft;
use super::history::{kept_content, newest, version_not_found};
use super::put::put_documents;
use super::record::{self, read_document};
use crate::sql::Connection as _;
use crate::transaction::WriteTransaction;

/// Which version is wanted, of a document that is at the expected one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) document: DocumentId,
    pub(super) version: DocumentVersion,
    pub(super) expected: Option<DocumentVersion>,
    pub(super) kept_versions: u32,
}

/// Answers as a write of one document does.
pub(super) async fn restore(
    mut tx: WriteTransaction,
    tenant: TenantId,
    reader: Reader,
    wanted: Wanted,
) -> Result<Vec<WriteReceipt>> {
    let Wanted { document, version, expected, kept_versions } = wanted;
    let access = newest(&mut tx, &tenant, &reader, document).await?;
    let access = access.ok_or_else(|| record::not_found(document))?;
    match live(&mut tx, &tenant, &reader, document).await? {
        Some(live) => live.check(document, expected)?,
        None if expected.is_some() => return Err(is_deleted(document)),
        None => {}
    }
    if let Some(receipt) = current(&mut tx, &tenant, &reader, (document, version)).await? {
        return tx.end_with(vec![receipt]).await;
    }
    let kept = kept_content(&mut tx, &reader, document, version).await?;
    let kept = kept.ok_or_else(|| version_not_found(document, version))?;
    let collection = kept.content.document.collection;
    let draft = DocumentDraft { access, ..kept.content.into_draft(kept.recipe) };
    let drafts = PreparedDraft::prepare(collection, vec![draft])?;
    put_documents(tx, tenant, reader, collection, (drafts, kept_versions)).await
}

/// The receipt of a version that is the current one already.
async fn current(
    tx: &mut WriteTransaction,
    tenant: &TenantId,
    reader: &Reader,
    (document, version): (DocumentId, DocumentVersion),
) -> Result<Option<WriteReceipt>> {
    let rows = tx.fetch(record::document(document, tenant, reader)).await?;
    let Some(mut row) = rows.into_iter().next() else { return Ok(None) };
    let current = read_document(&mut row)?;
    let receipt =
        WriteReceipt { document, effect: WriteEffect::Unchanged, version, sequence: current.sequence };
    Ok((current.version == version).then_some(receipt))
}

pub(super) fn is_deleted(document: DocumentId) -> Error {
    Error::new(ErrorKind::Conflict, "the document is deleted").with_context("document", document)
}
