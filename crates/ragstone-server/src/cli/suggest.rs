//! Arguments of `suggest`.

use clap::Args;
use ragstone_api::suggest::DEFAULT_COMPLETIONS;
use ragstone_core::CollectionName;

use super::OutputArgs;

#[derive(Args, Debug)]
pub(crate) struct SuggestArgs {
    /// What has been written of the query.
    pub(crate) text: String,
    /// Collection to look at; may be repeated; all of them by default.
    #[arg(long = "collection", value_name = "NAME")]
    pub(crate) collections: Vec<CollectionName>,
    /// Most completions, 1 to 50.
    #[arg(long, default_value_t = DEFAULT_COMPLETIONS)]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
