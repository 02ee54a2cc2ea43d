//! Search: analyse, ask the index of every collection, merge, read the passages, mark and cite.

use std::collections::HashMap;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};
use ragstone_core::answer::{Citation, Hit, Leg, SearchAnswer};
use ragstone_core::collection::Collection;
use ragstone_core::document::Passage;
use ragstone_core::index::DenseVector;
use ragstone_core::{CallContext, ChunkId, Error, Result, Scope, SearchMode, SearchQuery};
use ragstone_observability::{field, metric, span};
use ragstone_text::{Analyzer, highlights};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug_span, info_span};

use self::answers::Found as FoundHits;
use self::fusion::{FusedHit, fuse};
use self::leg::LegOutcome;
use crate::engine::Engine;
use crate::passage_terms::analyzer;
use crate::semantics::no_model;
use crate::stage::Stages;

mod answers;
mod filter_check;
mod fusion;
mod kept;
mod leg;
pub(crate) mod popular;
mod scope;
mod similar;

/// Hits beyond the limit that are asked for, because some may be of a version that has just been replaced.
const SPARE_HITS: usize = 16;
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
    /// Finds the passages that answer a query best.
    ///
    /// A collection whose index cannot answer is named in [`SearchAnswer::degraded`]; when none can answer, the
    /// search fails with `Unavailable`. Errors: `InvalidArgument` for an unknown filter field or a query
    /// without searchable words, `FailedPrecondition` for a semantic search without a model, `NotFound` for an unknown
    /// collection, `DeadlineExceeded` while waiting for `min_sequence`. Cost: one index query for each collection and
    /// leg, one vector of a query that was not asked lately, and one catalog read; where answers are kept and the
    /// answer is found among them, two catalog reads.
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
        let meaning = self.meaning(ctx, query).await?;
        let legs: Vec<Vec<LegOutcome>> = futures::stream::iter(collections)
            .map(|collection| self.legs(ctx, query, collection, &meaning))
            .buffered(CONCURRENT_COLLECTIONS)
            .try_collect()
            .await?;
        let weight = self.config().semantic_weight;
        let fused = self.stages().run("fusion", &debug_span!(span::SEARCH_FUSION), || {
            fuse(legs.into_iter().flatten().collect(), weight)
        });
        let (mut found, degraded) = fused?;
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

    /// The vector of the query, if the semantic leg is to look.
    async fn meaning(&self, ctx: &CallContext, query: &SearchQuery) -> Result<Meaning> {
        let semantics = match (query.mode(), &self.shared.semantics) {
            (SearchMode::Keyword, _) | (SearchMode::Hybrid, None) => return Ok(Meaning::NotAsked),
            (SearchMode::Semantic, None) => return Err(no_model()),
            (SearchMode::Semantic | SearchMode::Hybrid, Some(semantics)) => semantics,
        };
        let embedding = semantics.query(ctx, query.text());
        match self.stages().wait("embed", debug_span!(span::SEARCH_EMBED), embedding).await {
            Ok(vector) => Ok(Meaning::Vector(vector)),
            Err(error) if query.mode() == SearchMode::Semantic => Err(error),
            Err(error) if error.kind().is_client_fault() => Err(error),
            Err(error) => {
                tracing::warn!(%error, "a query could not be embedded");
                Ok(Meaning::Unknown(error.kind().title()))
            }
        }
    }

    /// Both legs in one collection, at the same time.
    async fn legs(
        &self,
        ctx: &CallContext,
        query: &SearchQuery,
        collection: Arc<Collection>,
        meaning: &Meaning,
    ) -> Result<Vec<LegOutcome>> {
        let keyword = async {
            match query.mode() {
                SearchMode::Semantic => Ok(None),
                SearchMode::Keyword | SearchMode::Hybrid => self.keyword_leg(ctx, query, &collection).await,
            }
        };
        let semantic = async {
            match meaning {
                Meaning::NotAsked => Ok(None),
                Meaning::Vector(vector) => {
                    self.semantic_leg(ctx, query, &collection, vector.clone()).await.map(Some)
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
        Ok(keyword.into_iter().chain(semantic).collect())
    }

    /// Reads the passages of the best hits; a hit whose version was replaced meanwhile is left out.
    async fn hits(&self, ctx: &CallContext, query: &SearchQuery, found: Vec<FusedHit>) -> Result<Vec<Hit>> {
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
                .map(|(found, passage)| hit(&analyzers, query.text(), found, passage))
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

fn hit(analyzers: &Analyzers, query: &str, found: FusedHit, passage: Passage) -> Hit {
    let highlights = highlights(analyzers.of(&found.collection), query, &passage.text);
    let citation = Citation::of(&passage);
    Hit {
        score: found.hit.score,
        collection: found.collection.name.clone(),
        document: passage.document,
        text: passage.text,
        highlights,
        citation,
        legs: found.legs,
    }
}
