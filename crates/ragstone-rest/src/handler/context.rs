//! Context for models.

use axum::Json;
use axum::extract::State;
use ragstone_api::context::{ContextRequest, ContextResponse};

use crate::config::App;
use crate::extract::{Call, JsonBody};
use crate::failure::Answer;

/// Packs the passages that answer a question into a budget of tokens, with numbered citations.
#[utoipa::path(
    post,
    path = "/context",
    operation_id = "context",
    tag = "search",
    request_body = ContextRequest,
    responses((status = 200, description = "One part, best passages first", body = ContextResponse))
)]
pub(crate) async fn build(
    State(app): State<App>,
    Call(ctx): Call,
    JsonBody(request): JsonBody<ContextRequest>,
) -> Answer<ContextResponse> {
    let request = request.open(&app.state.cursors, ctx.tenant())?;
    let answer = app.state.engine.context(&ctx, request).await?;
    Ok(Json(ContextResponse::seal(answer, &app.state.cursors, ctx.tenant())))
}
