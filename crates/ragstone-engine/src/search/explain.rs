//! Explaining an answer from what was noted while it was made.

use std::sync::Arc;

use ragstone_core::collection::{AnalyzerChoice, Collection};
use ragstone_core::explanation::{Cuts, EffectiveQuery, Explanation, Reading, Selectivity};
use ragstone_core::{CallContext, Filter, Result, SearchMode, SearchQuery};

use super::analyzers::Analyzers;
use super::asking::Asking;
use crate::engine::Engine;
use crate::projection::target;

impl Engine {
    /// Explains an answer; `None` where that was not asked.
    ///
    /// Costs two reads of each collection where the query has a filter.
    pub(super) async fn explanation(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        collections: &[Arc<Collection>],
        cuts: Cuts,
    ) -> Result<Option<Explanation>> {
        let Some(notes) = asking.notes() else { return Ok(None) };
        let (yields, stages) = (notes.yields(), notes.times.told());
        let selectivity = match asking.query.filter() {
            Some(filter) => self.selectivity(ctx, filter, collections).await?,
            None => None,
        };
        let query = effective(asking.query, collections);
        Ok(Some(Explanation { query, yields, cuts, selectivity, stages }))
    }

    /// How much a filter lets through; `None` where the index of a collection that has chunks cannot say.
    async fn selectivity(
        &self,
        ctx: &CallContext,
        filter: &Filter,
        collections: &[Arc<Collection>],
    ) -> Result<Option<Selectivity>> {
        let mut sum = Selectivity { admitted: 0, chunks: 0 };
        for collection in collections {
            if self.catalog().statistics(ctx, collection.id).await?.chunks == 0 {
                continue;
            }
            match self.counts(ctx, filter, collection).await {
                Ok((admitted, chunks)) => {
                    sum.admitted += admitted;
                    sum.chunks += chunks;
                }
                Err(error) => {
                    tracing::debug!(collection = %collection.name, %error, "chunks could not be counted");
                    return Ok(None);
                }
            }
        }
        Ok(Some(sum))
    }

    /// Chunks of a collection that the caller may read: those that the filter admits, and all.
    async fn counts(
        &self,
        ctx: &CallContext,
        filter: &Filter,
        collection: &Collection,
    ) -> Result<(u64, u64)> {
        let (target, reader) = (target(collection), ctx.principal().reader());
        let admitted = self.index().count(ctx, &target, Some(filter), &reader).await?;
        Ok((admitted, self.index().count(ctx, &target, None, &reader).await?))
    }
}

fn effective(query: &SearchQuery, collections: &[Arc<Collection>]) -> EffectiveQuery {
    let parsed = query.parsed();
    let mut choices: Vec<AnalyzerChoice> = Vec::new();
    for collection in collections.iter().filter(|_| query.mode() != SearchMode::Semantic) {
        if !choices.contains(&collection.keyword.analyzer) {
            choices.push(collection.keyword.analyzer);
        }
    }
    let analyzers = Analyzers::default();
    EffectiveQuery {
        words: parsed.words().to_owned(),
        phrases: parsed.phrases().to_vec(),
        exclusions: parsed.exclusions().to_vec(),
        fields: parsed.fields().to_vec(),
        readings: choices.into_iter().map(|choice| reading(&analyzers, choice, parsed.words())).collect(),
    }
}

fn reading(analyzers: &Analyzers, choice: AnalyzerChoice, words: &str) -> Reading {
    let analyzer = analyzers.get(choice);
    let mut terms: Vec<String> = Vec::new();
    for token in analyzer.tokens(words) {
        if !terms.contains(&token.term) {
            terms.push(token.term);
        }
    }
    Reading { analyzer: choice, terms, ignored: analyzer.stop_words(words) }
}
