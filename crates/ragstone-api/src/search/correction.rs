//! Words of a query that were looked for in other spellings too.

use ragstone_core::answer;
use serde::{Deserialize, Serialize};

/// A word of a query that no passage has, and what was looked for besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Correction {
    /// The word, in lower case.
    pub word: String,
    /// Words that were looked for too, the likeliest first.
    pub searched_as: Vec<String>,
}

impl From<answer::Correction> for Correction {
    fn from(answer::Correction { word, searched_as }: answer::Correction) -> Self {
        Self { word, searched_as }
    }
}
