//! How much of each hit is shown.

use clap::ValueEnum;
use ragstone_api::detail::Detail;

/// How much of each hit is shown.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum DetailArg {
    /// Where it stands
    Ids,
    /// Up to 320 characters around the words that match
    Snippets,
    /// The passage
    #[default]
    Passages,
    /// Up to 64 KiB of the document, each document once; for up to 50 hits
    Full,
}

impl From<DetailArg> for Detail {
    fn from(detail: DetailArg) -> Self {
        match detail {
            DetailArg::Ids => Self::Ids,
            DetailArg::Snippets => Self::Snippets,
            DetailArg::Passages => Self::Passages,
            DetailArg::Full => Self::Full,
        }
    }
}
