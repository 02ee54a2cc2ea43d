//! What counts the tokens of a context.

use std::fmt;
use std::sync::Arc;

use ragstone_core::embedding::{InputKind, TokenCount};
use ragstone_core::model_context::CounterKind;
use ragstone_core::port::{DynEmbedder, DynTokenCounter, TokenCounter};
use ragstone_core::{CallContext, Error, ErrorKind, Result};
use ragstone_text::WordCounter;

use crate::engine::Engine;

/// Counters of vocabularies that the engine is given; words and the tokens of its model it counts itself.
#[derive(Clone, Default)]
pub struct TokenCounters {
    /// Counts tokens of `cl100k_base`.
    pub cl100k: Option<Arc<dyn DynTokenCounter>>,
    /// Counts tokens of `o200k_base`.
    pub o200k: Option<Arc<dyn DynTokenCounter>>,
}

impl fmt::Debug for TokenCounters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCounters")
            .field("cl100k", &self.cl100k.is_some())
            .field("o200k", &self.o200k.is_some())
            .finish()
    }
}

impl Engine {
    /// The counter of a kind.
    ///
    /// `Unsupported` where the engine was not given the vocabulary, `FailedPrecondition` where there is no model, or
    /// one whose tokens can only be estimated.
    pub(crate) fn counter(&self, kind: CounterKind) -> Result<Arc<dyn DynTokenCounter>> {
        let counters = &self.config().counters;
        match kind {
            CounterKind::Words => Ok(Arc::new(WordCounter)),
            CounterKind::Cl100k => counters.cl100k.clone().ok_or_else(|| no_vocabulary(kind)),
            CounterKind::O200k => counters.o200k.clone().ok_or_else(|| no_vocabulary(kind)),
            CounterKind::Model => {
                let embedder = self.shared.stores.embedder.clone().ok_or_else(no_model)?;
                if embedder.model().is_counting_exact {
                    Ok(Arc::new(ModelCounter(embedder)))
                } else {
                    Err(inexact_model())
                }
            }
        }
    }
}

/// Counts as the embedding model does a passage, with what it puts around each one.
struct ModelCounter(Arc<dyn DynEmbedder>);

impl TokenCounter for ModelCounter {
    async fn count(&self, ctx: &CallContext, text: &str) -> Result<TokenCount> {
        let counted = DynEmbedder::count_tokens(&*self.0, ctx, InputKind::Passage, &[text]).await?;
        counted.into_iter().next().ok_or_else(|| {
            Error::new(ErrorKind::Unexpected, "the model answered with another number of counts")
        })
    }
}

fn no_vocabulary(kind: CounterKind) -> Error {
    Error::new(ErrorKind::Unsupported, "this server was built without the vocabulary")
        .with_context("counter", kind.as_str())
        .with_help("count `words`")
}

fn no_model() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "there is no model whose tokens could be counted")
        .with_help("count `words`, `cl100k` or `o200k`, or give the server a model")
}

fn inexact_model() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the tokens of the server's model can only be estimated")
        .with_help("count `words`, `cl100k` or `o200k`")
}
