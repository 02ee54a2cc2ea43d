//! Passages, queries and vectors from a folder: indexed once through the engine, then searched as another program asks,
//! so that rounds of several programs can take turns.
//!
//! Standard input has a line for each round: a way of searching, the first query and their number, such as
//! `hybrid 400 200`. Each is answered by a line of JSON with the milliseconds of each query and what it found. The first
//! line of all tells of the index, and the end of the input ends the process.

use std::path::Path;
use std::sync::Arc;

use ragstone_core::{CallContext, Clock as _, CollectionName, Error, ErrorKind, Result, SystemClock};
use serde::Serialize;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use self::asking::Asking;
use self::stand_in::StandIn;
use super::{broken, ingest, settings};
use crate::cli::Place;
use crate::data_dir::{DataDir, LockFailure};
use crate::instance::Instance;
use crate::models::OpenModel;
use crate::render;

mod asking;
mod rest;
mod stand_in;

/// What is ready to be asked.
#[derive(Serialize)]
struct Ready {
    chunks: u64,
    /// Until everything was stored, in seconds; left out where it was there before.
    stored_seconds: Option<f64>,
    /// Until everything could be found, by keyword and by vector.
    searchable_seconds: Option<f64>,
    /// Whether a model can embed queries.
    has_model: bool,
}

/// Indexes what is not indexed yet, and answers rounds until the end of the input.
pub(super) async fn run(place: &Place, folder: &Path) -> Result<()> {
    let data = place.data_dir.as_deref().ok_or_else(|| {
        Error::invalid("data_dir", "must name the folder to index into").with_help("name it with --data-dir")
    })?;
    let folder = folder.canonicalize().map_err(broken)?;
    let stand_in = StandIn::read(&folder)?;
    let lock = DataDir::open(Some(data))?.lock("bench").map_err(LockFailure::into_error)?;
    let mut placed = None;
    let of_model = |model: Option<OpenModel>| {
        let stand_in = Arc::new(stand_in.before(model.map(|model| model.embedder)));
        placed = Some(Arc::clone(&stand_in));
        Some(OpenModel { embedder: stand_in, description: "given vectors".to_owned() })
    };
    let instance =
        Instance::open_with(lock, settings(place)?, std::slice::from_ref(&folder), of_model).await?;
    let outcome = match placed {
        Some(stand_in) => answer(&instance, &folder, &stand_in).await,
        None => Err(Error::new(ErrorKind::Unexpected, "the instance was opened without a model")),
    };
    let closed = instance.close().await;
    outcome.and(closed)
}

async fn answer(instance: &Instance, folder: &Path, stand_in: &StandIn) -> Result<()> {
    line(&ready(instance, folder, stand_in).await?)?;
    let asking = Asking::start(instance, folder, stand_in).await?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(request) = lines.next_line().await.map_err(broken)? {
        line(&asking.round(&request).await?)?;
    }
    asking.stop().await;
    Ok(())
}

/// One passage must be one chunk, or the figures would not be comparable.
async fn ready(instance: &Instance, folder: &Path, stand_in: &StandIn) -> Result<Ready> {
    let (engine, ctx) = (instance.engine(), CallContext::new(Instance::admin_principal()));
    let mut ready =
        Ready { chunks: 0, stored_seconds: None, searchable_seconds: None, has_model: stand_in.has_model() };
    let statistics =
        async || Ok::<_, Error>(engine.collection(&ctx, &CollectionName::default()).await?.statistics);
    if statistics().await?.documents == 0 {
        let (clock, start) = (SystemClock, SystemClock.instant());
        let stored = ingest(engine, folder.join("documents")).await?.stored_seconds;
        engine.wait_embedded(&ctx, engine.status(&ctx).await?.head).await?;
        ready.stored_seconds = Some(stored);
        ready.searchable_seconds = Some((clock.instant() - start).as_secs_f64());
    }
    ready.chunks = statistics().await?.chunks;
    if ready.chunks == stand_in.passages() {
        return Ok(ready);
    }
    Err(Error::new(ErrorKind::FailedPrecondition, "the index does not have one chunk for each passage")
        .with_context("chunks", ready.chunks)
        .with_context("passages", stand_in.passages()))
}

fn line(value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(value)
        .map_err(|source| Error::new(ErrorKind::Unexpected, "cannot write JSON").with_source(source))?;
    render::text(&format!("{text}\n"))
}
