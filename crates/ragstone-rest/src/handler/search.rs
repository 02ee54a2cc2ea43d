//! Search.

use axum::Json;
use axum::extract::State;
use ragstone_api::facets;
use ragstone_api::search::{SearchRequest, SearchResponse};
use ragstone_core::SearchQuery;

use crate::config::App;
use crate::extract::{Call, JsonBody};
use crate::failure::Answer;

/// Finds the passages that answer a question, with citations.
#[utoipa::path(
    post,
    path = "/search",
    operation_id = "search",
    tag = "search",
    request_body = SearchRequest,
    responses((status = 200, description = "Hits, best first", body = SearchResponse))
)]
pub(crate) async fn search(
    State(app): State<App>,
    Call(ctx): Call,
    JsonBody(request): JsonBody<SearchRequest>,
) -> Answer<SearchResponse> {
    let (detail, fields) = (request.detail.into(), request.facets.clone());
    let query = SearchQuery::try_from(request)?;
    let counting = facets::beside(&query, &fields)?;
    let answer = app.state.engine.search_in_detail(&ctx, query, detail).await?;
    let counted = match counting {
        Some(request) => Some(app.state.engine.facets(&ctx, request).await?),
        None => None,
    };
    Ok(Json(SearchResponse::from(answer).with_facets(counted)))
}
