//! `facets`: counts the values of fields.

use ragstone_api::facets::{FacetsRequest, FacetsResponse};
use ragstone_core::Result;

use crate::cli::{FacetsArgs, Place};
use crate::render;
use crate::session::Session;

/// Counts through the running server, or in this process.
pub(crate) async fn run(place: &Place, args: FacetsArgs) -> Result<()> {
    let as_json = args.output.json;
    let request = FacetsRequest {
        fields: args.fields,
        filter: args.filter,
        collections: args.collections.iter().map(ToString::to_string).collect(),
        limit: args.limit,
        min_sequence: None,
    };
    let session = Session::open(place, "facets", &[]).await?;
    let answer = async {
        session.catch_up().await?;
        session.client.post("/facets", &request).await
    };
    let answer: Result<FacetsResponse> = answer.await;
    let answer = session.finish(answer).await?;
    if as_json { render::json(&answer) } else { render::text(&render::facets(&answer)) }
}
