//! The words of a search.

use clap::{Args, ValueEnum};
use ragstone_api::search::{Accuracy, Fusion, Mode, SourceWeight};
use ragstone_core::CollectionName;

use super::{DetailArg, OutputArgs};

#[derive(Args, Debug)]
pub(crate) struct SearchArgs {
    /// What to look for; `"some words"` must stand in a passage, `-word` must not, `tag:rust` is a condition.
    pub(crate) query: String,
    /// Collection to search; may be repeated; all by default.
    #[arg(long = "collection", value_name = "NAME")]
    pub(crate) collections: Vec<CollectionName>,
    /// Condition, such as `tag = "rust" and updated >= "2026-01-01"`.
    #[arg(long)]
    pub(crate) filter: Option<String>,
    /// Most hits, 1 to 1000.
    #[arg(long, default_value_t = 5)]
    pub(crate) limit: u32,
    /// Ways of searching.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: ModeArg,
    /// How much of each hit is shown.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) detail: DetailArg,
    /// Least score of a hit, 0 to 1; scores compare the candidates of one search.
    #[arg(long, value_name = "SCORE")]
    pub(crate) min_score: Option<f32>,
    /// Most hits of one document, 1 to 100.
    #[arg(long, value_name = "HITS")]
    pub(crate) per_document: Option<u32>,
    /// How much a hit loses for having the words of better ones, 0 to 1.
    #[arg(long, value_name = "SHARE")]
    pub(crate) diversity: Option<f32>,
    /// Days since its last change after which a document counts half.
    #[arg(long, value_name = "DAYS")]
    pub(crate) recency_half_life_days: Option<f32>,
    /// Factor, 0 to 10, for documents whose source begins so; may be repeated.
    #[arg(long = "source-weight", value_name = "PREFIX=FACTOR", value_parser = source_weight)]
    pub(crate) source_weights: Vec<SourceWeight>,
    /// How both ways of searching are fused.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) fusion: FusionArg,
    /// How much of the index search by meaning looks at.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) accuracy: AccuracyArg,
    /// Share of meaning in the score, 0 to 1, in place of `model.weight`.
    #[arg(long, value_name = "SHARE")]
    pub(crate) weight: Option<f32>,
    /// Lets the reranking model read the best candidates again, and orders by its scores.
    #[arg(long)]
    pub(crate) rerank: bool,
    /// Looks for the words as they are written, and for no other spelling of those that no passage has.
    #[arg(long)]
    pub(crate) exact_words: bool,
    /// Says how the answer came about.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Field whose values are counted beside the hits, such as `tag` or `metadata.year`; may be repeated.
    #[arg(long = "facet", value_name = "FIELD")]
    pub(crate) facets: Vec<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Ways of searching.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum ModeArg {
    /// Shared words alone
    Keyword,
    /// Meaning alone; needs a model
    Semantic,
    /// Both, fused; without a model shared words alone
    #[default]
    Hybrid,
}

impl From<ModeArg> for Mode {
    fn from(mode: ModeArg) -> Self {
        match mode {
            ModeArg::Keyword => Self::Keyword,
            ModeArg::Semantic => Self::Semantic,
            ModeArg::Hybrid => Self::Hybrid,
        }
    }
}

/// How both ways of searching are fused.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum FusionArg {
    /// Scores, scaled and weighted
    #[default]
    Convex,
    /// Reciprocal ranks; needs the mode hybrid and a model
    Rrf,
}

impl From<FusionArg> for Fusion {
    fn from(fusion: FusionArg) -> Self {
        match fusion {
            FusionArg::Convex => Self::Convex,
            FusionArg::Rrf => Self::Rrf,
        }
    }
}

/// How much of the index search by meaning looks at.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum AccuracyArg {
    /// What near neighbours lead to
    #[default]
    Approximate,
    /// Everything that the filter admits
    Exact,
}

impl From<AccuracyArg> for Accuracy {
    fn from(accuracy: AccuracyArg) -> Self {
        match accuracy {
            AccuracyArg::Approximate => Self::Approximate,
            AccuracyArg::Exact => Self::Exact,
        }
    }
}

/// Reads `PREFIX=FACTOR`; the prefix may have equals signs itself.
fn source_weight(text: &str) -> Result<SourceWeight, String> {
    let (prefix, weight) = text.rsplit_once('=').ok_or("write PREFIX=FACTOR, such as file:///home/ada/=2")?;
    let weight = weight.parse().map_err(|_| format!("`{weight}` is not a number"))?;
    Ok(SourceWeight { prefix: prefix.to_owned(), weight })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_sources_are_split_at_the_last_equals_sign() {
        let weight = source_weight("http://host/?a=b=0.5").expect("valid");
        assert_eq!((weight.prefix.as_str(), weight.weight), ("http://host/?a=b", 0.5));
        assert!(source_weight("file:///home").is_err());
        assert!(source_weight("file:///home=much").is_err());
    }
}
