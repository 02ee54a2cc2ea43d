//! The words of `text`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::OutputArgs;

/// What is asked of a text.
#[derive(Debug, Subcommand)]
pub(crate) enum TextCommand {
    /// Shows the text of a file as an ingest would read and cut it, and stores nothing.
    Preview(PreviewArgs),
}

/// Which file is previewed.
#[derive(Args, Debug)]
pub(crate) struct PreviewArgs {
    /// The file.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
