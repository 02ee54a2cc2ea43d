//! State of the instance.

use axum::Json;
use axum::extract::State;
use ragstone_api::status::Status;

use crate::config::App;
use crate::extract::Call;
use crate::failure::Answer;

/// Shows how far indexing has come.
#[utoipa::path(
    get,
    path = "/status",
    operation_id = "status.read",
    tag = "status",
    responses((status = 200, description = "State of the instance", body = Status))
)]
pub(crate) async fn read(State(app): State<App>, Call(ctx): Call) -> Answer<Status> {
    let status = app.state.engine.status(&ctx).await?;
    Ok(Json(status.into()))
}
