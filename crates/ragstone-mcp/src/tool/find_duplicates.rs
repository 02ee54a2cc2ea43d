//! The tool `find_duplicates`.

use ragstone_api::duplicate::{DuplicateGroup, listing};
use ragstone_api::page::PageQuery;
use ragstone_core::duplicate::DuplicateThreshold;
use ragstone_core::{CollectionName, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::argument::default_collection;
use super::{Call, Tool, fit};

/// Most documents of a group that are shown.
const SHOWN: usize = 20;

pub(super) struct FindDuplicates;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Name of the collection.
    #[serde(default = "default_collection")]
    collection: String,
    /// Share of what two documents say that both must say, 0.7 to 1; the configured one if left out.
    #[serde(default)]
    #[schemars(range(min = 0.7, max = 1.0))]
    threshold: Option<f32>,
    /// Most groups, 1 to 1,000; 50 if left out.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    page_size: Option<u32>,
    /// `next_cursor` of the page before, to read on.
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    /// Groups of documents, by the source of the first one; up to 20 of each are shown.
    groups: Vec<DuplicateGroup>,
    /// Give it as `cursor` to read on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl Tool for FindDuplicates {
    const NAME: &'static str = "find_duplicates";
    const TITLE: &'static str = "Find documents that say the same";
    const DESCRIPTION: &'static str = "Lists groups of documents of a collection that say the same or nearly so, with how \
        much of the first one each says. Call it to tidy up a collection, or when answers repeat themselves. Nothing is \
        changed. Next: read_document with an id.";
    const OPERATION: &'static str = "documents.duplicates";
    type Input = Input;
    type Output = Output;

    async fn run(call: &Call<'_>, input: Input) -> Result<Output> {
        let name = CollectionName::try_new(input.collection)?;
        let threshold = input.threshold.map(DuplicateThreshold::try_new).transpose()?;
        let listing = listing(name.as_str(), threshold);
        let query = PageQuery { page_size: input.page_size, cursor: input.cursor };
        let request = call.open_page(&listing, query)?;
        let page = call.engine.duplicate_groups(&call.context, &name, threshold, &request).await?;
        let mut next = page.next;
        let mut groups: Vec<DuplicateGroup> = page.items.into_iter().map(DuplicateGroup::from).collect();
        for group in &mut groups {
            group.duplicates.truncate(SHOWN);
        }
        // The cursor may take as much as the longest source.
        if fit(&mut groups, call.budget(None)?.quarters() / 2)? {
            next = groups.last().map(|group| group.source.clone());
        }
        Ok(Output { groups, next_cursor: call.seal(&listing, next) })
    }
}
