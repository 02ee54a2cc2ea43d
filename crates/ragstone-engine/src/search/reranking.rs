//! A second look at the best candidates, by a model that reads each of them together with the query.

use ragstone_core::explanation::Cuts;
use ragstone_core::{CallContext, Error, ErrorKind, Result, SearchQuery};
use ragstone_observability::span;
use tracing::debug_span;

use super::asking::Asking;
use super::candidates::Candidate;
use crate::engine::Engine;

/// Candidates that are read again, at least.
const LEAST: usize = 32;

/// Candidates that are read again: one look costs as much as the embedding of a passage.
pub(super) fn depth(query: &SearchQuery) -> usize {
    LEAST.max(query.limit() as usize)
}

/// Nothing can be read again.
pub(super) fn no_reranker() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "there is no model to rerank with")
        .with_help("leave `rerank` out, or name a model in `reranker.folder` of the configuration")
}

impl Engine {
    /// Gives the best candidates the scores of the model, from 0 to 1, and drops the others; without the option, all
    /// stay as they are.
    pub(super) async fn rerank(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        candidates: &mut Vec<Candidate>,
        cuts: &mut Cuts,
    ) -> Result<()> {
        if !asking.query.options().is_reranked || candidates.is_empty() {
            return Ok(());
        }
        let reranker = self.shared.stores.reranker.as_ref().ok_or_else(no_reranker)?;
        let depth = depth(asking.query);
        cuts.beyond_limit += candidates.len().saturating_sub(depth);
        candidates.truncate(depth);
        let texts: Vec<&str> = candidates.iter().map(|candidate| candidate.passage.text.as_str()).collect();
        let judging = reranker.rerank(ctx, asking.query.parsed().words(), &texts);
        let judged = self.stages(asking).wait("rerank", debug_span!(span::SEARCH_RERANK), judging).await?;
        if judged.len() != candidates.len() {
            return Err(Error::new(ErrorKind::Unexpected, "the model judged another number of passages"));
        }
        for (candidate, judged) in candidates.iter_mut().zip(judged) {
            let relevance = logistic(judged.score);
            candidate.relevance = Some(relevance);
            candidate.fused.hit.score = relevance;
        }
        Ok(())
    }
}

/// The probability that a cross-encoder's number stands for.
fn logistic(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}
