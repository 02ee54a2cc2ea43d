//! The words of `context`.

use clap::{Args, ValueEnum};
use ragstone_api::context::{ContextDetail, Counter};
use ragstone_core::CollectionName;

use super::{ModeArg, OutputArgs};

/// What a context is wanted of.
#[derive(Args, Debug)]
pub(crate) struct ContextArgs {
    /// The question.
    pub(crate) question: String,
    /// Most tokens of the text, 64 to 200000; all of it counts.
    #[arg(long, default_value_t = 2000)]
    pub(crate) budget: u32,
    /// What a token is.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) counter: CounterArg,
    /// How much of each passage is shown.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) detail: ContextDetailArg,
    /// Collection to search; may be repeated; all by default.
    #[arg(long = "collection", value_name = "NAME")]
    pub(crate) collections: Vec<CollectionName>,
    /// Condition, such as `tag = "rust" and updated >= "2026-01-01"`.
    #[arg(long)]
    pub(crate) filter: Option<String>,
    /// Most passages of all parts together, 1 to 1000.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    /// Ways of searching.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: ModeArg,
    /// Reads on behind the part that named this cursor.
    #[arg(long)]
    pub(crate) cursor: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What a token is.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum CounterArg {
    /// Words of Unicode Standard Annex 29
    #[default]
    Words,
    /// The vocabulary `cl100k_base`
    #[value(name = "cl100k")]
    Cl100k,
    /// The vocabulary `o200k_base`
    #[value(name = "o200k")]
    O200k,
    /// The tokens of the embedding model
    Model,
}

impl From<CounterArg> for Counter {
    fn from(counter: CounterArg) -> Self {
        match counter {
            CounterArg::Words => Self::Words,
            CounterArg::Cl100k => Self::Cl100k,
            CounterArg::O200k => Self::O200k,
            CounterArg::Model => Self::Model,
        }
    }
}

/// How much of each passage is shown.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum ContextDetailArg {
    /// Up to 320 characters around the words that match
    Snippets,
    /// All of it
    #[default]
    Passages,
}

impl From<ContextDetailArg> for ContextDetail {
    fn from(detail: ContextDetailArg) -> Self {
        match detail {
            ContextDetailArg::Snippets => Self::Snippets,
            ContextDetailArg::Passages => Self::Passages,
        }
    }
}
