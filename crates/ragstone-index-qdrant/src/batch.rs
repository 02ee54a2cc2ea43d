//! Operations as changes of documents, cut into batches.

use std::collections::{BTreeSet, HashMap};

use ragstone_core::index::{IndexAttributes, IndexOperation, IndexedChunk};
use ragstone_core::{DocumentId, DocumentVersion, Error, Result};

/// Most documents that are looked up at a time.
const MAX_DOCUMENTS: usize = 256;

/// What is to become of one document.
#[derive(Debug)]
pub(crate) struct Change {
    /// The document.
    pub(crate) document: DocumentId,
    /// What takes the place of its chunks; nothing where `None`.
    pub(crate) replacement: Option<Replacement>,
}

/// The chunks of a document.
#[derive(Debug)]
pub(crate) struct Replacement {
    /// Version of the document.
    pub(crate) version: DocumentVersion,
    /// What filters can ask for.
    pub(crate) attributes: IndexAttributes,
    /// All chunks.
    pub(crate) chunks: Vec<IndexedChunk>,
}

impl Change {
    fn of(operation: IndexOperation) -> Self {
        match operation {
            IndexOperation::Replace { document, version, attributes, chunks } => {
                Self { document, replacement: Some(Replacement { version, attributes, chunks }) }
            }
            IndexOperation::Remove { document } => Self { document, replacement: None },
        }
    }

    /// Number of chunks to write.
    fn len(&self) -> usize {
        self.replacement.as_ref().map_or(0, |replacement| replacement.chunks.len())
    }

    fn check(&self) -> Result<()> {
        let chunks = self.replacement.iter().flat_map(|replacement| &replacement.chunks);
        let distinct: BTreeSet<_> = chunks.map(|chunk| chunk.id).collect();
        if distinct.len() == self.len() {
            Ok(())
        } else {
            Err(Error::invalid("chunks", "must not repeat an id").with_context("document", self.document))
        }
    }
}

/// The last operation on each document, in order, checked: earlier ones leave no trace.
pub(crate) fn changes(operations: Vec<IndexOperation>) -> Result<Vec<Change>> {
    let changes: Vec<Change> = operations.into_iter().map(Change::of).collect();
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

/// Cuts changes into batches of at most so many chunks; only a document that is larger makes one too large.
pub(crate) fn batches(changes: Vec<Change>, max_chunks: usize) -> Vec<Vec<Change>> {
    let mut batches: Vec<Vec<Change>> = Vec::new();
    let mut chunks = 0;
    for change in changes {
        chunks += change.len();
        match batches.last_mut() {
            Some(batch) if chunks <= max_chunks && batch.len() < MAX_DOCUMENTS => batch.push(change),
            _ => {
                chunks = change.len();
                batches.push(vec![change]);
            }
        }
    }
    batches
}

/// Cuts things in order so that a piece has at most so many of them and so many bytes; one that is larger goes alone.
pub(crate) fn pieces<T>(
    things: Vec<T>,
    max_count: usize,
    max_bytes: usize,
    size: impl Fn(&T) -> usize,
) -> Vec<Vec<T>> {
    let mut pieces: Vec<Vec<T>> = Vec::new();
    let mut bytes = 0;
    for thing in things {
        let added = size(&thing);
        bytes += added;
        match pieces.last_mut() {
            Some(piece) if bytes <= max_bytes && piece.len() < max_count => piece.push(thing),
            _ => {
                bytes = added;
                pieces.push(vec![thing]);
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_keep_order_and_limits() {
        let cut = |things: &[usize], count, bytes| pieces(things.to_vec(), count, bytes, |size| *size);
        assert_eq!(cut(&[1, 2, 3, 4], 2, 100), [vec![1, 2], vec![3, 4]]);
        assert_eq!(cut(&[5, 5, 5], 9, 10), [vec![5, 5], vec![5]]);
        assert_eq!(cut(&[1, 50, 1], 9, 10), [vec![1], vec![50], vec![1]]);
        assert!(cut(&[], 1, 1).is_empty());
    }

    #[test]
    fn the_last_operation_on_a_document_is_kept_and_batches_are_bounded() {
        let document = |number| DocumentId::from_uuid(uuid::Uuid::from_u128(number));
        let operations =
            (0..600).map(|number| IndexOperation::Remove { document: document(number % 300) }).collect();
        let changes = changes(operations).expect("is valid");
        assert_eq!(changes.len(), 300);
        let sizes: Vec<usize> = batches(changes, 512).iter().map(Vec::len).collect();
        assert_eq!(sizes, [MAX_DOCUMENTS, 300 - MAX_DOCUMENTS]);
    }
}
