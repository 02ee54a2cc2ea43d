//! Explaining an answer from what was noted while it was made.

use ragstone_core::collection::AnalyzerChoice;
use ragstone_core::explanation::{Cuts, EffectiveQuery, Explanation, Reading, Selectivity};
use ragstone_core::{CallContext, Filter, Result, SearchMode, SearchQuery};

use super::asking::Asking;
use crate::analyzers::analyzer;
use crate::answering::Answering;
use crate::engine::Engine;

impl Engine {
    /// Explains an answer; `None` where that was not asked.
    ///
    /// Costs two reads of each collection where the query has a filter.
    pub(super) async fn explanation(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        asked: &[Answering],
        cuts: Cuts,
    ) -> Result<Option<Explanation>> {
        let Some(notes) = asking.notes() else { return Ok(None) };
        let (yields, stages) = (notes.yields(), notes.times.told());
        let selectivity = match asking.query.filter() {
            Some(filter) => self.selectivity(ctx, filter, asked).await?,
            None => None,
        };
        let query = effective(asking.query, asked);
        Ok(Some(Explanation { query, yields, cuts, selectivity, stages }))
    }

    /// How much a filter lets through; `None` where the index of a collection that has chunks cannot say.
    async fn selectivity(
        &self,
        ctx: &CallContext,
        filter: &Filter,
        asked: &[Answering],
    ) -> Result<Option<Selectivity>> {
        let mut sum = Selectivity { admitted: 0, chunks: 0 };
        for answering in asked {
            let collection = &answering.collection;
            if self.catalog().statistics(ctx, collection.id).await?.chunks == 0 {
                continue;
            }
            match self.counts(ctx, filter, answering).await {
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
    async fn counts(&self, ctx: &CallContext, filter: &Filter, answering: &Answering) -> Result<(u64, u64)> {
        let (target, reader) = (answering.target(), ctx.principal().reader());
        let admitted = self.index().count(ctx, &target, Some(filter), &reader).await?;
        Ok((admitted, self.index().count(ctx, &target, None, &reader).await?))
    }
}

fn effective(query: &SearchQuery, asked: &[Answering]) -> EffectiveQuery {
    let parsed = query.parsed();
    let mut choices: Vec<AnalyzerChoice> = Vec::new();
    for answering in asked.iter().filter(|_| query.mode() != SearchMode::Semantic) {
        let collection = &answering.collection;
        if !choices.contains(&collection.keyword.analyzer) {
            choices.push(collection.keyword.analyzer);
        }
    }
    EffectiveQuery {
        words: parsed.words().to_owned(),
        phrases: parsed.phrases().to_vec(),
        exclusions: parsed.exclusions().to_vec(),
        fields: parsed.fields().to_vec(),
        readings: choices.into_iter().map(|choice| reading(choice, parsed.words())).collect(),
    }
}

fn reading(choice: AnalyzerChoice, words: &str) -> Reading {
    let analyzer = analyzer(choice);
    let mut terms: Vec<String> = Vec::new();
    for token in analyzer.tokens(words) {
        if !terms.contains(&token.term) {
            terms.push(token.term);
        }
    }
    Reading { analyzer: choice, terms, ignored: analyzer.stop_words(words) }
}
