//! The tool `compare_versions`.

use ragstone_api::history::VersionDiff;
use ragstone_core::{DocumentId, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_versions::version;
use super::{Call, Tool};
use crate::budget::prefix_len;

pub(super) struct CompareVersions;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Id of the document.
    document: String,
    /// Version that is compared: `version` of list_versions.
    #[schemars(range(min = 1))]
    from: u32,
    /// Version that it is compared with; the newest one if left out.
    #[serde(default)]
    #[schemars(range(min = 1))]
    to: Option<u32>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    /// What changed; `unified` is as long as the budget allows.
    #[serde(flatten)]
    difference: VersionDiff,
}

impl Tool for CompareVersions {
    const NAME: &'static str = "compare_versions";
    const TITLE: &'static str = "Compare two versions of a document";
    const DESCRIPTION: &'static str = "Says what changed between two versions of a document: a unified diff of the \
        texts, and which of title, tags and other attributes differ. Call list_versions first to see which are kept.";
    const OPERATION: &'static str = "documents.diff";
    type Input = Input;
    type Output = Output;

    async fn run(call: &Call<'_>, input: Input) -> Result<Output> {
        let id: DocumentId = input.document.parse()?;
        let (from, to) = (version(input.from)?, input.to.map(version).transpose()?);
        let found = call.engine.diff_versions(&call.context, id, from, to).await?;
        let mut difference = VersionDiff::from(found);
        // The text stands in the answer twice.
        let shown = prefix_len(&difference.unified, call.budget(None)?.quarters() / 3);
        if shown < difference.unified.len() {
            difference.unified.truncate(shown);
            difference.is_cut = true;
        }
        Ok(Output { difference })
    }
}
