//! Saved searches.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use ragstone_api::page::PageQuery;
use ragstone_api::saved_search::{
    RunSearchRequest, SaveSearchRequest, SavedSearch, SavedSearchEntry, SavedSearchPage,
};
use ragstone_api::search::SearchResponse;
use ragstone_core::saved_search::SaveEffect;
use ragstone_core::{CallContext, SavedSearchName};

use crate::config::App;
use crate::extract::{Call, JsonBody, OptionalJsonBody, UrlPath, UrlQuery};
use crate::failure::{Answer, Failure};

/// Lists the saved searches, by name.
#[utoipa::path(
    get,
    path = "/searches",
    operation_id = "searches.list",
    tag = "search",
    params(PageQuery),
    responses((status = 200, description = "A page of saved searches", body = SavedSearchPage))
)]
pub(crate) async fn list(
    State(app): State<App>,
    Call(ctx): Call,
    UrlQuery(query): UrlQuery<PageQuery>,
) -> Answer<SavedSearchPage> {
    let listing = listing(&ctx);
    let request = app.state.cursors.open(&listing, query)?;
    let page = app.state.engine.saved_searches(&ctx, &request).await?;
    Ok(Json(SavedSearchPage {
        next_cursor: app.state.cursors.seal(&listing, &page),
        searches: page.items.into_iter().map(SavedSearchEntry::from).collect(),
    }))
}

/// Keeps a search under a name, in place of the one that has it.
#[utoipa::path(
    put,
    path = "/searches/{search}",
    operation_id = "searches.save",
    tag = "search",
    params(("search" = String, Path, description = "Name: 1 to 64 characters of `a-z`, `0-9`, `_` and `-`")),
    request_body = SaveSearchRequest,
    responses(
        (
            status = 201,
            description = "There was none of the name",
            body = SavedSearchEntry,
            headers(("location" = String, description = "Path of the saved search"))
        ),
        (status = 200, description = "It took the place of another one", body = SavedSearchEntry)
    )
)]
pub(crate) async fn save(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(name): UrlPath<SavedSearchName>,
    JsonBody(request): JsonBody<SaveSearchRequest>,
) -> Result<Response, Failure> {
    let receipt = app.state.engine.save_search(&ctx, request.named(name)?).await?;
    let entry = SavedSearchEntry::from(receipt.entry);
    Ok(match receipt.effect {
        SaveEffect::Created => {
            let location = format!("{}/searches/{}", crate::router::API, entry.name);
            (StatusCode::CREATED, [(LOCATION, location)], Json(entry)).into_response()
        }
        SaveEffect::Replaced => Json(entry).into_response(),
    })
}

/// Shows a saved search with everything that it asks.
#[utoipa::path(
    get,
    path = "/searches/{search}",
    operation_id = "searches.read",
    tag = "search",
    params(("search" = String, Path, description = "Name of the saved search")),
    responses((status = 200, description = "The saved search", body = SavedSearch))
)]
pub(crate) async fn read(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(name): UrlPath<SavedSearchName>,
) -> Answer<SavedSearch> {
    Ok(Json(app.state.engine.saved_search(&ctx, &name).await?.into()))
}

/// Deletes a saved search.
#[utoipa::path(
    delete,
    path = "/searches/{search}",
    operation_id = "searches.delete",
    tag = "search",
    params(("search" = String, Path, description = "Name of the saved search")),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn delete(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(name): UrlPath<SavedSearchName>,
) -> Result<StatusCode, Failure> {
    app.state.engine.delete_saved_search(&ctx, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Runs a saved search with the rights of the caller, as if it were asked now.
#[utoipa::path(
    post,
    path = "/searches/{search}/run",
    operation_id = "searches.run",
    tag = "search",
    params(("search" = String, Path, description = "Name of the saved search")),
    request_body(content = Option<RunSearchRequest>, description = "What differs in this run; may be left out"),
    responses((status = 200, description = "Hits, best first", body = SearchResponse))
)]
pub(crate) async fn run(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(name): UrlPath<SavedSearchName>,
    OptionalJsonBody(request): OptionalJsonBody<RunSearchRequest>,
) -> Answer<SearchResponse> {
    let found = app.state.engine.run_saved_search(&ctx, &name, request.into()).await?;
    Ok(Json(found.into()))
}

/// What cursors of this listing are bound to.
fn listing(ctx: &CallContext) -> String {
    format!("searches/{}", ctx.tenant())
}
