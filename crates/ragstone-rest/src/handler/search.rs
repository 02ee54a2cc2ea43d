//! Search.

use axum::Json;
use axum::extract::State;
use ragstone_api::search::{SearchRequest, SearchResponse};
use ragstone_core::{SearchDefinition, Sequence};

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
    let min_sequence = request.min_sequence.map(Sequence);
    let definition = SearchDefinition::try_from(request)?;
    let found = app.state.engine.search_defined(&ctx, &definition, min_sequence).await?;
    Ok(Json(found.into()))
}
