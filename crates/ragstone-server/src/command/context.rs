//! `context`: packs passages into a budget of tokens, for a model to read.

use ragstone_api::context::{ContextRequest, ContextResponse};
use ragstone_core::Result;

use crate::cli::{ContextArgs, Place};
use crate::render;
use crate::session::Session;

/// Asks the running server, or searches in this process.
pub(crate) async fn run(place: &Place, args: ContextArgs) -> Result<()> {
    let request = ContextRequest {
        query: args.question,
        collections: args.collections.iter().map(ToString::to_string).collect(),
        filter: args.filter,
        limit: args.limit,
        mode: args.mode.into(),
        min_sequence: None,
        budget: args.budget,
        counter: args.counter.into(),
        detail: args.detail.into(),
        cursor: args.cursor,
    };
    let session = Session::open(place, "context", &[]).await?;
    let answer = async {
        session.catch_up().await?;
        session.client.post("/context", &request).await
    };
    let answer: Result<ContextResponse> = answer.await;
    let answer = session.finish(answer).await?;
    if args.output.json { render::json(&answer) } else { render::context(&answer) }
}
