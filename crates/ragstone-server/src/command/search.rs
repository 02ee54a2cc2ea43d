//! `search`: finds passages.

use ragstone_api::search::{SearchRequest, SearchResponse};
use ragstone_core::Result;

use crate::cli::{Place, SearchArgs};
use crate::render;
use crate::session::Session;

/// Searches through the running server, or in this process.
pub(crate) async fn run(place: &Place, args: SearchArgs) -> Result<()> {
    let output = args.output.json;
    let request = request(args);
    let session = Session::open(place, "search", &[]).await?;
    let answer = async {
        session.catch_up().await?;
        session.client.post("/search", &request).await
    };
    let answer: Result<SearchResponse> = answer.await;
    let answer = session.finish(answer).await?;
    if output { render::json(&answer) } else { render::hits(&answer, request.detail) }
}

/// What the words ask for.
pub(crate) fn request(args: SearchArgs) -> SearchRequest {
    SearchRequest {
        query: args.query,
        collections: args.collections.iter().map(ToString::to_string).collect(),
        filter: args.filter,
        limit: args.limit,
        mode: args.mode.into(),
        min_sequence: None,
        detail: args.detail.into(),
        min_score: args.min_score,
        per_document: args.per_document,
        diversity: args.diversity,
        recency_half_life_days: args.recency_half_life_days,
        source_weights: args.source_weights,
        fusion: args.fusion.into(),
        accuracy: args.accuracy.into(),
        weight: args.weight,
        rerank: args.rerank,
        typo_tolerance: args.exact_words.then_some(false),
        explain: args.explain,
        facets: args.facets,
    }
}
