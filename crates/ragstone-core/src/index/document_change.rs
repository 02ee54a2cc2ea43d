//! Operations as changes of whole documents.

use std::collections::{BTreeSet, HashMap};

use super::{IndexAttributes, IndexOperation, IndexedChunk};
use crate::error::{Error, Result};
use crate::id::{DocumentId, DocumentVersion};

/// What is to become of one document.
#[derive(Debug)]
pub struct DocumentChange {
    /// The document.
    pub document: DocumentId,
    /// What takes the place of its chunks; nothing where `None`.
    pub replacement: Option<Replacement>,
}

/// The chunks of a document.
#[derive(Debug)]
pub struct Replacement {
    /// Version of the document.
    pub version: DocumentVersion,
    /// What filters can ask for.
    pub attributes: IndexAttributes,
    /// All chunks.
    pub chunks: Vec<IndexedChunk>,
}

impl DocumentChange {
    /// The last operation on each document, in order: earlier ones leave no trace.
    ///
    /// A chunk id that a document repeats is `InvalidArgument`.
    pub fn last_of(operations: Vec<IndexOperation>) -> Result<Vec<Self>> {
        let changes: Vec<Self> = operations.into_iter().map(Self::of).collect();
        let last: HashMap<DocumentId, usize> =
            changes.iter().enumerate().map(|(position, change)| (change.document, position)).collect();
        let mut kept = Vec::with_capacity(last.len());
        for (position, change) in changes.into_iter().enumerate() {
            if last.get(&change.document) == Some(&position) {
                change.check()?;
                kept.push(change);
            }
        }
        Ok(kept)
    }

    /// Cuts changes into batches of at most so many chunks and documents; a document with more chunks goes alone.
    pub fn batches(changes: Vec<Self>, max_chunks: usize, max_documents: usize) -> Vec<Vec<Self>> {
        let mut batches: Vec<Vec<Self>> = Vec::new();
        let mut chunks = 0;
        for change in changes {
            let added = change.chunk_count();
            chunks += added;
            match batches.last_mut() {
                Some(batch) if chunks <= max_chunks && batch.len() < max_documents => batch.push(change),
                _ => {
                    chunks = added;
                    batches.push(vec![change]);
                }
            }
        }
        batches
    }

    fn of(operation: IndexOperation) -> Self {
        match operation {
            IndexOperation::Replace { document, version, attributes, chunks } => {
                Self { document, replacement: Some(Replacement { version, attributes, chunks }) }
            }
            IndexOperation::Remove { document } | IndexOperation::Erase { document } => {
                Self { document, replacement: None }
            }
        }
    }

    /// Number of chunks to write.
    fn chunk_count(&self) -> usize {
        self.replacement.as_ref().map_or(0, |replacement| replacement.chunks.len())
    }

    fn check(&self) -> Result<()> {
        let chunks = self.replacement.iter().flat_map(|replacement| &replacement.chunks);
        let distinct: BTreeSet<_> = chunks.map(|chunk| chunk.id).collect();
        if distinct.len() == self.chunk_count() {
            Ok(())
        } else {
            Err(Error::invalid("chunks", "must not repeat an id").with_context("document", self.document))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_operation_on_a_document_is_kept_and_batches_are_bounded() {
        let document = |number| DocumentId::from_uuid(uuid::Uuid::from_u128(number));
        let operations =
            (0..600).map(|number| IndexOperation::Remove { document: document(number % 300) }).collect();
        let changes = DocumentChange::last_of(operations).unwrap();
        assert_eq!(changes.len(), 300);
        let sizes: Vec<usize> = DocumentChange::batches(changes, 512, 256).iter().map(Vec::len).collect();
        assert_eq!(sizes, [256, 44]);
    }
}
