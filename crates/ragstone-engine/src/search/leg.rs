//! One leg of a search in one collection.

use std::sync::Arc;

use ragstone_core::answer::{Degradation, Leg};
use ragstone_core::collection::Collection;
use ragstone_core::index::{Accuracy, DenseVector, IndexHit, IndexQuery, Likeness, SparseVector};
use ragstone_core::{CallContext, ChunkId, Digest, Error, ErrorKind, Filter, Result};
use ragstone_observability::{field, span};
use ragstone_text::query_vector;
use tracing::{Span, debug_span};

use super::asking::Asking;
use super::reach::Reach;
use crate::analyzers::analyzer_of;
use crate::answering::Answering;
use crate::engine::Engine;
use crate::passage_terms::sparse;
use crate::projection::BEING_REBUILT;

/// What one leg found in one collection, or why it could not look.
pub(super) struct LegOutcome {
    pub(super) leg: Leg,
    /// `None` where it could not look.
    pub(super) found: Option<Vec<Found>>,
    pub(super) missing: Option<Degradation>,
}

/// A hit of one leg.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) collection: Arc<Collection>,
    /// From 1.
    pub(super) rank: u32,
    pub(super) hit: IndexHit,
    /// Model whose vectors were compared; `None` where words were.
    pub(super) model: Option<Digest>,
}

impl LegOutcome {
    pub(super) fn missing(collection: &Collection, leg: Leg, reason: String) -> Self {
        let missing = Degradation { leg, collection: collection.name.clone(), reason };
        Self { leg, found: None, missing: Some(missing) }
    }
}

impl Engine {
    /// Asks for the words of a query; `None` where it has none that are searched.
    pub(super) async fn keyword_leg(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        answering: &Answering,
    ) -> Result<Option<LegOutcome>> {
        let keyword = self.words(asking, &answering.collection)?;
        if keyword.is_empty() {
            return Ok(None);
        }
        self.terms_leg(ctx, asking, answering, keyword).await.map(Some)
    }

    /// Asks for terms, whatever the words of the query.
    pub(super) async fn terms_leg(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        answering: &Answering,
        terms: SparseVector,
    ) -> Result<LegOutcome> {
        let id = answering.collection.id;
        let span = debug_span!(span::SEARCH_KEYWORD_LEG, { field::COLLECTION_ID } = %id);
        self.leg(ctx, asking, answering, (Leg::Keyword, Likeness::Keyword(terms), span)).await
    }

    /// Asks for the meaning of a query.
    pub(super) async fn semantic_leg(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        answering: &Answering,
        vector: DenseVector,
    ) -> Result<LegOutcome> {
        let id = answering.collection.id;
        let span = debug_span!(span::SEARCH_SEMANTIC_LEG, { field::COLLECTION_ID } = %id);
        let likeness = Likeness::Dense(vector, self.accuracy(asking));
        self.leg(ctx, asking, answering, (Leg::Semantic, likeness, span)).await
    }

    /// Exact where the configuration or the query says so.
    fn accuracy(&self, asking: &Asking<'_>) -> Accuracy {
        match self.config().semantic_accuracy {
            Accuracy::Exact => Accuracy::Exact,
            Accuracy::Approximate => asking.query.options().accuracy,
        }
    }

    fn words(&self, asking: &Asking<'_>, collection: &Collection) -> Result<SparseVector> {
        let analyse = debug_span!(span::SEARCH_ANALYSE, { field::COLLECTION_ID } = %collection.id);
        self.stages(asking).run("analyse", &analyse, || {
            let analyzer = analyzer_of(collection);
            let terms = query_vector(analyzer, asking.query.parsed().words());
            sparse(asking.respellings().add_to(analyzer, terms))
        })
    }

    async fn leg(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        answering: &Answering,
        (leg, likeness, span): (Leg, Likeness, Span),
    ) -> Result<LegOutcome> {
        let limit = Reach::of(asking.query).depth;
        let collection = &answering.collection;
        let (target, filter) = (answering.target(), asking.query.filter().cloned());
        let question = IndexQuery { target, likeness, filter, reader: ctx.principal().reader(), limit };
        let stage = match leg {
            Leg::Keyword => "keyword_leg",
            Leg::Semantic => "semantic_leg",
        };
        match self.stages(asking).wait(stage, span, self.index().search(ctx, &question)).await {
            Ok(hits) => Ok(self.found(leg, answering, hits)),
            Err(error) if self.is_empty(ctx, collection, &error).await? => {
                Ok(LegOutcome { leg, found: Some(Vec::new()), missing: None })
            }
            Err(error) if is_degradation(leg, &error) => {
                self.doubt(collection, &error);
                tracing::warn!(
                    collection = %collection.name, leg = leg.as_str(), %error, "a leg is missing from an answer"
                );
                Ok(LegOutcome::missing(collection, leg, reason(&error)))
            }
            Err(error) => Err(error),
        }
    }

    /// At most `limit` chunks that have a term, of those that the caller may read and the filter admits; none where there
    /// is no index.
    pub(super) async fn chunks_with(
        &self,
        ctx: &CallContext,
        collection: &Arc<Collection>,
        term: u32,
        filter: Option<&Filter>,
        limit: usize,
    ) -> Result<Vec<ChunkId>> {
        let likeness = Likeness::Keyword(SparseVector::try_new(vec![term], vec![1.0])?);
        let target = self.answering(Arc::clone(collection)).target();
        let (reader, filter) = (ctx.principal().reader(), filter.cloned());
        let question = IndexQuery { target, likeness, filter, reader, limit };
        match self.index().search(ctx, &question).await {
            Ok(hits) => Ok(hits.into_iter().map(|hit| hit.chunk).collect()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// What was found, with a word of warning where the index is still being filled.
    fn found(&self, leg: Leg, answering: &Answering, hits: Vec<IndexHit>) -> LegOutcome {
        let collection = &answering.collection;
        let is_partial = self.shared.projector.rebuilding().contains((collection.id, answering.slot));
        let missing = is_partial.then(|| Degradation {
            leg,
            collection: collection.name.clone(),
            reason: BEING_REBUILT.to_owned(),
        });
        let model = answering.model().copied().filter(|_| leg == Leg::Semantic);
        let found = (1..).zip(hits).map(|(rank, hit)| {
            let collection = Arc::clone(collection);
            Found { collection, rank, hit, model }
        });
        LegOutcome { leg, found: Some(found.collect()), missing }
    }

    /// Has the index looked at where it seems to be damaged or gone.
    fn doubt(&self, collection: &Collection, error: &Error) {
        if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Corrupt) {
            self.shared.projector.doubts().raise(collection.id);
        }
    }

    /// Why a collection cannot answer, where the others may answer without it.
    pub(crate) fn reason_without(&self, collection: &Collection, error: &Error) -> Option<String> {
        if !is_degradation(Leg::Keyword, error) {
            return None;
        }
        self.doubt(collection, error);
        tracing::warn!(collection = %collection.name, %error, "a collection is missing from an answer");
        Some(reason(error))
    }

    /// Whether the index has no target because there is nothing to find yet.
    pub(crate) async fn is_empty(
        &self,
        ctx: &CallContext,
        collection: &Collection,
        error: &Error,
    ) -> Result<bool> {
        if error.kind() != ErrorKind::NotFound {
            return Ok(false);
        }
        Ok(self.catalog().statistics(ctx, collection.id).await?.chunks == 0)
    }
}

/// Whether the rest of the answer is worth giving without this leg.
///
/// `FailedPrecondition` is an index that was made without vectors, with other settings or by a later version: for the
/// operator to put right, not for the caller, and no reason to keep the rest from answering. So is a vector of another
/// size, which no caller chose.
fn is_degradation(leg: Leg, error: &Error) -> bool {
    let is_of_another_size = leg == Leg::Semantic && error.kind() == ErrorKind::InvalidArgument;
    is_of_another_size || is_of_the_index(error)
}

/// Whether the index of one collection cannot answer, whoever asks.
pub(super) fn is_of_the_index(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::Unavailable | ErrorKind::Corrupt | ErrorKind::FailedPrecondition
    )
}

fn reason(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "the index is still being built".to_owned(),
        ErrorKind::FailedPrecondition | ErrorKind::InvalidArgument => {
            "the index was made with other settings".to_owned()
        }
        kind => kind.title().to_owned(),
    }
}
