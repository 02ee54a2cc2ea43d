//! The tool `ingest_path`.

use std::collections::BTreeSet;

use ragstone_api::access::Access;
use ragstone_api::ingest::{IngestPathsRequest, IngestReport};
use ragstone_core::metadata::Metadata;
use ragstone_core::{CollectionName, Result};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::argument::default_collection;
use super::{Call, Tool, fit};
use crate::progress::ProgressFeed;

pub(super) struct IngestPath;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Absolute path of a file or a folder of the server's machine, below a folder that the operator allowed.
    path: String,
    /// Name of the collection to store it in; it must exist, but `default` is created when needed.
    #[serde(default = "default_collection")]
    collection: String,
    /// Labels of every document.
    #[serde(default)]
    tags: BTreeSet<String>,
    /// Attributes of every document: texts, numbers and truth values.
    #[serde(default)]
    #[schemars(schema_with = "metadata_schema")]
    metadata: Metadata,
    /// Who may read every document, as `{"allow": ["user:ann", "group:staff"], "deny": []}`; everybody if left out.
    #[serde(default)]
    access: Access,
}

pub(super) fn metadata_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "additionalProperties": { "type": ["string", "number", "boolean"] }
    })
}

impl Tool for IngestPath {
    const NAME: &'static str = "ingest_path";
    const TITLE: &'static str = "Ingest a file or folder";
    const DESCRIPTION: &'static str = "Brings a collection in line with a file, folder or archive of the server's \
        machine: new and changed files are stored, unchanged ones skipped, documents of deleted files deleted. Reports \
        progress. Files that could not be read are listed with the reason. Next: give sequence as min_sequence to \
        search to find everything at once.";
    const OPERATION: &'static str = "ingest.paths";
    const IS_LONG: bool = true;
    type Input = Input;
    type Output = IngestReport;

    async fn run(call: &Call<'_>, input: Input) -> Result<IngestReport> {
        let collection = CollectionName::try_new(input.collection)?;
        let Input { path, tags, metadata, access, .. } = input;
        let request = IngestPathsRequest { paths: vec![path], tags, metadata, access, ..Default::default() };
        let paths = request.into_paths(collection)?;
        let feed = ProgressFeed::new();
        let work = call.engine.ingest_paths(&call.context, paths, &feed);
        let mut report = IngestReport::from(feed.during(call.request, work).await?);
        // `failed_total` still counts the failures that are not listed.
        fit(&mut report.failed, call.budget(None)?.quarters() / 2)?;
        Ok(report)
    }
}
