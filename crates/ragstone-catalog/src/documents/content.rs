//! Whole documents: record, text and chunks of one version.

use std::collections::HashMap;

use ragstone_core::document::{Chunk, ContentBatch, Document, DocumentContent};
use ragstone_core::{DocumentId, Reader, Result, TenantId};

use super::record::{self, chunk_columns, read_chunk, read_document};
use super::text::whole_text;
use crate::sql::{Row, Statement, Transaction, Value, corrupt, filled};

/// Reads one document within a snapshot, so that a write between the statements is not seen.
pub(super) async fn document_content(
    tx: Box<dyn Transaction>,
    tenant: TenantId,
    reader: Reader,
    id: DocumentId,
) -> Result<DocumentContent> {
    let batch = document_contents(tx, tenant, reader, vec![id], u64::MAX).await?;
    batch.contents.into_iter().next().ok_or_else(|| record::not_found(id))
}

/// Reads the first ones of many documents within a snapshot.
pub(super) async fn document_contents(
    mut tx: Box<dyn Transaction>,
    tenant: TenantId,
    reader: Reader,
    ids: Vec<DocumentId>,
    most_bytes: u64,
) -> Result<ContentBatch> {
    let rows = tx.fetch(record::documents(&ids, &tenant, &reader)).await?;
    let found = rows.into_iter().map(|mut row| read_document(&mut row)).collect::<Result<Vec<_>>>()?;
    let (documents, answered) = first_of(&ids, found, most_bytes);
    let mut texts = texts(&mut *tx, &documents).await?;
    let mut chunks = chunks(&mut *tx, &documents).await?;
    tx.rollback().await?;
    let content = |document: Document| {
        let len = usize::try_from(document.text_len).map_err(|_| corrupt("a text is longer than memory"))?;
        let text = whole_text(texts.remove(&document.id).unwrap_or_default(), len)?;
        let chunks = chunks.remove(&document.id).unwrap_or_default();
        Ok(DocumentContent { document, text, chunks })
    };
    Ok(ContentBatch { contents: documents.into_iter().map(content).collect::<Result<_>>()?, answered })
}

/// The first documents in the order asked whose texts are not too long together, and how many of the ids that answers.
fn first_of(ids: &[DocumentId], found: Vec<Document>, most_bytes: u64) -> (Vec<Document>, usize) {
    let mut found: HashMap<DocumentId, Document> =
        found.into_iter().map(|document| (document.id, document)).collect();
    let (mut documents, mut bytes): (Vec<Document>, u64) = (Vec::new(), 0);
    for (answered, id) in ids.iter().enumerate() {
        let Some(document) = found.remove(id) else { continue };
        bytes = bytes.saturating_add(document.text_len);
        if bytes > most_bytes && !documents.is_empty() {
            return (documents, answered);
        }
        documents.push(document);
    }
    (documents, ids.len())
}

async fn texts(tx: &mut dyn Transaction, documents: &[Document]) -> Result<HashMap<DocumentId, Vec<u8>>> {
    let mut texts: HashMap<DocumentId, Vec<u8>> = HashMap::with_capacity(documents.len());
    let select = "SELECT document, bytes FROM document_texts WHERE document IN ";
    for mut row in fetch(tx, select, documents, " ORDER BY document, block").await? {
        texts.entry(row.document_id()?).or_default().append(&mut row.bytes()?);
    }
    Ok(texts)
}

async fn chunks(tx: &mut dyn Transaction, documents: &[Document]) -> Result<HashMap<DocumentId, Vec<Chunk>>> {
    const SELECT: &str =
        concat!("SELECT c.document, ", chunk_columns!(), " FROM chunks c WHERE c.document IN ");
    let mut chunks: HashMap<DocumentId, Vec<Chunk>> = HashMap::with_capacity(documents.len());
    for mut row in fetch(tx, SELECT, documents, " ORDER BY c.document, c.ordinal").await? {
        chunks.entry(row.document_id()?).or_default().push(read_chunk(&mut row)?);
    }
    Ok(chunks)
}

async fn fetch(
    tx: &mut dyn Transaction,
    select: &'static str,
    documents: &[Document],
    order: &'static str,
) -> Result<Vec<Row>> {
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let ids = filled(documents.iter().map(|document| Value::from(document.id)).collect());
    tx.fetch(Statement::with_list(select, 1, ids.len(), order).bind_all(ids)).await
}
