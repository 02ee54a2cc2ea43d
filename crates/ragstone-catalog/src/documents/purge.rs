//! Deletion of one document for good.

use ragstone_core::{Digest, DocumentId, DocumentVersion, Reader, Result, Sequence, TenantId};

use super::delete::{bury, live};
use super::history::newest;
use super::record::not_found;
use super::restore::is_deleted;
use crate::changes::PURGED;
use crate::sql::{Connection as _, Statement};
use crate::transaction::WriteTransaction;

/// Leaves a tombstone that tells nothing of the content: id, version, sequence, times.
pub(super) async fn purge_document(
    mut tx: WriteTransaction,
    tenant: TenantId,
    reader: Reader,
    document: DocumentId,
    expected: Option<DocumentVersion>,
) -> Result<Sequence> {
    newest(&mut tx, &tenant, &reader, document).await?.ok_or_else(|| not_found(document))?;
    let sequence = match live(&mut tx, &tenant, &reader, document).await? {
        Some(live) => {
            live.check(document, expected)?;
            bury(&mut tx, document, &live).await?
        }
        None if expected.is_some() => return Err(is_deleted(document)),
        None => tx.next_sequence(),
    };
    for delete in
        ["DELETE FROM kept_versions WHERE id = $1", "DELETE FROM document_versions WHERE document = $1"]
    {
        tx.execute(Statement::new(delete).bind(document)).await?;
    }
    let nothing = Digest::from_bytes([0; 32]);
    let blank = Statement::new(
        "UPDATE documents SET deleted = $2, sequence = $3, content_digest = $4, format = '' WHERE id = $1",
    )
    .bind(document)
    .bind(PURGED)
    .bind(sequence)
    .bind(&nothing);
    tx.execute(blank).await?;
    let head = Statement::new(
        "UPDATE collections SET head = $2 WHERE id = (SELECT collection FROM documents WHERE id = $1)",
    );
    tx.execute(head.bind(document).bind(sequence)).await?;
    tx.commit_with(sequence).await
}
