//! Search: analyse, ask the index of every collection, merge, read the passages, order, mark and cite.

use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use ragstone_core::answer::{Citation, Degradation, Hit, Leg, SearchAnswer};
use ragstone_core::collection::Collection;
use ragstone_core::explanation::{Cuts, HitExplanation};
use ragstone_core::index::DenseVector;
use ragstone_core::{CallContext, Error, ErrorKind, Result, Scope, SearchMode, SearchQuery};
use ragstone_observability::{field, metric, span};
use ragstone_text::highlights;
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug_span, info_span};

pub(crate) use self::analyzers::Analyzers;
use self::answers::Found as FoundHits;
use self::asking::Asking;
use self::candidates::Candidate;
use self::fusion::{FusedHit, Fusion, fuse};
use self::leg::LegOutcome;
use self::spelling::Spelling;
use crate::engine::Engine;
use crate::semantics::no_model;
use crate::stage::Stages;

mod analyzers;
mod answers;
mod asking;
mod candidates;
mod diversity;
mod explain;
mod filter_check;
pub(crate) mod fusion;
mod kept;
mod leg;
mod lexicon;
mod ordering;
pub(crate) mod popular;
mod proof;
mod reach;
mod requirement;
mod reranking;
mod respelling;
mod scope;
mod similar;
mod spelling;
mod suggest;

/// Longest that a hybrid search waits for the vector of its query; then it answers by keyword, and says so.
const PATIENCE: Duration = Duration::from_secs(3);
/// Collections that are asked at the same time.
const CONCURRENT_COLLECTIONS: usize = 8;

/// What the semantic leg looks for.
enum Meaning {
    /// It does not look.
    NotAsked,
    Vector(DenseVector),
    /// It cannot look, for this reason.
    Unknown(&'static str),
}

impl Engine {
    /// Finds the passages that answer a query best, among those that the caller may read.
    ///
    /// A collection whose index cannot answer is named in [`SearchAnswer::degraded`]; when none can answer, the
    /// search fails with `Unavailable`. Errors: `InvalidArgument` for an unknown filter field or a query
    /// without searchable words, `FailedPrecondition` for a semantic search without a model, `NotFound` for an unknown
    /// collection, `DeadlineExceeded` while waiting for `min_sequence`. Cost: one index query for each collection and
    /// leg, one vector of a query that was not asked lately, and one catalog read; where answers are kept and the
    /// answer is found among them, two catalog reads. Phrases, exclusions and quotas of documents may need more reads,
    /// and an explanation is never kept. Words that no vocabulary of the
    /// collections has cost what [`suggest`](Self::suggest) costs.
    pub async fn search(&self, ctx: &CallContext, query: SearchQuery) -> Result<SearchAnswer> {
        ctx.principal().require(Scope::Read)?;
        let span = info_span!(
            span::SEARCH,
            { field::TENANT_ID } = %ctx.tenant(),
            { field::COLLECTIONS_COUNT } = Empty,
            { field::HITS_COUNT } = Empty,
        );
        self.answer(ctx, &query).instrument(span).await
    }

    async fn answer(&self, ctx: &CallContext, query: &SearchQuery) -> Result<SearchAnswer> {
        let start = self.clock().instant();
        let asking = Asking::new(query);
        self.check_options(query)?;
        if let Some(sequence) = query.min_sequence() {
            let waiting = self.wait_indexed(ctx, sequence);
            self.stages(&asking).wait("wait", debug_span!(span::SEARCH_WAIT), waiting).await?;
        }
        let collections = self.collections_in_scope(ctx, query).await?;
        Span::current().record(field::COLLECTIONS_COUNT, collections.len());
        self.check_filter(ctx, query, &collections).await?;
        self.shared.popular.count(ctx, query);
        let FoundHits { hits, corrections, degraded, explanation } =
            self.found_in(ctx, &asking, collections).await?;
        Span::current().record(field::HITS_COUNT, hits.len());
        let took = self.clock().instant() - start;
        Ok(SearchAnswer { hits, corrections, degraded, explanation, took })
    }

    /// Asks every collection for what is there now.
    async fn ask(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        collections: Vec<Arc<Collection>>,
        spelling: &Spelling,
    ) -> Result<FoundHits> {
        self.respell(ctx, asking, spelling).await?;
        let meaning = self.meaning(ctx, asking).await?;
        let legs: Vec<Vec<LegOutcome>> = futures::stream::iter(collections.clone())
            .map(|collection| self.legs(ctx, asking, collection, &meaning))
            .buffered(CONCURRENT_COLLECTIONS)
            .try_collect()
            .await?;
        let fusion = Fusion::of(asking.query.options(), self.config().semantic_weight);
        let fused = self.stages(asking).run("fusion", &debug_span!(span::SEARCH_FUSION), || {
            fuse(legs.into_iter().flatten().collect(), fusion)
        });
        let (found, mut degraded) = fused?;
        let is_told =
            |one: &Degradation| degraded.iter().any(|told: &Degradation| told.collection == one.collection);
        let unlooked: Vec<_> = spelling.lexicon.degraded().into_iter().filter(|one| !is_told(one)).collect();
        degraded.extend(unlooked);
        let (hits, cuts) = self.hits(ctx, asking, found).await?;
        let explanation = self.explanation(ctx, asking, &collections, cuts).await?;
        Ok(FoundHits { hits, corrections: asking.respellings().told(), degraded, explanation })
    }

    /// Looks for other spellings of words that no passage has.
    async fn respell(&self, ctx: &CallContext, asking: &Asking<'_>, spelling: &Spelling) -> Result<()> {
        if spelling.unknown.is_empty() {
            return Ok(());
        }
        let respelling = self.respelt(ctx, spelling, asking.query.filter());
        let span = debug_span!(span::SEARCH_SPELLING);
        asking.respell(self.stages(asking).wait("spelling", span, respelling).await?);
        Ok(())
    }

    /// Asks a popular query again, so that its answer is kept when the next caller comes.
    async fn search_again(&self, ctx: &CallContext, query: SearchQuery) -> Result<()> {
        let collections = self.collections_in_scope(ctx, &query).await?;
        self.check_filter(ctx, &query, &collections).await?;
        self.found_in(ctx, &Asking::new(&query), collections).await.map(|_| ())
    }

    fn stages<'a>(&'a self, asking: &'a Asking<'_>) -> Stages<'a> {
        let times = asking.notes().map(|notes| &notes.times);
        Stages::new(self.clock(), &metric::SEARCH_STAGE_DURATION).noting(times)
    }

    /// Refuses what cannot be honoured where one leg looks alone, or without a model.
    fn check_options(&self, query: &SearchQuery) -> Result<()> {
        if query.options().is_reranked && self.shared.stores.reranker.is_none() {
            return Err(reranking::no_reranker());
        }
        if let Some(option) = query.options().of_the_keyword_leg()
            && query.mode() == SearchMode::Semantic
        {
            let rule = "is for searches by words, not for the mode `semantic`";
            return Err(Error::invalid(option, rule).with_help("leave it out, or search in another mode"));
        }
        match query.options().of_both_legs() {
            Some(option) if query.mode() != SearchMode::Hybrid => {
                let rule = format!("is for searches in the mode `hybrid`, not `{}`", query.mode().as_str());
                Err(Error::invalid(option, rule).with_help("leave it out, or search in the mode `hybrid`"))
            }
            Some(_) if self.shared.semantics.is_none() => Err(no_model()),
            _ => Ok(()),
        }
    }

    /// The vector of the query, if the semantic leg is to look.
    async fn meaning(&self, ctx: &CallContext, asking: &Asking<'_>) -> Result<Meaning> {
        let query = asking.query;
        let semantics = match (query.mode(), &self.shared.semantics) {
            (SearchMode::Keyword, _) | (SearchMode::Hybrid, None) => return Ok(Meaning::NotAsked),
            (SearchMode::Semantic, None) => return Err(no_model()),
            (SearchMode::Semantic | SearchMode::Hybrid, Some(semantics)) => semantics,
        };
        let ctx = match query.mode() {
            SearchMode::Semantic => ctx.clone(),
            SearchMode::Keyword | SearchMode::Hybrid => self.with_patience(ctx)?,
        };
        let embedding = semantics.query(&ctx, query.parsed().words());
        match self.stages(asking).wait("embed", debug_span!(span::SEARCH_EMBED), embedding).await {
            Ok(vector) => Ok(Meaning::Vector(vector)),
            Err(error) if query.mode() == SearchMode::Semantic => Err(error),
            // The rest is between the server and its model.
            Err(error) if matches!(error.kind(), ErrorKind::InvalidArgument | ErrorKind::TooLarge) => {
                Err(error)
            }
            Err(error) => {
                tracing::warn!(%error, "a query could not be embedded");
                Ok(Meaning::Unknown(error.kind().title()))
            }
        }
    }

    /// Leaves at least half of the caller's time to the other leg.
    fn with_patience(&self, ctx: &CallContext) -> Result<CallContext> {
        let left = ctx.remaining(self.clock())?;
        let patience = left.map_or(PATIENCE, |left| PATIENCE.min(left / 2));
        Ok(ctx.clone().with_timeout(self.clock(), patience))
    }

    /// Both legs in one collection, at the same time.
    async fn legs(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        collection: Arc<Collection>,
        meaning: &Meaning,
    ) -> Result<Vec<LegOutcome>> {
        let keyword = async {
            match asking.query.mode() {
                SearchMode::Semantic => Ok(None),
                SearchMode::Keyword | SearchMode::Hybrid => self.keyword_leg(ctx, asking, &collection).await,
            }
        };
        let semantic = async {
            match meaning {
                Meaning::NotAsked => Ok(None),
                Meaning::Vector(vector) => {
                    self.semantic_leg(ctx, asking, &collection, vector.clone()).await.map(Some)
                }
                Meaning::Unknown(reason) => {
                    Ok(Some(LegOutcome::missing(&collection, Leg::Semantic, (*reason).to_owned())))
                }
            }
        };
        let (keyword, semantic) = futures::future::try_join(keyword, semantic).await?;
        if keyword.is_none() && !matches!(meaning, Meaning::Vector(_)) {
            return Err(Error::invalid("query", "has no searchable words")
                .with_help("use words that carry meaning; words such as `the` and `of` are not searched"));
        }
        let outcomes: Vec<LegOutcome> = keyword.into_iter().chain(semantic).collect();
        for outcome in &outcomes {
            asking.note(&collection, outcome);
        }
        Ok(outcomes)
    }

    /// The hits among what was found, and what was cut.
    async fn hits(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        found: Vec<FusedHit>,
    ) -> Result<(Vec<Hit>, Cuts)> {
        let analyzers = Analyzers::default();
        let (mut candidates, mut cuts) = self.candidates(ctx, asking, &analyzers, found).await?;
        self.rerank(ctx, asking, &mut candidates, &mut cuts).await?;
        let now = ordering::minute(self.clock().now());
        let cite = || {
            let ordered = ordering::ordered(candidates, asking.query, now, &analyzers, &mut cuts);
            let words = asking.respellings().marked(asking.query.parsed().words());
            ordered.into_iter().map(|candidate| hit(&analyzers, asking.query, &words, candidate)).collect()
        };
        let hits = self.stages(asking).run("citations", &debug_span!(span::SEARCH_CITATIONS), cite);
        Ok((hits, cuts))
    }
}

fn hit(analyzers: &Analyzers, query: &SearchQuery, words: &str, candidate: Candidate) -> Hit {
    let Candidate { fused, passage, recency, source_weight, relevance } = candidate;
    let highlights = highlights(analyzers.of(&fused.collection), words, &passage.text);
    let citation = Citation::of(&passage);
    let legs = fused.legs.iter().map(|share| share.rank).collect();
    let explain = || HitExplanation { legs: fused.legs, recency, source_weight, relevance };
    Hit {
        score: fused.hit.score,
        collection: fused.collection.name.clone(),
        document: passage.document,
        text: passage.text,
        highlights,
        citation,
        legs,
        explanation: query.is_explained().then(explain),
    }
}
