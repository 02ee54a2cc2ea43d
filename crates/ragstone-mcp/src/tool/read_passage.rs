//! The tool `read_passage`.

use ragstone_core::Result;
use schemars::JsonSchema;
use serde::Deserialize;

use super::excerpt::Excerpt;
use super::{Call, Tool};

pub(super) struct ReadPassage;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Id of the passage: `chunk` of a citation.
    chunk: String,
}

impl Tool for ReadPassage {
    const NAME: &'static str = "read_passage";
    const TITLE: &'static str = "Read a passage";
    const DESCRIPTION: &'static str = "Reads one passage again by the chunk id of a citation, with a citation of the \
        document's current version. A passage of an older version is not found any more: search again then. \
        Next: read_document for what stands around it.";
    const OPERATION: &'static str = "passages.read";
    type Input = Input;
    type Output = Excerpt;

    async fn run(call: &Call<'_>, input: Input) -> Result<Excerpt> {
        let budget = call.budget(None)?;
        let passage = call.engine.passage(&call.context, input.chunk.parse()?).await?;
        let citation = ragstone_core::answer::Citation::of(&passage);
        let mut excerpt = Excerpt::new(passage.text, citation.into());
        excerpt.cut_to(budget.quarters())?;
        Ok(excerpt)
    }
}
