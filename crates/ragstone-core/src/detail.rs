//! How much of each hit an answer shows.

/// How much of each hit an answer shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Detail {
    /// Where it stands, and none of its text.
    Ids,
    /// Up to 320 characters around the words that match.
    Snippets,
    /// The passage.
    #[default]
    Passages,
    /// The document around the passage, each document once.
    Full,
}

impl Detail {
    /// Name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ids => "ids",
            Self::Snippets => "snippets",
            Self::Passages => "passages",
            Self::Full => "full",
        }
    }
}
