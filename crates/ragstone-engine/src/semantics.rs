//! The model behind the semantic leg: what it sees of a passage, and vectors of queries.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use moka::future::Cache;
use ragstone_core::embedding::{Embedding, InputKind, Precision};
use ragstone_core::generation::{ChosenModel, ModelReference};
use ragstone_core::index::{DenseVector, IndexSchema};
use ragstone_core::port::DynEmbedder;
use ragstone_core::{CallContext, Digest, Error, ErrorKind, Result};

use crate::embedded_text::ContextRecipe;
use crate::word_tokens::WordTokens;

/// Queries whose vectors are kept; with 384 dimensions about 1.5 KiB each.
const KEPT_QUERIES: u64 = 1024;

/// A model, as everything in the engine uses it.
pub(crate) struct Semantics {
    embedder: Arc<dyn DynEmbedder>,
    context: ContextRecipe,
    model: Digest,
    schema: IndexSchema,
    queries: Cache<String, DenseVector>,
    words: WordTokens,
}

impl Semantics {
    /// A model that is given texts by a recipe.
    pub(crate) fn new(embedder: Arc<dyn DynEmbedder>, context: ContextRecipe) -> Self {
        let model = embedder.model();
        Self {
            context,
            model: context.key(&model.fingerprint),
            schema: IndexSchema { dense: Some(model.dimensions) },
            queries: Cache::new(KEPT_QUERIES),
            words: WordTokens::new(Arc::clone(&embedder)),
            embedder,
        }
    }

    /// The same model, given texts by the recipe whose vectors are kept under `key`; `None` where there is none.
    pub(crate) fn keyed(&self, key: &Digest) -> Option<Self> {
        let fingerprint = self.embedder.model().fingerprint;
        let context = ContextRecipe::ALL.into_iter().find(|recipe| recipe.key(&fingerprint) == *key)?;
        Some(Self::new(Arc::clone(&self.embedder), context))
    }

    /// How what the model sees of a passage is made.
    pub(crate) const fn context(&self) -> ContextRecipe {
        self.context
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

    /// Name of the model for people.
    pub(crate) fn name(&self) -> String {
        self.embedder.model().fingerprint.name().to_owned()
    }

    /// Whether tokens are counted by the model's own tokenizer.
    pub(crate) fn is_counting_exact(&self) -> bool {
        self.embedder.model().is_counting_exact
    }

    /// Tokens of a passage that the model reads, without those that it puts around each one.
    pub(crate) async fn room(&self, ctx: &CallContext) -> Result<usize> {
        let around = self.words.around(ctx).await?;
        Ok(self.embedder.model().max_tokens.saturating_sub(around) as usize)
    }

    /// Tokens of each piece of a text, on a thread that may be blocked.
    pub(crate) fn count_words<'t>(&self, text: &'t str) -> Result<HashMap<&'t str, u32>> {
        self.words.count(text)
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
