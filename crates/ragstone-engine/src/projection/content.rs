//! From a stored document to what the index holds of it.

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
use crate::passage_terms::{count_terms, sparse, weighting};
use crate::semantics::embedded_text;

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

    /// What the index must hold of a document now; a document that has gone meanwhile is removed.
    pub(super) async fn operation(&self, document: DocumentId) -> Result<IndexOperation> {
        let content = match self.pass.stores.catalog.document_content(&self.ctx, document).await {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(IndexOperation::Remove { document });
            }
            outcome => outcome?,
        };
        let vectors = self.vectors(&content).await?;
        let weigher = Arc::clone(&self.weigher);
        let outcome = tokio::task::spawn_blocking(move || weigher.replace(&content, vectors)).await;
        let outcome = outcome.unwrap_or_else(|source| {
            Err(Error::new(ErrorKind::Unexpected, "cannot analyse a document").with_source(source))
        });
        // One document that cannot be weighed must not keep the others of its collection out.
        Ok(outcome.unwrap_or_else(|error| {
            tracing::error!(document.id = %document, %error, "leaving a document out of the index");
            IndexOperation::Remove { document }
        }))
    }
}

impl ContentReader<'_> {
    /// The vector of each chunk, as far as it is known.
    async fn vectors(&self, content: &DocumentContent) -> Result<Vec<Option<DenseVector>>> {
        let DocumentContent { document, text, chunks } = content;
        let Some(model) = &self.model else { return Ok(vec![None; chunks.len()]) };
        let seen = chunks.iter().map(|chunk| {
            let passage = chunk.span.slice(text).unwrap_or_default();
            Digest::of(embedded_text(&document.title, &chunk.headings, passage).as_bytes())
        });
        let seen: Vec<Digest> = seen.collect();
        let scope = EmbeddedScope::Collection(self.collection);
        self.pass.stores.catalog.embeddings(&self.ctx, scope, model, &seen).await
    }
}

impl Weigher {
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
