//! Values of fields.

use axum::Json;
use axum::extract::State;
use ragstone_api::facets::{FacetsRequest, FacetsResponse};

use crate::config::App;
use crate::extract::{Call, JsonBody};
use crate::failure::Answer;

/// Counts the documents that have each value of some fields.
#[utoipa::path(
    post,
    path = "/facets",
    operation_id = "search.facets",
    tag = "search",
    request_body = FacetsRequest,
    responses((status = 200, description = "Values, those of most documents first", body = FacetsResponse))
)]
pub(crate) async fn count(
    State(app): State<App>,
    Call(ctx): Call,
    JsonBody(request): JsonBody<FacetsRequest>,
) -> Answer<FacetsResponse> {
    let answer = app.state.engine.facets(&ctx, request.try_into()?).await?;
    Ok(Json(answer.into()))
}
