//! A whole document: record, text and chunks of one version.

use ragstone_core::document::{Chunk, DocumentContent};
use ragstone_core::{DocumentId, Reader, Result, TenantId};

use super::record::{self, chunk_columns, read_chunk, read_document};
use super::text::whole_text;
use crate::sql::{Statement, Transaction, corrupt};

/// Reads within a snapshot, so that a write between the statements is not seen.
pub(super) async fn document_content(
    mut tx: Box<dyn Transaction>,
    tenant: TenantId,
    reader: Reader,
    id: DocumentId,
) -> Result<DocumentContent> {
    let rows = tx.fetch(record::document(id, &tenant, &reader)).await?;
    let mut row = rows.into_iter().next().ok_or_else(|| record::not_found(id))?;
    let document = read_document(&mut row)?;

    let blocks =
        Statement::new("SELECT bytes FROM document_texts WHERE document = $1 ORDER BY block").bind(id);
    let len = usize::try_from(document.text_len).map_err(|_| corrupt("a text is longer than memory"))?;
    let mut bytes = Vec::new();
    for mut row in tx.fetch(blocks).await? {
        bytes.append(&mut row.bytes()?);
    }
    let text = whole_text(bytes, len)?;

    let statement = Statement::new(concat!(
        "SELECT ",
        chunk_columns!(),
        " FROM chunks c WHERE c.document = $1 ORDER BY c.ordinal"
    ))
    .bind(id);
    let chunks: Vec<Chunk> = tx.fetch(statement).await?.iter_mut().map(read_chunk).collect::<Result<_>>()?;
    tx.rollback().await?;
    Ok(DocumentContent { document, text, chunks })
}
