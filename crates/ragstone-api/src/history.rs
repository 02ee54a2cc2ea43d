//! Earlier versions of documents.

use ragstone_core::history as core;
use ragstone_core::page::Page;
use ragstone_core::report;
use ragstone_core::{CollectionName, DocumentVersion, Scope};
use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::time::rfc3339;

/// A version of a document that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoredVersion {
    /// The document as it is, or was, in this version.
    #[serde(flatten)]
    pub document: Document,
    /// When another version or a deletion followed (RFC 3339); left out of the current version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
}

impl StoredVersion {
    /// Builds the version of a document of a collection with this name, for a caller with this scope.
    pub fn new(collection: &CollectionName, version: core::StoredVersion, scope: Scope) -> Self {
        Self {
            document: Document::new(collection, version.document, scope),
            ended_at: version.ended_at.map(rfc3339),
        }
    }
}

/// Part of a listing of versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionPage {
    /// The versions.
    pub versions: Vec<StoredVersion>,
    /// Give it as `cursor` to read on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl VersionPage {
    /// Builds the part of a listing in a collection with this name, for a caller with this scope.
    pub fn new(
        collection: &CollectionName,
        page: Page<core::StoredVersion>,
        scope: Scope,
        next_cursor: Option<String>,
    ) -> Self {
        let versions = page.items.into_iter().map(|version| StoredVersion::new(collection, version, scope));
        Self { versions: versions.collect(), next_cursor }
    }
}

/// What is to be brought back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RestoreRequest {
    /// The version; of a deleted document the last one where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

impl RestoreRequest {
    /// The version as the engine takes it.
    pub fn version(self) -> Option<DocumentVersion> {
        self.version.map(DocumentVersion)
    }
}

/// What changed from one version of a document to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionDiff {
    /// Version that is compared.
    pub from: u32,
    /// Version that it is compared with.
    pub to: u32,
    /// Which of `title`, `format`, `language`, `tags`, `metadata` and `access` differ.
    pub changed: Vec<String>,
    /// Lines of the text that only `to` has.
    pub added_lines: u64,
    /// Lines of the text that only `from` has.
    pub removed_lines: u64,
    /// The difference of the texts, as `diff -u` writes it; empty where they are the same.
    pub unified: String,
    /// Whether `unified` ends early because it would be too long.
    pub is_cut: bool,
}

impl From<report::VersionDiff> for VersionDiff {
    fn from(diff: report::VersionDiff) -> Self {
        let (from, to) = (&diff.from, &diff.to);
        let fields = [
            ("title", from.title != to.title),
            ("format", from.format != to.format),
            ("language", from.language != to.language),
            ("tags", from.tags != to.tags),
            ("metadata", from.metadata != to.metadata),
            ("access", from.access != to.access),
        ];
        let changed = fields.into_iter().filter(|(_, is_changed)| *is_changed);
        Self {
            from: from.version.0,
            to: to.version.0,
            changed: changed.map(|(name, _)| name.to_owned()).collect(),
            added_lines: diff.added_lines,
            removed_lines: diff.removed_lines,
            unified: diff.unified,
            is_cut: diff.is_cut,
        }
    }
}
