//! How versions that end become earlier ones: rows are copied within the database.

use ragstone_core::{DocumentId, Result};

use crate::sql::{Connection, Rows, Statement, Value};
use crate::transaction::WriteTransaction;

/// Keeps the current versions of documents that are about to be replaced, and forgets the earlier ones that are then too
/// many.
pub(super) async fn keep(
    tx: &mut WriteTransaction,
    documents: &[DocumentId],
    kept_versions: u32,
) -> Result<()> {
    for batch in Rows::of(documents) {
        copy(tx, batch, kept_versions, false).await?;
    }
    Ok(())
}

/// Keeps the version of a document that is about to be deleted.
pub(super) async fn keep_deleted(
    tx: &mut WriteTransaction,
    document: DocumentId,
    kept_versions: u32,
) -> Result<()> {
    copy(tx, &[document], kept_versions, true).await
}

/// Notes that documents are no longer deleted.
pub(super) async fn raise(tx: &mut WriteTransaction, documents: &[DocumentId]) -> Result<()> {
    for batch in Rows::of(documents) {
        let raise = "UPDATE kept_versions SET of_deleted = 0 WHERE of_deleted = 1 AND id IN ";
        let ids = batch.iter().copied().map(Value::from);
        tx.execute(Statement::with_list(raise, 1, batch.len(), "").bind_all(ids)).await?;
    }
    Ok(())
}

async fn copy(
    tx: &mut WriteTransaction,
    documents: &[DocumentId],
    kept_versions: u32,
    is_of_deleted: bool,
) -> Result<()> {
    if kept_versions == 0 {
        let forget = "DELETE FROM kept_versions WHERE id IN ";
        let ids = documents.iter().copied().map(Value::from);
        tx.execute(Statement::with_list(forget, 1, documents.len(), "").bind_all(ids)).await?;
        return Ok(());
    }
    let now = tx.now();
    let records = Statement::with_list(
        "INSERT INTO kept_versions
             (id, version, collection, source, title, format, content_digest, recipe, is_verbatim, text_len,
              chunk_count, terms, tags, metadata, allowed, denied, language, created_at, updated_at, sequence,
              ended_at, of_deleted)
         SELECT id, version, collection, source, title, format, content_digest, recipe, is_verbatim, text_len,
             chunk_count, terms, tags, metadata, allowed, denied, language, created_at, updated_at, sequence,
             $1, $2
         FROM documents WHERE id IN ",
        3,
        documents.len(),
        "",
    );
    let ids = || documents.iter().copied().map(Value::from);
    tx.execute(records.bind(now).bind(is_of_deleted).bind_all(ids())).await?;
    for copy in [
        "INSERT INTO kept_texts (document, version, block, bytes)
         SELECT t.document, d.version, t.block, t.bytes
         FROM document_texts t JOIN documents d ON d.id = t.document WHERE t.document IN ",
        "INSERT INTO kept_chunks
             (document, version, ordinal, start_byte, end_byte, first_line, last_line, headings, terms,
              first_page, last_page)
         SELECT c.document, d.version, c.ordinal, c.start_byte, c.end_byte, c.first_line, c.last_line, c.headings,
             c.terms, c.first_page, c.last_page
         FROM chunks c JOIN documents d ON d.id = c.document WHERE c.document IN ",
    ] {
        tx.execute(Statement::with_list(copy, 1, documents.len(), "").bind_all(ids())).await?;
    }
    let forget = Statement::with_list(
        "DELETE FROM kept_versions
         WHERE version + $1 <= (SELECT d.version FROM documents d WHERE d.id = kept_versions.id) AND id IN ",
        2,
        documents.len(),
        "",
    );
    tx.execute(forget.bind(kept_versions).bind_all(ids())).await?;
    Ok(())
}
