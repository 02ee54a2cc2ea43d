//! From a stored document to what the index holds of it.

use std::collections::HashMap;
use std::sync::Arc;

use ragstone_core::change::ProjectionMark;
use ragstone_core::collection::Collection;
use ragstone_core::document::DocumentContent;
use ragstone_core::embedded::EmbeddedScope;
use ragstone_core::index::{DenseVector, IndexAttributes, IndexOperation, IndexedChunk};
use ragstone_core::{CallContext, CollectionId, Digest, DocumentId, Error, ErrorKind, Principal, Result};
use ragstone_text::{Analyzer, Bm25};

use super::pass::Pass;
use crate::analyzers::analyzer_of;
use crate::contents::next_part;
use crate::embedded_text::vectors_of;
use crate::passage_terms::{count_terms, sparse, weighting};

/// Reads and weighs the documents of one collection.
pub(super) struct ContentReader<'a> {
    pass: &'a Pass,
    ctx: CallContext,
    collection: CollectionId,
    /// Model whose vectors the index holds.
    model: Option<Digest>,
    weigher: Arc<Weigher>,
}

struct Weigher {
    analyzer: &'static Analyzer,
    bm25: Bm25,
    average_length: f32,
}

impl<'a> ContentReader<'a> {
    pub(super) fn try_new(pass: &'a Pass, collection: &Collection, mark: &ProjectionMark) -> Result<Self> {
        let weigher = Weigher {
            analyzer: analyzer_of(collection),
            bm25: weighting(&collection.keyword)?,
            average_length: mark.average_length.max(1.0),
        };
        Ok(Self {
            pass,
            ctx: tenant_context(collection),
            collection: collection.id,
            model: mark.model,
            weigher: Arc::new(weigher),
        })
    }

    /// What the index must hold of the first ones of some documents now, and the others; documents that have gone
    /// meanwhile are removed.
    pub(super) async fn operations<'d>(
        &self,
        documents: &'d [DocumentId],
    ) -> Result<(Vec<IndexOperation>, &'d [DocumentId])> {
        let part = next_part(&*self.pass.stores.catalog, &self.ctx, documents).await?;
        let (asked, mut contents) = (part.asked.to_vec(), HashMap::with_capacity(part.contents.len()));
        for content in part.contents {
            let vectors = self.vectors(&content).await?;
            contents.insert(content.document.id, (content, vectors));
        }
        let weigher = Arc::clone(&self.weigher);
        let weighing = move || {
            let operation = |id| match contents.remove(&id) {
                Some((content, vectors)) => weigher.operation(&content, vectors),
                None => IndexOperation::Remove { document: id },
            };
            asked.into_iter().map(operation).collect()
        };
        let operations = self.pass.bulk.spawn_blocking(weighing).await.map_err(|source| {
            Error::new(ErrorKind::Unexpected, "cannot analyse documents").with_source(source)
        })?;
        Ok((operations, part.rest))
    }
}

impl ContentReader<'_> {
    /// The vector of each chunk, as far as it is known.
    async fn vectors(&self, content: &DocumentContent) -> Result<Vec<Option<DenseVector>>> {
        let Some(model) = &self.model else { return Ok(vec![None; content.chunks.len()]) };
        let scope = EmbeddedScope::Collection(self.collection);
        vectors_of(&*self.pass.stores.catalog, &self.ctx, (scope, model), content).await
    }
}

impl Weigher {
    /// One document that cannot be weighed must not keep the others of its collection out.
    fn operation(&self, content: &DocumentContent, vectors: Vec<Option<DenseVector>>) -> IndexOperation {
        let document = content.document.id;
        self.replace(content, vectors).unwrap_or_else(|error| {
            tracing::error!(document.id = %document, %error, "leaving a document out of the index");
            IndexOperation::Remove { document }
        })
    }

    fn replace(
        &self,
        content: &DocumentContent,
        vectors: Vec<Option<DenseVector>>,
    ) -> Result<IndexOperation> {
        let DocumentContent { document, text, chunks } = content;
        let chunks = chunks
            .iter()
            .zip(vectors)
            .map(|(chunk, dense)| {
                let passage = chunk.span.slice(text).ok_or_else(|| {
                    Error::new(ErrorKind::Corrupt, "a chunk lies outside its document")
                        .with_context("chunk", chunk.id)
                })?;
                let counts = count_terms(self.analyzer, &document.title, &chunk.headings, passage);
                let keyword = sparse(self.bm25.document_vector(&counts, self.average_length))?;
                Ok(IndexedChunk { id: chunk.id, keyword, dense })
            })
            .collect::<Result<_>>()?;
        let attributes = IndexAttributes::of(document);
        Ok(IndexOperation::Replace { document: document.id, version: document.version, attributes, chunks })
    }
}

/// A context of background work on the data of one tenant, which reads all of it.
pub(crate) fn tenant_context(collection: &Collection) -> CallContext {
    CallContext::new(Principal::system_of(collection.tenant.clone()))
}
