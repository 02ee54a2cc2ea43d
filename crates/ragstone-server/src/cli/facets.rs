//! The words of a count of values.

use clap::Args;
use ragstone_core::CollectionName;

use super::OutputArgs;

#[derive(Args, Debug)]
pub(crate) struct FacetsArgs {
    /// Fields whose values are counted: `format`, `language`, `tag`, `metadata.<key>`.
    #[arg(required = true, value_name = "FIELD")]
    pub(crate) fields: Vec<String>,
    /// Collection to look at; may be repeated; all by default.
    #[arg(long = "collection", value_name = "NAME")]
    pub(crate) collections: Vec<CollectionName>,
    /// Condition, such as `tag = "rust" and updated >= "2026-01-01"`.
    #[arg(long)]
    pub(crate) filter: Option<String>,
    /// Most values of each field, 1 to 1000.
    #[arg(long, default_value_t = 10)]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
