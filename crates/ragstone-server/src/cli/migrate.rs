//! The words of `collections migrate`.

use clap::{ArgGroup, Args};
use ragstone_core::CollectionName;

use super::{OutputArgs, PrecisionArg};

/// Exactly one of the words that say what to do.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the command line")]
#[command(group(ArgGroup::new("action").required(true).args(
    ["model", "configured", "switch", "rollback", "finish", "cancel", "status"]
)))]
pub(crate) struct MigrateArgs {
    /// The collection.
    pub(crate) name: CollectionName,
    /// Builds the vectors of this model, a folder among the models of the data directory, and answers by it then.
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// Numbers that the model computes with; what the configuration says by default.
    #[arg(long, value_enum, requires = "model")]
    pub(crate) precision: Option<PrecisionArg>,
    /// The same with the configured model, which the collection follows from then on.
    #[arg(long)]
    pub(crate) configured: bool,
    /// Keeps the new vectors from answering until `--switch`.
    #[arg(long, conflicts_with_all = ["switch", "rollback", "finish", "cancel", "status"])]
    pub(crate) hold: bool,
    /// Lets the vectors that are built, or held, answer when they have caught up.
    #[arg(long)]
    pub(crate) switch: bool,
    /// Lets the model answer again that answered before.
    #[arg(long)]
    pub(crate) rollback: bool,
    /// Removes what answered before; then there is no way back.
    #[arg(long)]
    pub(crate) finish: bool,
    /// Ends a migration under way and removes what was built.
    #[arg(long)]
    pub(crate) cancel: bool,
    /// Says which models there are and how far they have come.
    #[arg(long)]
    pub(crate) status: bool,
    /// Does not wait until the model answers; the server goes on by itself, now or when it runs again.
    #[arg(long, conflicts_with_all = ["finish", "cancel", "status"])]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
