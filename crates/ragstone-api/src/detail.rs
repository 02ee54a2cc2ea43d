//! How much of each hit an answer shows.

use ragstone_core::detail as core;
use serde::{Deserialize, Serialize};

/// How much of each hit an answer shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Where it stands, and none of its text.
    Ids,
    /// Up to 320 characters around the words that match.
    Snippets,
    /// The passage.
    #[default]
    Passages,
    /// Up to 64 KiB of the document around the passage, each document once; for up to 50 hits.
    Full,
}

impl From<Detail> for core::Detail {
    fn from(detail: Detail) -> Self {
        match detail {
            Detail::Ids => Self::Ids,
            Detail::Snippets => Self::Snippets,
            Detail::Passages => Self::Passages,
            Detail::Full => Self::Full,
        }
    }
}

impl From<core::Detail> for Detail {
    fn from(detail: core::Detail) -> Self {
        match detail {
            core::Detail::Ids => Self::Ids,
            core::Detail::Snippets => Self::Snippets,
            core::Detail::Passages => Self::Passages,
            core::Detail::Full => Self::Full,
        }
    }
}
