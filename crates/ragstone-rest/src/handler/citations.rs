//! Citations.

use axum::Json;
use axum::extract::State;
use ragstone_api::citation::{CitationCheck, VerifyRequest};
use ragstone_core::request::CitationReference;

use crate::config::App;
use crate::extract::{Call, JsonBody};
use crate::failure::Answer;

/// Checks whether a cited text still stands where the citation says.
#[utoipa::path(
    post,
    path = "/citations/verify",
    operation_id = "citations.verify",
    tag = "citations",
    request_body = VerifyRequest,
    responses((status = 200, description = "What became of the cited text", body = CitationCheck))
)]
pub(crate) async fn verify(
    State(app): State<App>,
    Call(ctx): Call,
    JsonBody(request): JsonBody<VerifyRequest>,
) -> Answer<CitationCheck> {
    let citation = CitationReference::try_from(request)?;
    let check = app.state.engine.verify(&ctx, &citation).await?;
    Ok(Json(check.into()))
}
