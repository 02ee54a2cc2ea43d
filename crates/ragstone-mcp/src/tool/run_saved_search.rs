//! The tool `run_saved_search`.

use ragstone_core::{Digest, Result, SavedSearchName, Sequence};
use schemars::JsonSchema;
use serde::Deserialize;

use super::search::{Output, Paging};
use super::{Call, Tool};

pub(super) struct RunSavedSearch;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Name of the saved search. `list_saved_searches` lists the names.
    name: String,
    /// Most hits over all pages, 1 to 1,000; as it was saved if left out.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<u32>,
    /// Waits until this write can be found: the `sequence` that an ingest or a deletion returned.
    #[serde(default)]
    min_sequence: Option<u64>,
    /// `next_cursor` of the answer before, with all other arguments unchanged, to get the hits that did not fit.
    #[serde(default)]
    cursor: Option<String>,
    /// Most tokens of the answer, 1,000 to 25,000; the server's default is usually right.
    #[serde(default)]
    #[schemars(range(min = 1000, max = 25000))]
    max_tokens: Option<u32>,
}

impl Tool for RunSavedSearch {
    const NAME: &'static str = "run_saved_search";
    const TITLE: &'static str = "Run a saved search";
    const DESCRIPTION: &'static str = "Finds the passages that a search kept under a name looks for, as search does, \
        among what you may read. Next: read_document for the surroundings of a hit, verify_citation before quoting an \
        older one.";
    const OPERATION: &'static str = "searches.run";
    type Input = Input;
    type Output = Output;

    async fn run(call: &Call<'_>, input: Input) -> Result<Output> {
        let name = SavedSearchName::try_new(input.name)?;
        let mut search = call.engine.saved_search(&call.context, &name).await?.search;
        search.limit = input.limit.unwrap_or(search.limit);
        // A cursor is good for this search only, and no longer when another one is saved under the name.
        let listing = format!("saved search {name} {}", Digest::of(format!("{search:?}").as_bytes()));
        let paging = Paging { listing, cursor: input.cursor, max_tokens: input.max_tokens };
        paging.search(call, &search, input.min_sequence.map(Sequence)).await
    }
}
