//! Health checks, open to everybody; they tell a state and nothing else.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use ragstone_api::status::{Health, HealthStatus};

use crate::config::App;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/health/startup", get(startup))
}

async fn live() -> Json<Health> {
    Json(Health { status: HealthStatus::Live })
}

async fn ready(State(app): State<App>) -> (StatusCode, Json<Health>) {
    let mut status = HealthStatus::from(app.state.engine.readiness());
    if status == HealthStatus::Ready
        && let Some(stores) = &app.config.stores
        && !stores.is_available().await
    {
        status = HealthStatus::Unavailable;
    }
    answer(status == HealthStatus::Ready, status)
}

async fn startup(State(app): State<App>) -> (StatusCode, Json<Health>) {
    let status = HealthStatus::from(app.state.engine.readiness());
    answer(status != HealthStatus::Starting, status)
}

fn answer(is_fine: bool, status: HealthStatus) -> (StatusCode, Json<Health>) {
    let code = if is_fine { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(Health { status }))
}
