//! Search: analyse, ask the index of every collection, merge, read the passages, order, mark and cite.

use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use ragstone_core::answer::{Citation, Degradation, Hit, Leg, SearchAnswer};
use ragstone_core::collection::Collection;
use ragstone_core::explanation::{Cuts, HitExplanation};
use ragstone_core::{CallContext, Error, Result, Scope, SearchMode, SearchQuery};
use ragstone_observability::{field, metric, span};
use ragstone_text::highlights;
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug_span, info_span};

use self::answers::Found as FoundHits;
use self::asking::Asking;
use self::candidates::Candidate;
use self::fusion::{FusedHit, Fusion, fuse};
use self::leg::LegOutcome;
use self::meaning::{Meaning, Meanings};
use self::spelling::Spelling;
use crate::analyzers::analyzer_of;
use crate::answering::Answering;
use crate::engine::Engine;
use crate::semantics::no_model;
use crate::stage::Stages;

pub(crate) use self::answers::NAMESPACE as ANSWERS;

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
mod meaning;
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

/// Collections that are asked at the same time.
const CONCURRENT_COLLECTIONS: usize = 8;

/// After this time it is looked again whether what was asked is still there.
const SLOW: Duration = Duration::from_millis(250);

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
            { field::TENANT_ID } = ctx.tenant().as_str(),
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
        let asked = self.asked_by(ctx, query).await?;
        Span::current().record(field::COLLECTIONS_COUNT, asked.len());
        self.shared.popular.count(ctx, query);
        let FoundHits { hits, corrections, degraded, explanation } =
            self.found_in(ctx, &asking, asked).await?;
        Span::current().record(field::HITS_COUNT, hits.len());
        let took = self.clock().instant() - start;
        Ok(SearchAnswer { hits, corrections, degraded, explanation, took })
    }

    /// What a query asks, where it may be asked that.
    async fn asked_by(&self, ctx: &CallContext, query: &SearchQuery) -> Result<Vec<Answering>> {
        let collections = self.collections_in_scope(ctx, query).await?;
        self.check_filter(ctx, query, &collections).await?;
        let asked = self.all_answering(&collections);
        check_models(query, &asked)?;
        Ok(asked)
    }

    /// Refuses a query that [`search`](Self::search) would refuse, and asks nothing of an index or a model; answers with
    /// the collections in scope.
    pub(crate) async fn check_search(
        &self,
        ctx: &CallContext,
        query: &SearchQuery,
    ) -> Result<Vec<Arc<Collection>>> {
        self.check_options(query)?;
        let asked = self.asked_by(ctx, query).await?;
        check_words(query, &asked)?;
        Ok(asked.into_iter().map(|answering| answering.collection).collect())
    }

    /// Asks every collection for what is there now.
    async fn ask(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        asked: Vec<Answering>,
        spelling: &Spelling,
    ) -> Result<FoundHits> {
        self.respell(ctx, asking, spelling).await?;
        let meanings = self.meanings(ctx, asking, &asked).await?;
        let legs: Vec<Vec<LegOutcome>> = futures::stream::iter(asked.clone())
            .map(|answering| self.legs_of_now(ctx, asking, answering, &meanings))
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
        let explanation = self.explanation(ctx, asking, &asked, cuts).await?;
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
        let asked = self.asked_by(ctx, &query).await?;
        self.found_in(ctx, &Asking::new(&query), asked).await.map(|_| ())
    }

    pub(crate) fn all_answering(&self, collections: &[Arc<Collection>]) -> Vec<Answering> {
        collections.iter().map(|collection| self.answering(Arc::clone(collection))).collect()
    }

    fn stages<'a>(&'a self, asking: &'a Asking<'_>) -> Stages<'a> {
        let times = asking.notes().map(|notes| &notes.times);
        Stages::new(self.clock(), &metric::SEARCH_STAGE_DURATION).noting(times)
    }

    /// Refuses what cannot be honoured where one leg looks alone, or without a model to rerank with.
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
            _ => Ok(()),
        }
    }

    /// Both legs in one collection; once more where another generation has taken the place of the one asked.
    ///
    /// Generations are dropped while they may still be asked, and then their index is missing, or, for a search that
    /// takes its time, may be that of a later one.
    async fn legs_of_now(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        answering: Answering,
        meanings: &Meanings,
    ) -> Result<Vec<LegOutcome>> {
        let is_sought = meanings.has_vector();
        let outcomes = self.legs(ctx, asking, &answering, (meanings.of(&answering), is_sought)).await?;
        let is_missing = outcomes.iter().any(|outcome| outcome.missing.is_some());
        let is_slow = self.clock().instant().duration_since(answering.since) > SLOW;
        let moved = if is_missing || is_slow { self.moved(ctx, &answering).await } else { None };
        let outcomes = match moved.filter(|moved| is_missing || !answering.is_kept_by(&moved.collection)) {
            None => outcomes,
            Some(moved) => {
                let meaning = self.meaning(ctx, asking, &moved).await?;
                self.legs(ctx, asking, &moved, (&meaning, is_sought)).await?
            }
        };
        for outcome in &outcomes {
            asking.note(&answering.collection, outcome);
        }
        Ok(outcomes)
    }

    /// What answers for a collection by now, if that is something else.
    async fn moved(&self, ctx: &CallContext, before: &Answering) -> Option<Answering> {
        let now = self.catalog().collection(ctx, &before.collection.name).await.ok()?;
        if now.id != before.collection.id || now.generations == before.collection.generations {
            return None;
        }
        Some(self.answering(Arc::new(now)))
    }

    /// Both legs in one collection, at the same time. `is_sought` where some collection is asked by meaning.
    async fn legs(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        answering: &Answering,
        (meaning, is_sought): (&Meaning, bool),
    ) -> Result<Vec<LegOutcome>> {
        let keyword = async {
            match asking.query.mode() {
                SearchMode::Semantic => Ok(None),
                SearchMode::Keyword | SearchMode::Hybrid => self.keyword_leg(ctx, asking, answering).await,
            }
        };
        let semantic = async {
            match meaning {
                Meaning::NotAsked => Ok(None),
                Meaning::Vector(vector) => {
                    self.semantic_leg(ctx, asking, answering, vector.clone()).await.map(Some)
                }
                Meaning::Unknown(reason) => {
                    let reason = (*reason).to_owned();
                    Ok(Some(LegOutcome::missing(&answering.collection, Leg::Semantic, reason)))
                }
            }
        };
        let (keyword, semantic) = futures::future::try_join(keyword, semantic).await?;
        if keyword.is_none() && !is_sought {
            return Err(no_words());
        }
        Ok(keyword.into_iter().chain(semantic).collect())
    }

    /// The hits among what was found, and what was cut.
    async fn hits(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        found: Vec<FusedHit>,
    ) -> Result<(Vec<Hit>, Cuts)> {
        let (mut candidates, mut cuts) = self.candidates(ctx, asking, found).await?;
        self.rerank(ctx, asking, &mut candidates, &mut cuts).await?;
        let now = ordering::minute(self.clock().now());
        let cite = || {
            let ordered = ordering::ordered(candidates, asking.query, now, &mut cuts);
            let words = asking.respellings().marked(asking.query.parsed().words());
            ordered.into_iter().map(|candidate| hit(asking.query, &words, candidate)).collect()
        };
        let hits = self.stages(asking).run("citations", &debug_span!(span::SEARCH_CITATIONS), cite);
        Ok((hits, cuts))
    }
}

/// Refuses what needs the semantic leg where no collection has a model.
fn check_models(query: &SearchQuery, asked: &[Answering]) -> Result<()> {
    let needs_both = query.options().of_both_legs().is_some();
    let is_semantic = query.mode() == SearchMode::Semantic && !asked.is_empty();
    if (needs_both || is_semantic) && asked.iter().all(|answering| answering.model().is_none()) {
        return Err(no_model());
    }
    Ok(())
}

/// Refuses a query of which no leg has anything to look for.
fn check_words(query: &SearchQuery, asked: &[Answering]) -> Result<()> {
    let has_model = asked.iter().any(|answering| answering.model().is_some());
    if has_model && query.mode() != SearchMode::Keyword {
        return Ok(());
    }
    let has_none = |answering: &Answering| {
        let terms = analyzer_of(&answering.collection).count(query.parsed().words());
        terms.iter().next().is_none()
    };
    if asked.iter().any(has_none) { Err(no_words()) } else { Ok(()) }
}

fn no_words() -> Error {
    Error::invalid("query", "has no searchable words")
        .with_help("use words that carry meaning; words such as `the` and `of` are not searched")
}

fn hit(query: &SearchQuery, words: &str, candidate: Candidate) -> Hit {
    let Candidate { fused, passage, recency, source_weight, relevance } = candidate;
    let highlights = highlights(analyzer_of(&fused.collection), words, &passage.text);
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
