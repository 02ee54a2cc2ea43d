//! Collections.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use ragstone_api::collection::{Collection, CollectionPage, CreateCollectionRequest};
use ragstone_api::document::Deletion;
use ragstone_api::page::PageQuery;
use ragstone_core::collection::CollectionStatistics;
use ragstone_core::report::CollectionOverview;
use ragstone_core::request::CreateCollection;
use ragstone_core::{CallContext, CollectionName};

use crate::config::App;
use crate::extract::{Call, JsonBody, UrlPath, UrlQuery};
use crate::failure::{Answer, Failure};

/// Lists the collections, by name.
#[utoipa::path(
    get,
    path = "/collections",
    operation_id = "collections.list",
    tag = "collections",
    params(PageQuery),
    responses((status = 200, description = "A page of collections", body = CollectionPage))
)]
pub(crate) async fn list(
    State(app): State<App>,
    Call(ctx): Call,
    UrlQuery(query): UrlQuery<PageQuery>,
) -> Answer<CollectionPage> {
    let listing = listing(&ctx);
    let request = app.state.cursors.open(&listing, query)?;
    let page = app.state.engine.collections(&ctx, &request).await?;
    Ok(Json(CollectionPage {
        next_cursor: app.state.cursors.seal(&listing, &page),
        collections: page.items.into_iter().map(Collection::from).collect(),
    }))
}

/// Creates a collection.
#[utoipa::path(
    post,
    path = "/collections",
    operation_id = "collections.create",
    tag = "collections",
    request_body = CreateCollectionRequest,
    responses((
        status = 201,
        description = "The new collection",
        body = Collection,
        headers(("location" = String, description = "Path of the collection"))
    ))
)]
pub(crate) async fn create(
    State(app): State<App>,
    Call(ctx): Call,
    JsonBody(request): JsonBody<CreateCollectionRequest>,
) -> Result<Response, Failure> {
    let new = CreateCollection::try_from(request)?;
    let collection = app.state.engine.create_collection(&ctx, new).await?;
    let location = format!("{}/collections/{}", crate::router::API, collection.name);
    let created =
        Collection::from(CollectionOverview { collection, statistics: CollectionStatistics::default() });
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(created)).into_response())
}

/// Shows a collection and how much it holds.
#[utoipa::path(
    get,
    path = "/collections/{collection}",
    operation_id = "collections.read",
    tag = "collections",
    params(("collection" = String, Path, description = "Name of the collection")),
    responses((status = 200, description = "The collection", body = Collection))
)]
pub(crate) async fn read(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(name): UrlPath<CollectionName>,
) -> Answer<Collection> {
    let overview = app.state.engine.collection(&ctx, &name).await?;
    Ok(Json(overview.into()))
}

/// Deletes a collection with all its documents.
#[utoipa::path(
    delete,
    path = "/collections/{collection}",
    operation_id = "collections.delete",
    tag = "collections",
    params(("collection" = String, Path, description = "Name of the collection")),
    responses((status = 200, description = "Receipt of the deletion", body = Deletion))
)]
pub(crate) async fn delete(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(name): UrlPath<CollectionName>,
) -> Answer<Deletion> {
    let sequence = app.state.engine.delete_collection(&ctx, &name).await?;
    Ok(Json(sequence.into()))
}

/// What cursors of this listing are bound to.
fn listing(ctx: &CallContext) -> String {
    format!("collections/{}", ctx.tenant())
}
