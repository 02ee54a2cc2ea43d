//! Passages: many chunks with their texts and documents in one statement.

use std::collections::HashMap;
use std::sync::Arc;

use ragstone_core::document::{Chunk, Document, Passage};
use ragstone_core::{ChunkId, DocumentId, Reader, Result, TenantId};

use super::access::Readable;
use super::record::{chunk_columns, document_columns, read_chunk, read_document};
use super::text::{BLOCK, piece, whole_text};
use crate::sql::{Row, Statement, Value};

/// Most chunks of one statement.
pub(super) const BATCH: usize = 256;

/// The statement that finds chunks that a reader may read, a row for each block that a chunk touches.
///
/// The list is filled up to a power of two with its last id, which finds nothing twice but lets a prepared
/// statement serve many lengths.
pub(super) fn passages<'q>(chunks: &[ChunkId], tenant: &'q TenantId, reader: &Reader) -> Statement<'q> {
    const SELECT: &str = concat!(
        "SELECT c.document, ",
        chunk_columns!(),
        ", ",
        piece!("c.start_byte", "c.end_byte", "$2"),
        ", ",
        document_columns!(),
        " FROM chunks c
         JOIN documents d ON d.id = c.document
         JOIN collections k ON k.id = d.collection
         LEFT JOIN document_texts t ON t.document = c.document
             AND t.block BETWEEN c.start_byte / $2 AND (c.end_byte - 1) / $2
         WHERE k.tenant = $1 AND k.deleted_sequence IS NULL AND d.deleted = 0 AND c.id IN "
    );
    let size = chunks.len().next_power_of_two();
    let ids = chunks
        .iter()
        .chain(std::iter::repeat_n(chunks.last(), size - chunks.len()).flatten())
        .copied()
        .map(Value::from);
    let readable = Readable::by(reader);
    let after = [&readable.and(3 + size), " ORDER BY c.id, t.block"].concat();
    Statement::generated_list(SELECT, 3, size, &after)
        .bind(tenant)
        .bind(Value::length(BLOCK))
        .bind_all(ids)
        .bind_all(readable.values())
}

/// Ids without repetition, in the order of the index that finds them.
pub(super) fn distinct(chunks: &[ChunkId]) -> Vec<ChunkId> {
    let mut distinct = chunks.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}

/// Chunks that were found.
#[derive(Debug, Default)]
pub(super) struct Found {
    chunks: HashMap<ChunkId, FoundChunk>,
    documents: HashMap<DocumentId, Arc<Document>>,
}

#[derive(Debug)]
struct FoundChunk {
    document: Arc<Document>,
    chunk: Chunk,
    bytes: Vec<u8>,
}

impl Found {
    /// Adds the rows of one statement; each chunk must be asked for in one statement only.
    pub(super) fn add(&mut self, rows: Vec<Row>) -> Result<()> {
        // The next statement may see a later version of a document.
        self.documents.clear();
        for mut row in rows {
            let document = row.document_id()?;
            let chunk = read_chunk(&mut row)?;
            let piece = row.optional_bytes()?.unwrap_or_default();
            if let Some(found) = self.chunks.get_mut(&chunk.id) {
                found.bytes.extend(piece);
                continue;
            }
            let document = self.document(document, &mut row)?;
            let found = FoundChunk { document, bytes: piece, chunk: chunk.clone() };
            self.chunks.insert(chunk.id, found);
        }
        Ok(())
    }

    /// Reads a document once, however many of its chunks were found.
    fn document(&mut self, id: DocumentId, row: &mut Row) -> Result<Arc<Document>> {
        if let Some(document) = self.documents.get(&id) {
            return Ok(Arc::clone(document));
        }
        let document = Arc::new(read_document(row)?);
        self.documents.insert(id, Arc::clone(&document));
        Ok(document)
    }

    /// The passages in the order they were asked for; one that was asked for twice comes twice.
    pub(super) fn in_order_of(&self, asked: &[ChunkId]) -> Result<Vec<Passage>> {
        asked
            .iter()
            .filter_map(|id| self.chunks.get(id))
            .map(|found| {
                Ok(Passage {
                    document: Arc::clone(&found.document),
                    chunk: found.chunk.clone(),
                    text: whole_text(found.bytes.clone(), found.chunk.span.len())?,
                })
            })
            .collect()
    }
}
