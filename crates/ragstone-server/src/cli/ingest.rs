//! The words of `ingest`.

use std::path::PathBuf;

use clap::Args;
use ragstone_core::CollectionName;
use ragstone_core::access::AccessEntry;

use super::{OutputArgs, WhenArgs};

#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of the command line")]
pub(crate) struct IngestArgs {
    /// Files, folders and archives (.zip, .tar, .tar.gz, .tgz), of which the members are indexed; repositories with --git.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Collection to index into.
    #[arg(long, default_value = "default")]
    pub(crate) collection: CollectionName,
    /// Goes on until Ctrl-C: what changes below the paths is indexed, moved or deleted.
    #[arg(long, conflicts_with = "background")]
    pub(crate) watch: bool,
    /// Takes the paths for git repositories, and indexes what a commit holds in place of what lies on disk.
    #[arg(long)]
    pub(crate) git: bool,
    /// Branch, tag, id of a commit or its first digits, or any other reference; HEAD by default.
    #[arg(long, value_name = "REF", requires = "git")]
    pub(crate) git_ref: Option<String>,
    /// Deletes all documents of a folder that holds no file any more; refused otherwise, because a disk that is not mounted
    /// looks the same.
    #[arg(long)]
    pub(crate) allow_empty: bool,
    /// Label of every document; may be repeated.
    #[arg(long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<String>,
    /// Who may read every document, as `user:NAME` or `group:NAME`; may be repeated; everybody by default.
    #[arg(long, value_name = "ENTRY")]
    pub(crate) allow: Vec<AccessEntry>,
    /// Who may not read the documents, though allowed, as `user:NAME` or `group:NAME`; may be repeated.
    #[arg(long, value_name = "ENTRY")]
    pub(crate) deny: Vec<AccessEntry>,
    /// Leaves the work to the server that runs, or to the next one, as a job; the paths must lie below its `ingest.roots`.
    #[arg(long)]
    pub(crate) background: bool,
    #[command(flatten)]
    pub(crate) when: WhenArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
