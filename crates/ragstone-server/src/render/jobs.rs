//! Jobs, as a table and one by one.

use std::fmt::Write as _;

use owo_colors::OwoColorize;
use ragstone_api::job::Job;
use ragstone_core::Result;

use super::hit::printable;

/// Prints a table of jobs.
pub(crate) fn jobs(jobs: &[Job]) -> Result<()> {
    let mut out = String::new();
    for job in jobs {
        let _ = write!(out, "{}  {:<9}  {:<15}  {}", job.id, job.state, job.kind, job.created_at.dimmed());
        if let Some(failure) = &job.failure {
            let _ = write!(out, "  {}", printable(&failure.detail));
        }
        out.push('\n');
    }
    super::text(&out)
}

/// Prints a job with what it gave.
pub(crate) fn job(job: &Job) -> Result<()> {
    let mut out = format!("{}  {}\n", job.id.bold(), job.kind);
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(out, "{name} ... {}", printable(value));
    };
    line("state", &job.state);
    if let Some(stage) = &job.stage {
        line("stage", stage);
    }
    if job.is_cancel_requested && job.finished_at.is_none() {
        line("asked to stop", "yes");
    }
    if let Some(seconds) = job.every_seconds {
        line("again after", &format!("{seconds} s, next at {}", job.run_at));
    }
    line("attempts", &format!("{} of {}", job.attempts, job.max_attempts));
    if let Some(total) = job.progress.total {
        line("files", &format!("{} of {total}", job.progress.done));
    }
    line("asked for by", &format!("{} at {}", job.created_by, job.created_at));
    if let Some(at) = &job.finished_at {
        line("ended at", at);
    }
    if let Some(failure) = &job.failure {
        line("failure", &format!("{}: {}", failure.reason, failure.detail));
    }
    if let Some(result) = &job.result {
        line("result", &result.to_string());
    }
    super::text(&out)
}
