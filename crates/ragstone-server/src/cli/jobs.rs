//! The words of `jobs`.

use clap::{Args, Subcommand};
use ragstone_core::JobId;

use super::OutputArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// Lists the jobs, the newest first.
    List(JobsListArgs),
    /// Lists the jobs that were given up.
    Dead(OutputArgs),
    /// Shows a job and what it gave.
    Show {
        /// The job.
        id: JobId,
        /// Waits up to a minute until what it brings has come so far: `stored`, `keyword_searchable` or
        /// `semantically_searchable`.
        #[arg(long, value_name = "STAGE")]
        wait: Option<String>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Calls a job off; one that runs stops at its next step, and keeps what it has stored.
    Cancel {
        /// The job.
        id: JobId,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Queues a dead job again.
    Retry {
        /// The job.
        id: JobId,
        #[command(flatten)]
        output: OutputArgs,
    },
}

#[derive(Args, Debug)]
pub(crate) struct JobsListArgs {
    /// Only those in this state: queued, running, succeeded, dead or cancelled.
    #[arg(long)]
    pub(crate) state: Option<String>,
    /// Only those of this kind: `ingest.paths` or `ingest.document`.
    #[arg(long)]
    pub(crate) kind: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
