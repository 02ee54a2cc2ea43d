//! Deletion of one document.

use ragstone_core::{DocumentId, DocumentVersion, Error, ErrorKind, Reader, Result, Sequence, TenantId};

use super::access::Readable;
use super::record::not_found;
use crate::sql::{Connection, Statement};
use crate::transaction::WriteTransaction;

/// Removes text, chunks and attributes, and leaves a tombstone with id, version and sequence.
pub(super) async fn delete_document(
    mut tx: WriteTransaction,
    tenant: TenantId,
    reader: Reader,
    document: DocumentId,
    expected: Option<DocumentVersion>,
) -> Result<Sequence> {
    const FIND: &str = "SELECT d.version, d.collection, d.chunk_count, d.text_len, d.terms
         FROM documents d JOIN collections k ON k.id = d.collection
         WHERE d.id = $1 AND d.deleted = 0 AND k.tenant = $2 AND k.deleted_sequence IS NULL";
    let readable = Readable::by(&reader);
    let find = Statement::generated([FIND, &readable.and(3)].concat())
        .bind(document)
        .bind(&tenant)
        .bind_all(readable.values());
    let rows = tx.fetch(find).await?;
    let mut row = rows.into_iter().next().ok_or_else(|| not_found(document))?;
    let version = row.version()?;
    if expected.is_some_and(|expected| expected != version) {
        return Err(Error::new(ErrorKind::Conflict, "the document is at another version")
            .with_context("document", document)
            .with_context("version", version));
    }
    let collection = row.collection_id()?;
    let (chunks, text_bytes, terms) = (row.integer()?, row.integer()?, row.integer()?);

    let sequence = tx.next_sequence();
    let now = tx.now();
    for delete in [
        "DELETE FROM chunks WHERE document = $1",
        "DELETE FROM document_texts WHERE document = $1",
        "DELETE FROM embeddings WHERE document = $1",
    ] {
        tx.execute(Statement::new(delete).bind(document)).await?;
    }
    let bury = Statement::new(
        "UPDATE documents SET deleted = 1, sequence = $2, updated_at = $3, source = '', title = '', recipe = '',
             tags = '[]', metadata = '{}', allowed = '', denied = '', language = '', text_len = 0,
             chunk_count = 0, terms = 0
         WHERE id = $1",
    )
    .bind(document)
    .bind(sequence)
    .bind(now);
    tx.execute(bury).await?;
    let uncount = Statement::new(
        "UPDATE collections SET documents = documents - 1, chunks = chunks - $2,
             text_bytes = text_bytes - $3, terms = terms - $4, head = $5
         WHERE id = $1",
    )
    .bind(collection)
    .bind(chunks)
    .bind(text_bytes)
    .bind(terms)
    .bind(sequence);
    tx.execute(uncount).await?;
    tx.commit().await?;
    Ok(sequence)
}
