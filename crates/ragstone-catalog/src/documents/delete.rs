//! Deletion of one document.

use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::{
    CollectionId, DocumentId, DocumentVersion, Error, ErrorKind, Reader, Result, Sequence, TenantId,
};

use super::access::Readable;
use super::keeping;
use super::record::not_found;
use crate::sql::{Connection, Statement};
use crate::transaction::WriteTransaction;

/// Keeps the version, removes text, chunks and attributes, and leaves a tombstone with id, version and sequence.
pub(super) async fn delete_document(
    mut tx: WriteTransaction,
    tenant: TenantId,
    reader: Reader,
    (document, expected): (DocumentId, Option<DocumentVersion>),
    kept_versions: u32,
) -> Result<Sequence> {
    let live = live(&mut tx, &tenant, &reader, document).await?.ok_or_else(|| not_found(document))?;
    live.check(document, expected)?;
    keeping::keep_deleted(&mut tx, document, kept_versions).await?;
    let sequence = bury(&mut tx, document, &live).await?;
    reach(FailPoint::CatalogDeleteCommit)?;
    let sequence = tx.commit_with(sequence).await?;
    reach(FailPoint::CatalogDeleteCommitted)?;
    Ok(sequence)
}

/// What the books of the collection hold of a live document.
pub(super) struct Live {
    version: DocumentVersion,
    collection: CollectionId,
    chunks: i64,
    text_bytes: i64,
    terms: i64,
}

impl Live {
    /// `Conflict` where another version was expected.
    pub(super) fn check(&self, document: DocumentId, expected: Option<DocumentVersion>) -> Result<()> {
        if expected.is_none_or(|expected| expected == self.version) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Conflict, "the document is at another version")
            .with_context("document", document)
            .with_context("version", self.version))
    }
}

/// Finds a live document that a reader may read.
pub(super) async fn live(
    tx: &mut WriteTransaction,
    tenant: &TenantId,
    reader: &Reader,
    document: DocumentId,
) -> Result<Option<Live>> {
    const FIND: &str = "SELECT d.version, d.collection, d.chunk_count, d.text_len, d.terms
         FROM documents d JOIN collections k ON k.id = d.collection
         WHERE d.id = $1 AND d.deleted = 0 AND k.tenant = $2 AND k.deleted_sequence IS NULL";
    let readable = Readable::by(reader);
    let find = Statement::generated([FIND, &readable.and(3)].concat())
        .bind(document)
        .bind(tenant)
        .bind_all(readable.values());
    let Some(mut row) = tx.fetch(find).await?.into_iter().next() else { return Ok(None) };
    Ok(Some(Live {
        version: row.version()?,
        collection: row.collection_id()?,
        chunks: row.integer()?,
        text_bytes: row.integer()?,
        terms: row.integer()?,
    }))
}

/// Makes a tombstone of a live document.
pub(super) async fn bury(tx: &mut WriteTransaction, document: DocumentId, live: &Live) -> Result<Sequence> {
    let sequence = tx.next_sequence();
    let now = tx.now();
    hand_over_embeddings(tx, live.collection, document).await?;
    for delete in [
        "DELETE FROM chunks WHERE document = $1",
        "DELETE FROM document_texts WHERE document = $1",
        "DELETE FROM embeddings WHERE document = $1",
    ] {
        tx.execute(Statement::new(delete).bind(document)).await?;
    }
    reach(FailPoint::CatalogDeleteRemoved)?;
    let bury = Statement::new(
        "UPDATE documents SET deleted = 1, sequence = $2, updated_at = $3, source = '', title = '', recipe = '',
             tags = '[]', metadata = '{}', allowed = '', denied = '', language = '', text_len = 0,
             chunk_count = 0, terms = 0, signature = NULL, stamp = ''
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
    .bind(live.collection)
    .bind(live.chunks)
    .bind(live.text_bytes)
    .bind(live.terms)
    .bind(sequence);
    tx.execute(uncount).await?;
    Ok(sequence)
}

/// Gives the vectors of a document that is going to one of the same content, as a file that was renamed is, so that
/// nothing is embedded again.
async fn hand_over_embeddings(
    tx: &mut WriteTransaction,
    collection: CollectionId,
    document: DocumentId,
) -> Result<()> {
    let find = Statement::new(
        "SELECT o.id FROM documents d JOIN documents o
             ON o.collection = d.collection AND o.content_digest = d.content_digest AND o.deleted = 0
         WHERE d.id = $1 AND o.collection = $2 AND o.id <> d.id ORDER BY o.id LIMIT 1",
    );
    let Some(mut row) = tx.fetch(find.bind(document).bind(collection)).await?.into_iter().next() else {
        return Ok(());
    };
    let heir = row.document_id()?;
    let copy = Statement::new(
        "INSERT INTO embeddings (document, model, text_digest, collection, vector)
         SELECT $2, model, text_digest, collection, vector FROM embeddings WHERE document = $1
         ON CONFLICT (document, model, text_digest) DO NOTHING",
    );
    tx.execute(copy.bind(document).bind(heir)).await?;
    Ok(())
}
