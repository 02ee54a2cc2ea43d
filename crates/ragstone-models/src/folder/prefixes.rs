//! Texts that a model expects in front of its inputs.

use ragstone_core::embedding::InputKind;

/// What stands in front of queries and passages; empty for models that treat both alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefixes {
    /// In front of a query.
    pub query: String,
    /// In front of a passage.
    pub passage: String,
}

impl Prefixes {
    /// The text in front of an input of this kind.
    pub fn of(&self, kind: InputKind) -> &str {
        match kind {
            InputKind::Query => &self.query,
            InputKind::Passage => &self.passage,
        }
    }
}
