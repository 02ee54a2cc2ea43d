//! The tool `ingest_text`.

use std::collections::BTreeSet;

use ragstone_api::access::Access;
use ragstone_api::ingest::{IngestTextRequest, WriteReceipt};
use ragstone_core::metadata::Metadata;
use ragstone_core::{CollectionName, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::argument::default_collection;
use super::{Call, Tool};

pub(super) struct IngestText;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Your own id of the document, such as `notes/2026-11-21`; the same one again replaces it.
    external_id: String,
    /// The text.
    text: String,
    /// Name of the collection to store it in; it must exist, but `default` is created when needed.
    #[serde(default = "default_collection")]
    collection: String,
    /// Title; taken from the text if left out.
    #[serde(default)]
    title: Option<String>,
    /// `markdown`, `html`, `text`, `json`, `csv` or a programming language; plain text if left out.
    #[serde(default)]
    format: Option<String>,
    /// Labels to filter by.
    #[serde(default)]
    tags: BTreeSet<String>,
    /// Attributes to filter by: texts, numbers and truth values.
    #[serde(default)]
    #[schemars(schema_with = "super::ingest_path::metadata_schema")]
    metadata: Metadata,
    /// Who may read it, as `{"allow": ["user:ann", "group:staff"], "deny": []}`; everybody if left out.
    #[serde(default)]
    access: Access,
}

impl Tool for IngestText {
    const NAME: &'static str = "ingest_text";
    const TITLE: &'static str = "Store a text";
    const DESCRIPTION: &'static str = "Stores a text as a document, or as a new version of the one with the same \
        external_id, and indexes it. Call it to keep notes, summaries or fetched pages for later. It is durable \
        once this returns. Next: give sequence as min_sequence to search to find it at once.";
    const OPERATION: &'static str = "documents.put";
    type Input = Input;
    type Output = WriteReceipt;

    async fn run(call: &Call<'_>, input: Input) -> Result<WriteReceipt> {
        let collection = CollectionName::try_new(input.collection)?;
        let request = IngestTextRequest {
            external_id: input.external_id,
            text: input.text,
            title: input.title,
            format: input.format,
            tags: input.tags,
            metadata: input.metadata,
            access: input.access,
        };
        let text = request.into_text(collection)?;
        let receipt = call.engine.ingest_text(&call.context, text).await?;
        Ok(receipt.into())
    }
}
