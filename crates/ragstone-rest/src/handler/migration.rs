//! Migrations of collections to other models.

use axum::Json;
use axum::extract::State;
use ragstone_api::migration::{DropQuery, MigrateRequest, Migration, SwitchRequest};
use ragstone_core::CollectionName;
use ragstone_core::request::MigrateCollection;

use crate::config::App;
use crate::extract::{Call, JsonBody, UrlPath, UrlQuery};
use crate::failure::Answer;

/// Shows which models a collection has vectors of, and how far a migration has come.
#[utoipa::path(
    get,
    path = "/collections/{collection}/migration",
    operation_id = "collections.read_migration",
    tag = "collections",
    params(("collection" = String, Path, description = "Name of the collection")),
    responses((status = 200, description = "The migration", body = Migration))
)]
pub(crate) async fn read(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(name): UrlPath<CollectionName>,
) -> Answer<Migration> {
    Ok(Json(app.state.engine.migration(&ctx, &name).await?.into()))
}

/// Begins to build the vectors of another model, which answers once it has caught up.
#[utoipa::path(
    post,
    path = "/collections/{collection}/migration",
    operation_id = "collections.migrate",
    tag = "collections",
    params(("collection" = String, Path, description = "Name of the collection")),
    request_body = MigrateRequest,
    responses((status = 200, description = "The migration", body = Migration))
)]
pub(crate) async fn begin(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(name): UrlPath<CollectionName>,
    JsonBody(request): JsonBody<MigrateRequest>,
) -> Answer<Migration> {
    let request = MigrateCollection::try_from(request)?;
    Ok(Json(app.state.engine.migrate(&ctx, &name, request).await?.into()))
}

/// Lets the generation answer that waits for it, or the previous one again, as soon as it has caught up.
#[utoipa::path(
    post,
    path = "/collections/{collection}/migration/switch",
    operation_id = "collections.switch_generation",
    tag = "collections",
    params(("collection" = String, Path, description = "Name of the collection")),
    request_body = SwitchRequest,
    responses((status = 200, description = "The migration", body = Migration))
)]
pub(crate) async fn switch(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(name): UrlPath<CollectionName>,
    JsonBody(request): JsonBody<SwitchRequest>,
) -> Answer<Migration> {
    Ok(Json(app.state.engine.switch_generation(&ctx, &name, request.to.into()).await?.into()))
}

/// Drops the generation that is being built, or the previous one, with its vectors and its index.
#[utoipa::path(
    delete,
    path = "/collections/{collection}/migration",
    operation_id = "collections.drop_generation",
    tag = "collections",
    params(("collection" = String, Path, description = "Name of the collection"), DropQuery),
    responses((status = 200, description = "What is left", body = Migration))
)]
pub(crate) async fn drop(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(name): UrlPath<CollectionName>,
    UrlQuery(query): UrlQuery<DropQuery>,
) -> Answer<Migration> {
    Ok(Json(app.state.engine.drop_generation(&ctx, &name, query.generation.into()).await?.into()))
}
