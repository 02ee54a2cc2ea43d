//! `sources`: finds what could be indexed.

use ragstone_core::{Error, ErrorKind, Result};
use ragstone_sources::discover;
use ragstone_sources::git::DiscoverOptions;

use super::ingest::absolute;
use crate::cli::SourcesCommand;
use crate::render;

/// Runs one of the words of `sources`.
pub(crate) async fn run(words: SourcesCommand) -> Result<()> {
    let SourcesCommand::Discover { root, depth, output } = words;
    let options = DiscoverOptions { max_depth: usize::from(depth), ..DiscoverOptions::default() };
    let roots = absolute(&[root])?;
    let found = tokio::task::spawn_blocking(move || {
        roots.iter().map(|root| discover(root, options)).collect::<Result<Vec<_>>>()
    })
    .await
    .map_err(|source| {
        Error::new(ErrorKind::Unexpected, "cannot look for repositories").with_source(source)
    })??;
    let found: Vec<_> = found.into_iter().flatten().collect();
    if output.json { render::repositories_as_json(&found) } else { render::repositories(&found) }
}
