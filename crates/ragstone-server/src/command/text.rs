//! `text`: looks at what would become of a file.

mod preview;

use std::sync::Arc;

use ragstone_core::{Error, ErrorKind, Result, SystemClock};
use ragstone_engine::Preview;

pub(crate) use self::preview::{PreviewOfChunk, PreviewOfFile};
use crate::cli::{Place, PreviewArgs, TextCommand};
use crate::command::ingest::absolute;
use crate::config;
use crate::instance::engine_config;
use crate::render;

/// Runs one of the words of `text`.
pub(crate) async fn run(place: &Place, words: TextCommand) -> Result<()> {
    match words {
        TextCommand::Preview(args) => preview(place, args).await,
    }
}

/// Reads the file in this process, or in one of its own where an ingest does so; opens no data and asks no server.
async fn preview(place: &Place, args: PreviewArgs) -> Result<()> {
    let engine = engine_config(&config::load(place.config.as_deref())?, &[])?;
    let chunking = engine.chunking;
    let paths = absolute(std::slice::from_ref(&args.file))?;
    let Some(path) = paths.into_iter().next() else {
        return Err(Error::new(ErrorKind::Unexpected, "a path was lost"));
    };
    let read = move || Preview::of_file(&path, &engine, Arc::new(SystemClock));
    let preview = tokio::task::spawn_blocking(read).await.map_err(|source| {
        Error::new(ErrorKind::Unexpected, "cannot preview the file").with_source(source)
    })??;
    let preview = PreviewOfFile::new(&preview, chunking);
    if args.output.json { render::json(&preview) } else { render::preview(&preview) }
}
