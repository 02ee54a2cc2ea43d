//! Documents that say the same as others, or nearly so.

use axum::Json;
use axum::extract::State;
use ragstone_api::duplicate::{DuplicateGroup, DuplicatePage, DuplicatesQuery, listing};
use ragstone_core::CollectionName;

use crate::config::App;
use crate::extract::{Call, UrlPath, UrlQuery};
use crate::failure::Answer;

/// Lists groups of documents of a collection that say the same or nearly so.
#[utoipa::path(
    get,
    path = "/collections/{collection}/duplicates",
    operation_id = "documents.duplicates",
    tag = "documents",
    params(("collection" = String, Path, description = "Name of the collection"), DuplicatesQuery),
    responses((status = 200, description = "A page of groups", body = DuplicatePage))
)]
pub(crate) async fn list(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(collection): UrlPath<CollectionName>,
    UrlQuery(query): UrlQuery<DuplicatesQuery>,
) -> Answer<DuplicatePage> {
    let (threshold, query) = query.open()?;
    let listing = format!("{}/{}", ctx.tenant(), listing(collection.as_str(), threshold));
    let request = app.state.cursors.open(&listing, query)?;
    let page = app.state.engine.duplicate_groups(&ctx, &collection, threshold, &request).await?;
    let next_cursor = app.state.cursors.seal(&listing, &page);
    let groups = page.items.into_iter().map(DuplicateGroup::from);
    Ok(Json(DuplicatePage { groups: groups.collect(), next_cursor }))
}
