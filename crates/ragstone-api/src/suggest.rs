//! Suggestions for a query that is being written.

use ragstone_core::suggestion::{SuggestQuery, Suggestions};
use ragstone_core::{CollectionName, Error};
use serde::{Deserialize, Serialize};

use crate::search::Degradation;

/// Completions of an answer whose number is not named.
pub const DEFAULT_COMPLETIONS: u32 = 10;

fn default_limit() -> u32 {
    DEFAULT_COMPLETIONS
}

/// A query text that is being written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SuggestRequest {
    /// What has been written so far; at most 8,192 bytes.
    pub text: String,
    /// Names of the collections to look at; all of them where empty.
    #[serde(default)]
    pub collections: Vec<String>,
    /// Most completions, 1 to 50.
    #[serde(default = "default_limit")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 50))]
    pub limit: u32,
}

impl TryFrom<SuggestRequest> for SuggestQuery {
    type Error = Error;

    fn try_from(request: SuggestRequest) -> Result<Self, Error> {
        let collections: Result<Vec<_>, Error> =
            request.collections.into_iter().map(CollectionName::try_new).collect();
        Self::try_new(request.text, request.limit)?.in_collections(collections?)
    }
}

/// What a query text may become; every word of it stands in a passage that the caller may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SuggestResponse {
    /// Words that begin as the last word of the text, the most frequent first; empty where the text ends with none.
    pub completions: Vec<String>,
    /// The text with another word for each one that no passage has; left out where there is nothing to put right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
    /// Collections whose index could not be asked; empty where the answer is complete.
    pub degraded: Vec<Degradation>,
}

impl From<Suggestions> for SuggestResponse {
    fn from(suggestions: Suggestions) -> Self {
        let Suggestions { completions, did_you_mean, degraded } = suggestions;
        Self { completions, did_you_mean, degraded: degraded.into_iter().map(Degradation::from).collect() }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::ErrorKind;

    use super::*;

    fn query(text: &str) -> Result<SuggestQuery, Error> {
        SuggestQuery::try_from(crate::json::decode::<SuggestRequest>(text.as_bytes())?)
    }

    #[test]
    fn left_out_fields_have_their_defaults() {
        let query = query(r#"{"text":"x"}"#).expect("valid");
        assert_eq!((query.text(), query.limit()), ("x", DEFAULT_COMPLETIONS));
        assert!(query.collections().is_empty());
    }

    #[test]
    fn bad_requests_name_the_field() {
        for (body, field) in [
            (r#"{"text":" "}"#, "text"),
            (r#"{"text":"x","limit":0}"#, "limit"),
            (r#"{"text":"x","limit":51}"#, "limit"),
            (r#"{"text":"x","collections":["No Slug"]}"#, "collection"),
            (r#"{"text":"x","query":"x"}"#, "query"),
            (r"{}", "body"),
        ] {
            let error = query(body).expect_err(field);
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{field}");
            assert_eq!(error.violations()[0].field, field);
        }
    }
}
