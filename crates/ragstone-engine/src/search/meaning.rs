//! What the semantic leg looks for: the query as each model sees it.

use std::collections::HashMap;
use std::time::Duration;

use ragstone_core::index::DenseVector;
use ragstone_core::{CallContext, Digest, ErrorKind, Result, SearchMode};
use ragstone_observability::span;
use tracing::debug_span;

use super::asking::Asking;
use crate::answering::Answering;
use crate::engine::Engine;
use crate::semantics::no_model;

/// Longest that a hybrid search waits for the vector of its query; then it answers by keyword, and says so.
const PATIENCE: Duration = Duration::from_secs(3);
/// Why a collection without a model has no semantic leg beside others that have one.
const NO_MODEL: &str = "the collection has no model";

/// What the semantic leg looks for in one collection.
pub(super) enum Meaning {
    /// It does not look.
    NotAsked,
    Vector(DenseVector),
    /// It cannot look, for this reason.
    Unknown(&'static str),
}

/// The same for all collections of a search, by the model that answers.
pub(super) struct Meanings(HashMap<Option<Digest>, Meaning>);

impl Meanings {
    pub(super) fn of(&self, answering: &Answering) -> &Meaning {
        self.0.get(&answering.model().copied()).unwrap_or(&Meaning::NotAsked)
    }

    /// Whether anything is looked for.
    pub(super) fn has_vector(&self) -> bool {
        self.0.values().any(|meaning| matches!(meaning, Meaning::Vector(_)))
    }
}

impl Engine {
    /// The vectors of the query, one for each model, if the semantic leg is to look.
    ///
    /// A search by meaning alone fails where no model has a vector for it.
    pub(super) async fn meanings(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        asked: &[Answering],
    ) -> Result<Meanings> {
        let mut models: HashMap<Option<Digest>, &Answering> = HashMap::new();
        for answering in asked {
            models.entry(answering.model().copied()).or_insert(answering);
        }
        let embedding = models
            .into_iter()
            .map(async |(model, answering)| (model, self.meaning(ctx, asking, answering).await));
        let (mut meanings, mut failed) = (HashMap::new(), None);
        for (model, outcome) in futures::future::join_all(embedding).await {
            match outcome {
                Ok(meaning) => _ = meanings.insert(model, meaning),
                Err(error) if is_of_the_query(error.kind()) => return Err(error),
                Err(error) => {
                    let reason = if model.is_none() { NO_MODEL } else { reason(error.kind()) };
                    meanings.insert(model, Meaning::Unknown(reason));
                    failed.get_or_insert(error);
                }
            }
        }
        let meanings = Meanings(meanings);
        match failed {
            Some(error) if !meanings.has_vector() => Err(error),
            _ => Ok(meanings),
        }
    }

    /// The vector of the query by the model of a collection. Only a search by meaning alone fails for want of it.
    pub(super) async fn meaning(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        answering: &Answering,
    ) -> Result<Meaning> {
        let query = asking.query;
        let is_alone = match (query.mode(), answering.model()) {
            (SearchMode::Keyword, _) | (SearchMode::Hybrid, None) => return Ok(Meaning::NotAsked),
            (SearchMode::Semantic, None) => return Err(no_model()),
            (mode, Some(_)) => mode == SearchMode::Semantic,
        };
        let ctx = if is_alone { ctx.clone() } else { self.with_patience(ctx)? };
        let embedding = self.vector(&ctx, query.parsed().words(), answering);
        match self.stages(asking).wait("embed", debug_span!(span::SEARCH_EMBED), embedding).await {
            Ok(vector) => Ok(Meaning::Vector(vector)),
            // The rest is between the server and its model.
            Err(error) if is_alone || is_of_the_query(error.kind()) => Err(error),
            Err(error) => {
                tracing::warn!(collection = %answering.collection.name, %error, "a query could not be embedded");
                Ok(Meaning::Unknown(reason(error.kind())))
            }
        }
    }

    /// Opens the model where it is not, within the time that there is.
    async fn vector(&self, ctx: &CallContext, words: &str, answering: &Answering) -> Result<DenseVector> {
        let opening = self.semantics(answering);
        let opened = match ctx.remaining(self.clock())? {
            None => opening.await?,
            Some(left) => tokio::time::timeout(left, opening).await.map_err(|_| too_slow())??,
        };
        opened.ok_or_else(no_model)?.query(ctx, words).await
    }

    /// Leaves at least half of the caller's time to the other leg.
    fn with_patience(&self, ctx: &CallContext) -> Result<CallContext> {
        let left = ctx.remaining(self.clock())?;
        let patience = left.map_or(PATIENCE, |left| PATIENCE.min(left / 2));
        Ok(ctx.clone().with_timeout(self.clock(), patience))
    }
}

/// Whether a model refused the query itself.
const fn is_of_the_query(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::InvalidArgument | ErrorKind::TooLarge)
}

const fn reason(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::FailedPrecondition => "the model of the collection cannot be opened",
        kind => kind.title(),
    }
}

fn too_slow() -> ragstone_core::Error {
    ragstone_core::Error::new(ErrorKind::DeadlineExceeded, "the model is still being opened")
}
