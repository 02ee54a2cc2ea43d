//! Searches that are kept under a name.

use ragstone_core::request::{RunSavedSearch, SaveSearch};
use ragstone_core::{Error, SavedSearchName, Sequence, saved_search as core};
use serde::{Deserialize, Serialize};

use crate::search::SearchRequest;
use crate::time::rfc3339;

/// A search to keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveSearchRequest {
    /// What it is for, for people and agents; at most 1,024 bytes.
    #[serde(default)]
    pub description: String,
    /// The search, which is checked as if it were run; without `min_sequence`.
    pub search: SearchRequest,
}

impl SaveSearchRequest {
    /// The search under its name.
    pub fn named(self, name: SavedSearchName) -> Result<SaveSearch, Error> {
        if self.search.min_sequence.is_some() {
            return Err(Error::invalid("min_sequence", "belongs to a run, and is not kept with a search")
                .with_help("leave it out here, and give it when the search is run"));
        }
        Ok(SaveSearch { name, description: self.description, search: self.search.try_into()? })
    }
}

/// What may differ from one run of a saved search to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RunSearchRequest {
    /// Most hits, 1 to 1,000, in place of those of the saved search.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub limit: Option<u32>,
    /// Waits until this write can be found: the `sequence` of its receipt.
    #[serde(default)]
    pub min_sequence: Option<u64>,
}

impl From<RunSearchRequest> for RunSavedSearch {
    fn from(RunSearchRequest { limit, min_sequence }: RunSearchRequest) -> Self {
        Self { limit, min_sequence: min_sequence.map(Sequence) }
    }
}

/// A saved search as a listing tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SavedSearchEntry {
    /// Name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it looks for.
    pub query: String,
    /// Name of the caller who saved it last.
    pub saved_by: String,
    /// When a search of the name was saved first (RFC 3339).
    pub created_at: String,
    /// When it was saved last (RFC 3339).
    pub updated_at: String,
}

impl From<core::SavedSearchEntry> for SavedSearchEntry {
    fn from(entry: core::SavedSearchEntry) -> Self {
        Self {
            name: entry.name.into(),
            description: entry.description,
            query: entry.query,
            saved_by: entry.saved_by,
            created_at: rfc3339(entry.created_at),
            updated_at: rfc3339(entry.updated_at),
        }
    }
}

/// A saved search with everything that it asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedSearch {
    /// Name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The search.
    pub search: SearchRequest,
    /// Name of the caller who saved it last.
    pub saved_by: String,
    /// When a search of the name was saved first (RFC 3339).
    pub created_at: String,
    /// When it was saved last (RFC 3339).
    pub updated_at: String,
}

impl From<core::SavedSearch> for SavedSearch {
    fn from(saved: core::SavedSearch) -> Self {
        let SavedSearchEntry { name, description, saved_by, created_at, updated_at, .. } = saved.entry.into();
        Self { name, description, search: saved.search.into(), saved_by, created_at, updated_at }
    }
}

/// Part of a listing of saved searches, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SavedSearchPage {
    /// The saved searches.
    pub searches: Vec<SavedSearchEntry>,
    /// Give it as `cursor` to read on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use ragstone_core::{ErrorKind, Result};

    use super::*;

    fn save(text: &str) -> Result<SaveSearch> {
        let request = crate::json::decode::<SaveSearchRequest>(text.as_bytes())?;
        request.named(SavedSearchName::try_new("terns")?)
    }

    #[test]
    fn every_choice_goes_there_and_back() {
        let body = r#"{"description":"d","search":{"query":"x","collections":["a"],"filter":"tag = 1","limit":3,
            "mode":"keyword","detail":"ids","min_score":0.5,"per_document":2,"diversity":0.25,
            "recency_half_life_days":30,"source_weights":[{"prefix":"file:","weight":2}],"fusion":"rrf",
            "accuracy":"exact","weight":0.75,"rerank":true,"typo_tolerance":false,"explain":true,
            "facets":["tag","metadata.year"]}}"#;
        let asked = crate::json::decode::<SaveSearchRequest>(body.as_bytes()).expect("valid");
        let saved = save(body).expect("valid");
        assert_eq!((saved.name.as_str(), saved.description.as_str()), ("terns", "d"));
        assert_eq!(SearchRequest::from(saved.search), asked.search);
    }

    #[test]
    fn bad_requests_name_the_field() {
        for (body, field) in [
            (r"{}", "body"),
            (r#"{"query":"x"}"#, "query"),
            (r#"{"search":{}}"#, "search"),
            (r#"{"search":{"query":"x","min_sequence":1}}"#, "min_sequence"),
            (r#"{"search":{"query":"x","top_k":1}}"#, "search.top_k"),
            (r#"{"search":{"query":"x","collections":["No Slug"]}}"#, "collection"),
            (r#"{"search":{"query":"x","facets":["colour"]}}"#, "facets"),
        ] {
            let error = save(body).expect_err(field);
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{body}");
            assert_eq!(error.violations()[0].field, field, "{body}");
        }
    }
}
