//! What a document says of itself.

/// Properties of a document besides its title; empty where the format has none.
///
/// Dates are as the document has them, in most formats as RFC 3339. Nobody checks any of it, so it is a hint and no
/// fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "transport", derive(serde::Serialize, serde::Deserialize))]
pub struct Properties {
    /// Who wrote it, or who sent the message.
    pub authors: Vec<String>,
    /// Who the message was sent to.
    pub recipients: Vec<String>,
    /// Subject or description.
    pub subject: Option<String>,
    /// Key words, in one string as the document has them.
    pub keywords: Option<String>,
    /// Language that the document declares.
    pub language: Option<String>,
    /// When it was made or sent.
    pub created: Option<String>,
    /// When it was changed last.
    pub modified: Option<String>,
}

impl Properties {
    /// Whether the document says nothing of itself.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
