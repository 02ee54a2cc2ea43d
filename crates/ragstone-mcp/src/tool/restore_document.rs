//! The tool `restore_document`.

use ragstone_api::ingest::WriteReceipt;
use ragstone_core::{DocumentId, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_versions::version;
use super::{Call, Tool};

pub(super) struct RestoreDocument;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Id of the document.
    document: String,
    /// Version to bring back; of a deleted document the last one if left out.
    #[serde(default)]
    #[schemars(range(min = 1))]
    version: Option<u32>,
    /// Version that the document must be at, so that nothing newer is replaced unseen.
    #[serde(default)]
    #[schemars(range(min = 1))]
    expected_version: Option<u32>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    /// The version that is now current.
    #[serde(flatten)]
    receipt: WriteReceipt,
}

impl Tool for RestoreDocument {
    const NAME: &'static str = "restore_document";
    const TITLE: &'static str = "Bring back an earlier version or a deleted document";
    const DESCRIPTION: &'static str = "Makes an earlier version of a document the current one, as a new version, or \
        brings a deleted document back. Nothing is lost: the version in between is kept. Call list_versions first.";
    const OPERATION: &'static str = "documents.restore";
    type Input = Input;
    type Output = Output;

    async fn run(call: &Call<'_>, input: Input) -> Result<Output> {
        let id: DocumentId = input.document.parse()?;
        let wanted = input.version.map(version).transpose()?;
        let expected = input.expected_version.map(version).transpose()?;
        let receipt = call.engine.restore_version(&call.context, id, wanted, expected).await?;
        Ok(Output { receipt: receipt.into() })
    }
}
