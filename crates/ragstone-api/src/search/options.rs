//! How hits are scored, ordered and cut, as a request may choose.

use ragstone_core::index;
use ragstone_core::query;
use serde::{Deserialize, Serialize};

/// How both ways of searching are fused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fusion {
    /// Scores, scaled and weighted.
    #[default]
    Convex,
    /// Reciprocal ranks.
    Rrf,
}

impl From<Fusion> for query::FusionMethod {
    fn from(fusion: Fusion) -> Self {
        match fusion {
            Fusion::Convex => Self::Convex,
            Fusion::Rrf => Self::ReciprocalRank,
        }
    }
}

impl From<query::FusionMethod> for Fusion {
    fn from(fusion: query::FusionMethod) -> Self {
        match fusion {
            query::FusionMethod::Convex => Self::Convex,
            query::FusionMethod::ReciprocalRank => Self::Rrf,
        }
    }
}

/// How much of the index search by meaning looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Accuracy {
    /// What near neighbours lead to: fast, and may miss some.
    #[default]
    Approximate,
    /// Everything that the filter admits: slow in large collections.
    Exact,
}

impl From<Accuracy> for index::Accuracy {
    fn from(accuracy: Accuracy) -> Self {
        match accuracy {
            Accuracy::Approximate => Self::Approximate,
            Accuracy::Exact => Self::Exact,
        }
    }
}

impl From<index::Accuracy> for Accuracy {
    fn from(accuracy: index::Accuracy) -> Self {
        match accuracy {
            index::Accuracy::Approximate => Self::Approximate,
            index::Accuracy::Exact => Self::Exact,
        }
    }
}

/// A factor for the scores of some documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SourceWeight {
    /// How the source of the documents begins, such as `file:///home/ada/notes/`; the longest that fits counts.
    pub prefix: String,
    /// Factor, 0 to 10.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 10))]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 10)))]
    pub weight: f32,
}

impl From<SourceWeight> for query::SourceWeight {
    fn from(SourceWeight { prefix, weight }: SourceWeight) -> Self {
        Self { prefix, weight }
    }
}

impl From<query::SourceWeight> for SourceWeight {
    fn from(query::SourceWeight { prefix, weight }: query::SourceWeight) -> Self {
        Self { prefix, weight }
    }
}
