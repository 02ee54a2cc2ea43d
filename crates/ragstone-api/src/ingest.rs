//! Ingest of texts and of files.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ragstone_core::document as core;
use ragstone_core::metadata::{Metadata, check_metadata, check_tags};
use ragstone_core::report;
use ragstone_core::request::{IngestPaths, IngestText, MAX_INGEST_PATHS, MAX_INGEST_PLACES, PathReading};
use ragstone_core::{CollectionName, Error, Result};
use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::duplicate::{Duplicate, IngestDuplicate};

/// A text to store as a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IngestTextRequest {
    /// Your own id of the document; the same one again replaces it.
    pub external_id: String,
    /// The text.
    pub text: String,
    /// Title; taken from the text where left out.
    #[serde(default)]
    pub title: Option<String>,
    /// `markdown`, `html`, `text`, `json`, `csv` or a programming language; plain text where left out.
    #[serde(default)]
    pub format: Option<String>,
    /// Labels to filter by.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// Attributes to filter by: texts, numbers and truth values.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::attribute::openapi_schema))]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::attribute::json_schema"))]
    pub metadata: Metadata,
    /// Who may read it; everybody of the tenant where left out, also where the document had a list before.
    #[serde(default, skip_serializing_if = "Access::is_open")]
    pub access: Access,
}

impl IngestTextRequest {
    /// Checks tags, metadata and access list and names the collection.
    pub fn into_text(self, collection: CollectionName) -> Result<IngestText> {
        check_tags(&self.tags)?;
        check_metadata(&self.metadata)?;
        Ok(IngestText {
            collection,
            external_id: self.external_id,
            title: self.title,
            format: self.format,
            text: self.text,
            tags: self.tags,
            metadata: self.metadata,
            access: self.access.into_list()?,
        })
    }
}

/// A commit of a git repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GitCommit {
    /// Branch, tag, id of a commit or its first digits, or any other reference; `HEAD` where left out.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Longest name of a reference in bytes.
const MAX_REFERENCE_LEN: usize = 1024;

/// Files, folders, archives or repositories of the server's machine to bring a collection in line with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IngestPathsRequest {
    /// Absolute paths below the folders that the operator allowed; 1 to 256. An archive (`.zip`, `.tar`, `.tar.gz`, `.tgz`)
    /// is taken for its members.
    pub paths: Vec<String>,
    /// Files and folders at or below the paths that alone are looked at, whether they are there or not; all where left out.
    /// At most 4096, and not together with `git`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub places: BTreeSet<String>,
    /// Takes each path for a git repository, and reads what a commit holds in place of what lies on disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git: Option<GitCommit>,
    /// Deletes all documents of a folder that holds no file any more. Refused otherwise, because a disk that is not mounted
    /// looks the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_empty: bool,
    /// Labels of every document.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// Attributes of every document: texts, numbers and truth values.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::attribute::openapi_schema))]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::attribute::json_schema"))]
    pub metadata: Metadata,
    /// Who may read every document; everybody of the tenant where left out, also where documents had a list before.
    #[serde(default, skip_serializing_if = "Access::is_open")]
    pub access: Access,
}

impl IngestPathsRequest {
    /// Checks the number of paths, tags, metadata and access list and names the collection.
    pub fn into_paths(self, collection: CollectionName) -> Result<IngestPaths> {
        if self.paths.is_empty() || self.paths.len() > MAX_INGEST_PATHS {
            let rule = format!("must be 1 to {MAX_INGEST_PATHS}, are {}", self.paths.len());
            return Err(Error::invalid("paths", rule));
        }
        if self.paths.iter().chain(&self.places).any(|path| path.contains('\0')) {
            return Err(Error::invalid("paths", "must not contain the character NUL"));
        }
        check_tags(&self.tags)?;
        check_metadata(&self.metadata)?;
        Ok(IngestPaths {
            collection,
            paths: self.paths.into_iter().map(PathBuf::from).collect(),
            reading: reading(self.places, self.git)?,
            is_empty_allowed: self.allow_empty,
            tags: self.tags,
            metadata: self.metadata,
            access: self.access.into_list()?,
        })
    }
}

fn reading(places: BTreeSet<String>, git: Option<GitCommit>) -> Result<PathReading> {
    if places.len() > MAX_INGEST_PLACES {
        let rule = format!("must be at most {MAX_INGEST_PLACES}, are {}", places.len());
        return Err(Error::invalid("places", rule));
    }
    match git {
        Some(_) if !places.is_empty() => {
            Err(Error::invalid("places", "cannot be given together with git")
                .with_help("leave out one of them"))
        }
        Some(GitCommit { reference: Some(name) }) if name.is_empty() || name.len() > MAX_REFERENCE_LEN => {
            Err(Error::invalid("git.ref", format!("must have 1 to {MAX_REFERENCE_LEN} bytes")))
        }
        Some(GitCommit { reference }) => Ok(PathReading::Commit(reference)),
        None if places.is_empty() => Ok(PathReading::All),
        None => Ok(PathReading::Places(places.into_iter().map(PathBuf::from).collect())),
    }
}

/// Receipt of one stored document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WriteReceipt {
    /// Id of the document.
    pub document: String,
    /// What happened.
    pub effect: Effect,
    /// Version that is now current.
    pub version: u32,
    /// Position of that version in the feed of changes; give it as `min_sequence` to find it at once.
    pub sequence: u64,
    /// Documents of the collection that say the same or nearly so, at most 16, most alike first; left out where there are
    /// none, or nothing was written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<Duplicate>,
}

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The first version was stored.
    Created,
    /// A new version was stored.
    Updated,
    /// It was the same as before; nothing was written.
    Unchanged,
}

impl From<core::WriteReceipt> for WriteReceipt {
    fn from(receipt: core::WriteReceipt) -> Self {
        core::IngestReceipt::new(receipt, Vec::new()).into()
    }
}

impl From<core::IngestReceipt> for WriteReceipt {
    fn from(receipt: core::IngestReceipt) -> Self {
        Self {
            document: receipt.document.to_string(),
            effect: match receipt.effect {
                core::WriteEffect::Created => Effect::Created,
                core::WriteEffect::Updated => Effect::Updated,
                core::WriteEffect::Unchanged => Effect::Unchanged,
            },
            version: receipt.version.0,
            sequence: receipt.sequence.0,
            duplicates: receipt.duplicates.into_iter().map(Duplicate::from).collect(),
        }
    }
}

/// What an ingest of files did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IngestReport {
    /// Documents stored for the first time.
    pub created: u64,
    /// Documents stored in a new version.
    pub updated: u64,
    /// Documents that were the same as before.
    pub unchanged: u64,
    /// Documents deleted because their files are gone.
    pub deleted: u64,
    /// Number of files that could not be ingested.
    pub failed_total: u64,
    /// Files that could not be ingested, at most 1,000 of them.
    pub failed: Vec<IngestFailure>,
    /// Documents that were stored and say the same as another one of the collection or nearly so, at most 100 of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<IngestDuplicate>,
    /// Number of those documents.
    #[serde(default)]
    pub duplicates_total: u64,
    /// Bytes read from files.
    pub bytes: u64,
    /// Position of the latest change in the feed; give it as `min_sequence` to find everything at once.
    /// Left out where nothing changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// Time taken in milliseconds.
    pub took_ms: f64,
}

/// Why one file was not ingested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IngestFailure {
    /// The file.
    pub path: String,
    /// Reason code, such as `too_large`.
    pub reason: String,
    /// Why, in words.
    pub detail: String,
    /// What can be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl From<report::IngestReport> for IngestReport {
    fn from(report: report::IngestReport) -> Self {
        Self {
            created: report.created,
            updated: report.updated,
            unchanged: report.unchanged,
            deleted: report.deleted,
            failed_total: report.failed_total,
            failed: report.failed.into_iter().map(IngestFailure::from).collect(),
            duplicates: report.duplicates.into_iter().map(IngestDuplicate::from).collect(),
            duplicates_total: report.duplicates_total,
            bytes: report.bytes,
            sequence: report.sequence.map(|sequence| sequence.0),
            took_ms: report.took.as_secs_f64() * 1000.0,
        }
    }
}

impl From<report::IngestFailure> for IngestFailure {
    fn from(failure: report::IngestFailure) -> Self {
        Self {
            path: failure.path.display().to_string(),
            reason: failure.kind.codes().reason.to_owned(),
            detail: failure.reason,
            help: failure.help,
        }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::ErrorKind;

    use super::*;

    fn read(json: &str) -> Result<IngestPaths, ErrorKind> {
        let request: IngestPathsRequest = serde_json::from_str(json).expect("is a request");
        request.into_paths(CollectionName::default()).map_err(|error| error.kind())
    }

    #[test]
    fn what_is_read_of_paths_is_told_by_places_or_a_commit() {
        let reading = |json| read(json).map(|paths| paths.reading);
        assert_eq!(reading(r#"{"paths":["/a"]}"#), Ok(PathReading::All));
        let places = PathReading::Places([PathBuf::from("/a/b")].into());
        assert_eq!(reading(r#"{"paths":["/a"],"places":["/a/b"]}"#), Ok(places));
        assert_eq!(reading(r#"{"paths":["/a"],"git":{}}"#), Ok(PathReading::Commit(None)));
        let commit = PathReading::Commit(Some("v1".to_owned()));
        assert_eq!(reading(r#"{"paths":["/a"],"git":{"ref":"v1"}}"#), Ok(commit));
        let refused = Err(ErrorKind::InvalidArgument);
        assert_eq!(reading(r#"{"paths":["/a"],"git":{},"places":["/a/b"]}"#), refused);
        assert_eq!(reading(r#"{"paths":["/a"],"git":{"ref":""}}"#), refused);
    }

    #[test]
    fn a_plain_request_is_written_as_before_there_was_more_to_choose() {
        let request = IngestPathsRequest { paths: vec!["/a".to_owned()], ..Default::default() };
        let written = serde_json::to_value(&request).expect("serialises");
        assert_eq!(written, serde_json::json!({"paths": ["/a"], "tags": [], "metadata": {}}));
    }
}
