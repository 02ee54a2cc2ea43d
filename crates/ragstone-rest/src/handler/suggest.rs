//! Suggestions for a query that is being written.

use axum::Json;
use axum::extract::State;
use ragstone_api::suggest::{SuggestRequest, SuggestResponse};

use crate::config::App;
use crate::extract::{Call, JsonBody};
use crate::failure::Answer;

/// Completes the last word of a query, and tells how it may have been meant.
#[utoipa::path(
    post,
    path = "/search/suggest",
    operation_id = "search.suggest",
    tag = "search",
    request_body = SuggestRequest,
    responses((status = 200, description = "Completions and another spelling", body = SuggestResponse))
)]
pub(crate) async fn suggest(
    State(app): State<App>,
    Call(ctx): Call,
    JsonBody(request): JsonBody<SuggestRequest>,
) -> Answer<SuggestResponse> {
    let suggestions = app.state.engine.suggest(&ctx, request.try_into()?).await?;
    Ok(Json(suggestions.into()))
}
