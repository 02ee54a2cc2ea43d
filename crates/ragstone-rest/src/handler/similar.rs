//! Documents that are like another one.

use axum::Json;
use axum::extract::State;
use ragstone_api::similar::{DocumentName, SimilarQuery, SimilarResponse};

use crate::config::App;
use crate::extract::{Call, UrlPath, UrlQuery};
use crate::failure::Answer;

/// Finds the documents of the same collection that are most like a document.
#[utoipa::path(
    get,
    path = "/documents/{document}/similar",
    operation_id = "documents.similar",
    tag = "documents",
    params(
        ("document" = String, Path, description = "Id of the document, or its source, percent-encoded"),
        SimilarQuery
    ),
    responses((status = 200, description = "Documents, most like it first", body = SimilarResponse))
)]
pub(crate) async fn find(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(document): UrlPath<DocumentName>,
    UrlQuery(query): UrlQuery<SimilarQuery>,
) -> Answer<SimilarResponse> {
    let answer = app.state.engine.similar(&ctx, query.open(document)?).await?;
    Ok(Json(SimilarResponse::new(answer, ctx.principal().scope())))
}
