//! The words of `sources`.

use std::path::PathBuf;

use clap::Subcommand;

use super::OutputArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum SourcesCommand {
    /// Lists the git repositories at and below a folder: nested ones, linked working trees and bare ones among them.
    Discover {
        /// The folder.
        root: PathBuf,
        /// Levels of folders that are looked into, 0 to 64.
        #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u8).range(..=64))]
        depth: u8,
        #[command(flatten)]
        output: OutputArgs,
    },
}
