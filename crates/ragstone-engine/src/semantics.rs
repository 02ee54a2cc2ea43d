//! The model behind the semantic leg: what it sees of a passage, and vectors of queries.

use std::fmt;
use std::sync::Arc;

use moka::future::Cache;
use ragstone_core::embedding::{Embedding, InputKind, Precision};
use ragstone_core::generation::{ChosenModel, ModelReference};
use ragstone_core::index::{DenseVector, IndexSchema};
use ragstone_core::port::DynEmbedder;
use ragstone_core::{CallContext, Digest, Error, ErrorKind, Result};

/// Queries whose vectors are kept; with 384 dimensions about 1.5 KiB each.
const KEPT_QUERIES: u64 = 1024;

/// A model, as everything in the engine uses it.
pub(crate) struct Semantics {
    embedder: Arc<dyn DynEmbedder>,
    model: Digest,
    schema: IndexSchema,
    queries: Cache<String, DenseVector>,
}

impl Semantics {
    pub(crate) fn new(embedder: Arc<dyn DynEmbedder>) -> Self {
        let model = embedder.model();
        Self {
            model: model.fingerprint.digest(),
            schema: IndexSchema { dense: Some(model.dimensions) },
            queries: Cache::new(KEPT_QUERIES),
            embedder,
        }
    }

    /// Key under which the vectors of the model are kept.
    pub(crate) const fn model(&self) -> &Digest {
        &self.model
    }

    /// The model as one that a collection can name.
    pub(crate) fn chosen(&self, reference: ModelReference) -> ChosenModel {
        let dimensions = self.embedder.model().dimensions;
        ChosenModel { reference, digest: self.model, dimensions }
    }

    /// What numbers the model computes with.
    pub(crate) fn precision(&self) -> Precision {
        self.embedder.model().fingerprint.precision()
    }

    /// What an index with vectors of the model has.
    pub(crate) const fn schema(&self) -> IndexSchema {
        self.schema
    }

    /// The vector of a query; one that was asked for lately is not computed again.
    pub(crate) async fn query(&self, ctx: &CallContext, text: &str) -> Result<DenseVector> {
        if let Some(vector) = self.queries.get(text).await {
            return Ok(vector);
        }
        let embedded = self.embedder.embed(ctx, InputKind::Query, &[text]).await?;
        let vector = vectors(embedded, 1)?.pop().ok_or_else(miscounted)?;
        self.queries.insert(text.to_owned(), vector.clone()).await;
        Ok(vector)
    }

    /// The vectors of passages, in order.
    pub(crate) async fn passages(&self, ctx: &CallContext, texts: &[&str]) -> Result<Vec<DenseVector>> {
        vectors(self.embedder.embed(ctx, InputKind::Passage, texts).await?, texts.len())
    }
}

impl fmt::Debug for Semantics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semantics").field("model", &self.embedder.model()).finish_non_exhaustive()
    }
}

fn vectors(embedded: Vec<Embedding>, wanted: usize) -> Result<Vec<DenseVector>> {
    if embedded.len() != wanted {
        return Err(miscounted());
    }
    embedded.into_iter().map(|embedding| DenseVector::try_new(embedding.vector)).collect()
}

/// Nothing can be asked by meaning.
pub(crate) fn no_model() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "there is no model to search by meaning")
        .with_help("search in the mode `keyword`, or give the server a model")
}

fn miscounted() -> Error {
    Error::new(ErrorKind::Unexpected, "the model answered with another number of vectors")
}

/// What the model sees of a chunk: the title and the headings above it, then its own text.
///
/// The context is embedded and never quoted.
pub(crate) fn embedded_text(title: &str, headings: &[String], text: &str) -> String {
    let mut seen = String::with_capacity(title.len() + text.len() + 64);
    seen.push_str(title);
    for heading in headings.iter().filter(|heading| *heading != title) {
        seen.push_str(" > ");
        seen.push_str(heading);
    }
    seen.push('\n');
    seen.push_str(text);
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_is_seen_below_its_title_and_headings() {
        let headings = ["Book".to_owned(), "Ownership".to_owned(), "Rules".to_owned()];
        assert_eq!(embedded_text("Book", &headings, "Each value…"), "Book > Ownership > Rules\nEach value…");
        assert_eq!(embedded_text("Note", &[], "text"), "Note\ntext");
    }
}
