//! Documents that say the same as others, or nearly so.

use ragstone_core::Result;
use ragstone_core::duplicate::{self as core, DuplicateThreshold};
use ragstone_core::report::ReportedDuplicate;
use serde::{Deserialize, Serialize};

use crate::page::PageQuery;

/// How alike documents must be, and which part of the listing is wanted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DuplicatesQuery {
    /// Share of what two documents say that both must say, 0.7 to 1; the configured one where left out.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 0.7, maximum = 1.0))]
    pub threshold: Option<f32>,
    /// Most groups, 1 to 1,000; 50 where left out.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 1000))]
    pub page_size: Option<u32>,
    /// `next_cursor` of the page before, to read on.
    #[serde(default)]
    pub cursor: Option<String>,
}

impl DuplicatesQuery {
    /// Reads the threshold; what is left says which page.
    pub fn open(self) -> Result<(Option<DuplicateThreshold>, PageQuery)> {
        let threshold = self.threshold.map(DuplicateThreshold::try_new).transpose()?;
        Ok((threshold, PageQuery { page_size: self.page_size, cursor: self.cursor }))
    }
}

/// Name of a listing with this threshold, for its cursors.
pub fn listing(collection: &str, threshold: Option<DuplicateThreshold>) -> String {
    let threshold = threshold.map_or_else(String::new, |threshold| threshold.get().to_string());
    format!("duplicates/{collection}/{threshold}")
}

/// A document that says the same as another one, or nearly so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Duplicate {
    /// Id of the document.
    pub document: String,
    /// Where it comes from, as a URI.
    pub source: String,
    /// Title.
    pub title: String,
    /// Estimated share of what both say, of what either says, from 0 to 1.
    pub similarity: f32,
    /// Whether both have the same bytes.
    pub is_exact: bool,
}

/// Documents that are all like the first one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DuplicateGroup {
    /// Id of the first document, by source.
    pub document: String,
    /// Where it comes from, as a URI.
    pub source: String,
    /// Title.
    pub title: String,
    /// The others, by source, each compared with the first one; at most 100.
    pub duplicates: Vec<Duplicate>,
    /// Number of all others.
    pub total: u64,
}

/// A page of groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DuplicatePage {
    /// The groups, by the source of their first document.
    pub groups: Vec<DuplicateGroup>,
    /// Give it as `cursor` to read on; left out at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A document that was stored, and the one that is most like it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IngestDuplicate {
    /// Id of the document that was stored.
    pub document: String,
    /// Where it comes from, as a URI.
    pub source: String,
    /// What it is most like.
    pub of: Duplicate,
}

impl From<core::Duplicate> for Duplicate {
    fn from(duplicate: core::Duplicate) -> Self {
        Self {
            document: duplicate.document.to_string(),
            source: duplicate.source.into(),
            title: duplicate.title,
            similarity: duplicate.similarity,
            is_exact: duplicate.is_exact,
        }
    }
}

impl From<core::DuplicateGroup> for DuplicateGroup {
    fn from(group: core::DuplicateGroup) -> Self {
        Self {
            document: group.document.to_string(),
            source: group.source.into(),
            title: group.title,
            duplicates: group.duplicates.into_iter().map(Duplicate::from).collect(),
            total: group.total,
        }
    }
}

impl From<ReportedDuplicate> for IngestDuplicate {
    fn from(reported: ReportedDuplicate) -> Self {
        Self {
            document: reported.document.to_string(),
            source: reported.source.into(),
            of: reported.of.into(),
        }
    }
}
