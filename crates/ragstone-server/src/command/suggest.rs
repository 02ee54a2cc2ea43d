//! `suggest`: completes a query that is being written, and tells how it may have been meant.

use ragstone_api::suggest::{SuggestRequest, SuggestResponse};
use ragstone_core::Result;

use crate::cli::{Place, SuggestArgs};
use crate::render;
use crate::session::Session;

/// Asks the running server, or looks in this process.
pub(crate) async fn run(place: &Place, args: SuggestArgs) -> Result<()> {
    let request = SuggestRequest {
        text: args.text,
        collections: args.collections.iter().map(ToString::to_string).collect(),
        limit: args.limit,
    };
    let session = Session::open(place, "suggest", &[]).await?;
    let answer = async {
        session.catch_up().await?;
        session.client.post("/search/suggest", &request).await
    };
    let answer: Result<SuggestResponse> = answer.await;
    let answer = session.finish(answer).await?;
    if args.output.json { render::json(&answer) } else { render::suggestions(&answer) }
}
