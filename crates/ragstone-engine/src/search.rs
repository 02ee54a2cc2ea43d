//! Search: analyse, ask the index of every collection, merge, read the passages, mark and cite.

use std::collections::HashMap;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};
use ragstone_core::answer::{Citation, Degradation, Hit, Leg, LegRank, SearchAnswer};
use ragstone_core::collection::Collection;
use ragstone_core::document::Passage;
use ragstone_core::index::{IndexHit, IndexQuery, Likeness};
use ragstone_core::{CallContext, ChunkId, CollectionName, Error, ErrorKind, Result, Scope, SearchQuery};
use ragstone_observability::{field, metric, span};
use ragstone_text::{Analyzer, highlights, query_vector};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug_span, info_span};

use crate::engine::Engine;
use crate::passage_terms::{analyzer, sparse};
use crate::projection::target;
use crate::stage::Stages;

use self::answers::Found as FoundHits;

mod answers;
mod filter_check;
mod kept;
pub(crate) mod popular;
mod scope;

/// Hits beyond the limit that are asked for, because some may be of a version that has just been replaced.
const SPARE_HITS: usize = 16;
/// Collections that are asked at the same time.
const CONCURRENT_COLLECTIONS: usize = 8;

/// What one collection's keyword leg found, or why it could not look.
enum LegOutcome {
    Found(Vec<Found>, Option<Degradation>),
    Missing(Degradation),
}

#[derive(Clone)]
struct Found {
    collection: Arc<Collection>,
    rank: u32,
    hit: IndexHit,
}

impl Engine {
    /// Finds the passages that answer a query best.
    ///
    /// A collection whose index cannot answer is named in [`SearchAnswer::degraded`]; when none can answer, the
    /// search fails with `Unavailable`. Errors: `InvalidArgument` for an unknown filter field or a query
    /// without searchable words, `NotFound` for an unknown collection, `DeadlineExceeded` while waiting for
    /// `min_sequence`. Cost: one index query for each collection and one catalog read; where answers are kept and
    /// the answer is found among them, two catalog reads.
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
        if let Some(sequence) = query.min_sequence() {
            let waiting = self.wait_indexed(ctx, sequence);
            self.stages().wait("wait", debug_span!(span::SEARCH_WAIT), waiting).await?;
        }
        let collections = self.collections_in_scope(ctx, query).await?;
        Span::current().record(field::COLLECTIONS_COUNT, collections.len());
        self.check_filter(ctx, query, &collections).await?;
        self.shared.popular.count(ctx, query);
        let FoundHits { hits, degraded } = self.found_in(ctx, query, collections).await?;
        Span::current().record(field::HITS_COUNT, hits.len());
        Ok(SearchAnswer { hits, degraded, took: self.clock().instant() - start })
    }

    /// Asks every collection for what is there now.
    async fn ask(
        &self,
        ctx: &CallContext,
        query: &SearchQuery,
        collections: Vec<Arc<Collection>>,
    ) -> Result<FoundHits> {
        let outcomes: Vec<LegOutcome> = futures::stream::iter(collections)
            .map(|collection| self.keyword_leg(ctx, query, collection))
            .buffered(CONCURRENT_COLLECTIONS)
            .try_collect()
            .await?;
        let merged = self.stages().run("fusion", &debug_span!(span::SEARCH_FUSION), || merge(outcomes));
        let (mut found, degraded) = merged?;
        found.truncate(query.limit() as usize + SPARE_HITS);
        let hits = self.hits(ctx, query, found).await?;
        Ok(FoundHits { hits, degraded })
    }

    /// Asks a popular query again, so that its answer is kept when the next caller comes.
    async fn search_again(&self, ctx: &CallContext, query: SearchQuery) -> Result<()> {
        let collections = self.collections_in_scope(ctx, &query).await?;
        self.check_filter(ctx, &query, &collections).await?;
        self.found_in(ctx, &query, collections).await.map(|_| ())
    }

    fn stages(&self) -> Stages<'_> {
        Stages::new(self.clock(), &metric::SEARCH_STAGE_DURATION)
    }

    async fn keyword_leg(
        &self,
        ctx: &CallContext,
        query: &SearchQuery,
        collection: Arc<Collection>,
    ) -> Result<LegOutcome> {
        let analyse = debug_span!(span::SEARCH_ANALYSE, { field::COLLECTION_ID } = %collection.id);
        let keyword = self.stages().run("analyse", &analyse, || {
            sparse(query_vector(&analyzer(collection.keyword.analyzer), query.text()))
        })?;
        if keyword.is_empty() {
            return Err(Error::invalid("query", "has no searchable words")
                .with_help("use words that carry meaning; words such as `the` and `of` are not searched"));
        }
        let limit = query.limit() as usize + SPARE_HITS;
        let question = IndexQuery {
            target: target(&collection),
            likeness: Likeness::Keyword(keyword),
            filter: query.filter().cloned(),
            limit,
        };
        let leg = debug_span!(span::SEARCH_KEYWORD_LEG, { field::COLLECTION_ID } = %collection.id);
        match self.stages().wait("keyword_leg", leg, self.index().search(ctx, &question)).await {
            Ok(hits) => Ok(self.found(&collection, hits)),
            Err(error) if self.is_empty(ctx, &collection, &error).await? => {
                Ok(LegOutcome::Found(Vec::new(), None))
            }
            Err(error) if is_degradation(&error) => {
                Ok(LegOutcome::Missing(degradation(&collection.name, &error)))
            }
            Err(error) => Err(error),
        }
    }

    /// What was found, with a word of warning where the index is still being filled.
    fn found(&self, collection: &Arc<Collection>, hits: Vec<IndexHit>) -> LegOutcome {
        let is_partial = self.shared.projector.rebuilding().contains(collection.id);
        let missing = is_partial.then(|| Degradation {
            leg: Leg::Keyword,
            collection: collection.name.clone(),
            reason: "the index is being rebuilt and does not hold everything yet".to_owned(),
        });
        LegOutcome::Found(ranked(collection, hits), missing)
    }

    /// Whether the index has no target because there is nothing to find yet.
    async fn is_empty(&self, ctx: &CallContext, collection: &Collection, error: &Error) -> Result<bool> {
        if error.kind() != ErrorKind::NotFound {
            return Ok(false);
        }
        Ok(self.catalog().statistics(ctx, collection.id).await?.chunks == 0)
    }

    /// Reads the passages of the best hits; a hit whose version was replaced meanwhile is left out.
    async fn hits(&self, ctx: &CallContext, query: &SearchQuery, found: Vec<Found>) -> Result<Vec<Hit>> {
        let ids: Vec<ChunkId> = found.iter().map(|found| found.hit.chunk).collect();
        let reading = self.catalog().passages(ctx, &ids);
        let passages = self.stages().wait("passages", debug_span!(span::SEARCH_PASSAGES), reading).await?;
        let mut by_chunk: HashMap<ChunkId, Passage> =
            passages.into_iter().map(|passage| (passage.chunk.id, passage)).collect();
        let cite = || {
            let analyzers = Analyzers::default();
            found
                .into_iter()
                .filter_map(|found| by_chunk.remove(&found.hit.chunk).map(|passage| (found, passage)))
                .take(query.limit() as usize)
                .map(|(found, passage)| hit(&analyzers, query.text(), &found, passage))
                .collect()
        };
        Ok(self.stages().run("citations", &debug_span!(span::SEARCH_CITATIONS), cite))
    }
}

/// Both analyzers, built once for each search.
struct Analyzers {
    english: Analyzer,
    simple: Analyzer,
}

impl Default for Analyzers {
    fn default() -> Self {
        use ragstone_core::collection::AnalyzerChoice;
        Self { english: analyzer(AnalyzerChoice::English), simple: analyzer(AnalyzerChoice::Simple) }
    }
}

impl Analyzers {
    fn of(&self, collection: &Collection) -> &Analyzer {
        use ragstone_core::collection::AnalyzerChoice;
        match collection.keyword.analyzer {
            AnalyzerChoice::English => &self.english,
            AnalyzerChoice::Simple => &self.simple,
        }
    }
}

fn ranked(collection: &Arc<Collection>, hits: Vec<IndexHit>) -> Vec<Found> {
    (1..).zip(hits).map(|(rank, hit)| Found { collection: Arc::clone(collection), rank, hit }).collect()
}

/// Orders the hits of all collections by score; fails when no collection could answer.
fn merge(outcomes: Vec<LegOutcome>) -> Result<(Vec<Found>, Vec<Degradation>)> {
    let mut found = Vec::new();
    let mut degraded = Vec::new();
    let mut answered = outcomes.is_empty();
    for outcome in outcomes {
        match outcome {
            LegOutcome::Found(hits, partial) => {
                answered = true;
                found.extend(hits);
                degraded.extend(partial);
            }
            LegOutcome::Missing(degradation) => degraded.push(degradation),
        }
    }
    if !answered {
        return Err(Error::new(ErrorKind::Unavailable, "no index can answer")
            .with_detail(format!("{degraded:?}"))
            .with_help("the index may still be built; try again in a moment"));
    }
    found.sort_by(|left, right| {
        right.hit.score.total_cmp(&left.hit.score).then_with(|| left.hit.chunk.cmp(&right.hit.chunk))
    });
    Ok((found, degraded))
}

fn hit(analyzers: &Analyzers, query: &str, found: &Found, passage: Passage) -> Hit {
    let highlights = highlights(analyzers.of(&found.collection), query, &passage.text);
    let citation = Citation::of(&passage);
    Hit {
        score: found.hit.score,
        collection: found.collection.name.clone(),
        document: passage.document,
        text: passage.text,
        highlights,
        citation,
        legs: vec![LegRank { leg: Leg::Keyword, rank: found.rank, score: found.hit.score }],
    }
}

/// Whether the rest of the answer is worth giving without this leg.
fn is_degradation(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Unavailable | ErrorKind::Corrupt)
}

fn degradation(collection: &CollectionName, error: &Error) -> Degradation {
    let reason = match error.kind() {
        ErrorKind::NotFound => "the index is still being built".to_owned(),
        kind => kind.title().to_owned(),
    };
    tracing::warn!(collection = %collection, %error, "the keyword leg is missing from an answer");
    Degradation { leg: Leg::Keyword, collection: collection.clone(), reason }
}
