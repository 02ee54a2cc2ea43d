//! Which jobs a listing shows, how many there are, and how long they are kept.

use std::time::Duration;

use super::{Job, JobKind, JobState, Lane};

/// Jobs of a tenant that are wanted; all of them unless narrowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Only those in this state.
    pub state: Option<JobState>,
    /// Only those of this kind.
    pub kind: Option<JobKind>,
}

impl JobFilter {
    /// Whether a job is wanted.
    pub fn admits(&self, job: &Job) -> bool {
        self.state.is_none_or(|state| state == job.state)
            && self.kind.as_ref().is_none_or(|kind| *kind == job.kind)
    }
}

/// How many jobs of one kind are in one state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobCount {
    /// Kind.
    pub kind: JobKind,
    /// Lane.
    pub lane: Lane,
    /// State.
    pub state: JobState,
    /// Jobs.
    pub count: u64,
}

/// How long jobs are kept after they came into their final state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Those that succeeded or were called off.
    pub done: Duration,
    /// Those that were given up.
    pub dead: Duration,
}
