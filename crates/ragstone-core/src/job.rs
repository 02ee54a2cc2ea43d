//! Background work that a catalog remembers: what is asked for, who does it, and how it ended.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::id::{HolderId, JobId, TenantId};
use crate::lease::{FencingToken, check_ttl};

pub use self::filter::{JobCount, JobFilter, Retention};
pub use self::name::{JobKey, JobKind};
pub use self::new::{MAX_ATTACHMENT_LEN, MAX_ATTEMPTS, MAX_JOB_DELAY, MAX_PAYLOAD_LEN, MAX_PRIORITY, NewJob};
pub use self::record::JobRecord;

mod filter;
mod name;
mod new;
mod record;

/// Longest result or reason that is kept, in bytes.
pub const MAX_OUTCOME_LEN: usize = 64 * 1024;

/// Which of two queues a job waits in, so that a long import never keeps a small job waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Somebody waits for the result.
    Urgent,
    /// Much work that nobody waits for.
    Bulk,
}

impl Lane {
    /// Both lanes.
    pub const ALL: [Self; 2] = [Self::Urgent, Self::Bulk];

    /// Stable lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::Bulk => "bulk",
        }
    }

    /// Lane of a name that [`Lane::name`] gives.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.name() == name)
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobState {
    /// It waits: for its time, for its first attempt, or for another one.
    Queued,
    /// A worker has it.
    Running,
    /// It is done.
    Succeeded,
    /// It was given up; the failure says why. It can be asked for again.
    Dead,
    /// Somebody called it off.
    Cancelled,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Succeeded, Self::Dead, Self::Cancelled];

    /// Stable lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// State of a name that [`JobState::name`] gives.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether nothing more happens to the job by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Dead | Self::Cancelled)
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How much of a job is done, in units that its kind chooses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobProgress {
    /// Units that are done.
    pub done: u64,
    /// All units, where they are known.
    pub total: Option<u64>,
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFailure {
    /// Kind of the error.
    pub kind: ErrorKind,
    /// What may be shown to who asked for the job.
    pub reason: String,
}

impl JobFailure {
    /// What a job that failed with `error` shows of it; cut to [`MAX_OUTCOME_LEN`].
    pub fn of(error: &Error) -> Self {
        let mut reason = error.public_message();
        reason.truncate(reason.floor_char_boundary(MAX_OUTCOME_LEN));
        Self { kind: error.kind(), reason }
    }
}

/// A job as a listing tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Identity, chosen by who asked for it.
    pub id: JobId,
    /// Whose data it works on.
    pub tenant: TenantId,
    /// What is to be done.
    pub kind: JobKind,
    /// Which queue it waits in.
    pub lane: Lane,
    /// Greater ones of a lane go first.
    pub priority: u8,
    /// What makes another one like it needless.
    pub key: Option<JobKey>,
    /// Where it stands.
    pub state: JobState,
    /// Whether a worker has been asked to stop.
    pub is_cancel_requested: bool,
    /// Attempts that were begun since it was queued or asked for again.
    pub attempts: u32,
    /// Attempts after which it is given up.
    pub max_attempts: u32,
    /// For what repeats: time from the end of one run to the next.
    pub every: Option<Duration>,
    /// How much is done.
    pub progress: JobProgress,
    /// What the last success gave; its form belongs to the kind.
    pub result: Option<String>,
    /// Why the last attempt failed.
    pub failure: Option<JobFailure>,
    /// Name of the principal who asked for it.
    pub created_by: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it may run, or could have.
    pub run_at: Timestamp,
    /// When the last attempt began.
    pub started_at: Option<Timestamp>,
    /// When it came into its final state.
    pub finished_at: Option<Timestamp>,
}

/// What became of a request for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnqueueEffect {
    /// It was stored.
    Enqueued,
    /// There was one of the same id, or an unfinished one of the same key, which is the answer.
    Existing,
}

/// Receipt of a job that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobReceipt {
    /// The job.
    pub job: Job,
    /// What was done.
    pub effect: EnqueueEffect,
}

/// What a worker is ready to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRequest {
    /// Queue to take from.
    pub lane: Lane,
    /// Kinds that it can do, and how many jobs of each may run at a time, in all processes.
    pub kinds: BTreeMap<JobKind, u32>,
    /// Jobs of one tenant that may run at a time, in all processes.
    pub most_per_tenant: u32,
    /// Who claims.
    pub holder: HolderId,
    /// Time until the claim is lost unless it is renewed.
    pub ttl: Duration,
}

impl ClaimRequest {
    /// Refuses a request without kinds, a limit of 0, and a time that leases refuse, too.
    pub fn check(&self) -> Result<()> {
        if self.kinds.is_empty() || self.kinds.values().any(|most| *most == 0) {
            return Err(Error::invalid("kinds", "must name kinds, and allow at least one job of each"));
        }
        if self.most_per_tenant == 0 {
            return Err(Error::invalid("most_per_tenant", "must be at least 1"));
        }
        check_ttl(self.ttl)
    }
}

/// A job that is a worker's until its lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The job as it was claimed.
    pub job: Job,
    /// What is to be done, in a form that belongs to the kind.
    pub payload: String,
    /// Who has it.
    pub holder: HolderId,
    /// Its place among all claims of the job.
    pub token: FencingToken,
}

/// What a worker learns when it renews its claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// Whether it should stop and finish with [`Outcome::Cancelled`].
    pub is_cancel_requested: bool,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The work is done.
    Succeeded {
        /// What it gave, at most [`MAX_OUTCOME_LEN`] bytes; its form belongs to the kind.
        result: String,
    },
    /// The work failed.
    Failed {
        /// Why.
        failure: JobFailure,
        /// When to try again; `None` where that is of no use.
        retry_after: Option<Duration>,
    },
    /// The worker stopped because it was asked to.
    Cancelled,
    /// The worker stops, and the attempt does not count.
    Released,
}

impl Outcome {
    /// Refuses texts that are longer than [`MAX_OUTCOME_LEN`] or hold a NUL, and a delay above [`MAX_JOB_DELAY`].
    pub fn check(&self) -> Result<()> {
        let text = match self {
            Self::Succeeded { result } => result,
            Self::Failed { failure, .. } => &failure.reason,
            Self::Cancelled | Self::Released => return Ok(()),
        };
        if text.len() > MAX_OUTCOME_LEN || text.contains('\0') {
            return Err(Error::invalid("outcome", "must have at most 65536 bytes, and no NUL characters"));
        }
        match self {
            Self::Failed { retry_after: Some(delay), .. } if *delay > MAX_JOB_DELAY => {
                Err(Error::invalid("retry_after", "must be at most 366 days"))
            }
            _ => Ok(()),
        }
    }
}

/// What a queue answers to a worker whose claim ran out or was taken by another.
pub fn lost(claim: &Claim) -> Error {
    Error::new(ErrorKind::Conflict, "the claim of the job was lost")
        .with_context("job", claim.job.id)
        .with_context("token", claim.token)
        .with_help("stop the work; whoever has the job now does it again")
}

/// The error for an id that no job of the tenant has.
pub fn not_found(id: JobId) -> Error {
    Error::new(ErrorKind::NotFound, "there is no such job")
        .with_context("job", id)
        .with_help("list the jobs; finished ones are forgotten after a time")
}

/// The error for a change that the state of a job does not allow.
pub(crate) fn wrong_state(id: JobId, state: JobState, wanted: &'static str) -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the job is not in a state that allows this")
        .with_context("job", id)
        .with_context("state", state)
        .with_help(wanted)
}

/// The error for an id that a job of another tenant has.
pub fn id_taken(id: JobId) -> Error {
    Error::new(ErrorKind::AlreadyExists, "the id of the job is in use")
        .with_context("job", id)
        .with_help("mint another id")
}

/// The error for a dead job whose work another one does by now.
pub fn done_elsewhere(job: &Job) -> Error {
    wrong_state(job.id, JobState::Dead, "a newer job does the same work; wait for it, or cancel it")
}

/// The failure of a job whose workers all vanished with it.
pub(crate) fn vanished() -> JobFailure {
    JobFailure { kind: ErrorKind::Unavailable, reason: "the worker vanished during every attempt".to_owned() }
}
