//! The words of `searches`.

use clap::{Args, Subcommand};
use ragstone_core::SavedSearchName;

use super::{OutputArgs, SearchArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum SearchesCommand {
    /// Keeps a search under a name, in place of the one that has it.
    Save(Box<SaveArgs>),
    /// Lists the saved searches.
    List(OutputArgs),
    /// Shows a saved search with everything that it asks.
    Show {
        /// The saved search.
        name: SavedSearchName,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Finds the passages that a saved search looks for.
    Run {
        /// The saved search.
        name: SavedSearchName,
        /// Most hits, 1 to 1000, in place of those of the saved search.
        #[arg(long)]
        limit: Option<u32>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Deletes a saved search.
    Delete {
        /// The saved search.
        name: SavedSearchName,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct SaveArgs {
    /// Name: a-z, 0-9, _ and -.
    pub(crate) name: SavedSearchName,
    #[command(flatten)]
    pub(crate) search: SearchArgs,
    /// What the search is for.
    #[arg(long, default_value = "")]
    pub(crate) description: String,
}
