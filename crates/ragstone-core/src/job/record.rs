//! How a job goes from state to state: the rules that every queue obeys.

use std::time::Duration;

use super::{
    Claim, ClaimRequest, Job, JobProgress, JobState, NewJob, Outcome, Retention, lost, vanished, wrong_state,
};
use crate::clock::Timestamp;
use crate::context::CallContext;
use crate::error::Result;
use crate::id::HolderId;
use crate::lease::FencingToken;

/// A job with what only its queue knows; times are those of the queue's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRecord {
    /// What a listing tells.
    pub job: Job,
    /// What is to be done.
    pub payload: String,
    /// Claims that there have been.
    pub token: FencingToken,
    /// Who has it, until when.
    pub held: Option<(HolderId, Timestamp)>,
}

impl JobRecord {
    /// A job that was asked for now, without its attachment.
    pub fn new(ctx: &CallContext, new: NewJob, now: Timestamp) -> Self {
        let job = Job {
            id: new.id,
            tenant: ctx.tenant().clone(),
            kind: new.kind,
            lane: new.lane,
            priority: new.priority,
            key: new.key,
            state: JobState::Queued,
            is_cancel_requested: false,
            attempts: 0,
            max_attempts: new.max_attempts,
            every: new.every,
            progress: JobProgress::default(),
            result: None,
            failure: None,
            created_by: ctx.principal().name().to_owned(),
            created_at: now,
            run_at: now.saturating_add(new.delay),
            started_at: None,
            finished_at: None,
        };
        Self { job, payload: new.payload, token: FencingToken(0), held: None }
    }

    /// Whether a worker has it and is in time.
    pub fn is_held(&self, now: Timestamp) -> bool {
        self.job.state == JobState::Running && self.held.is_some_and(|(_, until)| now < until)
    }

    /// Refuses a claim that was lost.
    pub fn check_held_by(&self, claim: &Claim, now: Timestamp) -> Result<()> {
        let is_same = self.held.is_some_and(|(holder, _)| holder == claim.holder);
        if self.is_held(now) && is_same && self.token == claim.token { Ok(()) } else { Err(lost(claim)) }
    }

    /// Whether it waits and its time has come.
    pub fn is_ready(&self, now: Timestamp) -> bool {
        self.job.state == JobState::Queued && self.job.run_at <= now
    }

    /// Whether a worker left it behind; see [`recover`](Self::recover).
    pub fn is_abandoned(&self, now: Timestamp) -> bool {
        self.job.state == JobState::Running && !self.is_held(now)
    }

    /// Queues what a worker left behind, unless it is to be cancelled or that was its last attempt.
    pub fn recover(&mut self, now: Timestamp) {
        if self.job.is_cancel_requested {
            self.end(JobState::Cancelled, now);
        } else if self.job.attempts < self.job.max_attempts {
            self.wait(self.job.run_at, self.job.attempts);
        } else {
            self.job.failure = Some(vanished());
            self.give_up(now);
        }
    }

    /// Begins an attempt of what is ready.
    pub fn claim(&mut self, request: &ClaimRequest, now: Timestamp) -> Claim {
        self.token.0 += 1;
        self.held = Some((request.holder, now.saturating_add(request.ttl)));
        self.job.state = JobState::Running;
        self.job.attempts += 1;
        self.job.progress = JobProgress::default();
        self.job.started_at = Some(now);
        Claim {
            job: self.job.clone(),
            payload: self.payload.clone(),
            holder: request.holder,
            token: self.token,
        }
    }

    /// Keeps the claim of who has it.
    pub fn renew(&mut self, progress: JobProgress, now: Timestamp, ttl: Duration) {
        self.job.progress = progress;
        self.held = self.held.map(|(holder, _)| (holder, now.saturating_add(ttl)));
    }

    /// Ends an attempt.
    pub fn finish(&mut self, outcome: Outcome, now: Timestamp) {
        match outcome {
            Outcome::Succeeded { result } => self.succeed(result, now),
            Outcome::Failed { failure, retry_after } => {
                self.job.failure = Some(failure);
                let may_retry = self.job.attempts < self.job.max_attempts;
                match retry_after.filter(|_| may_retry) {
                    _ if self.job.is_cancel_requested => self.end(JobState::Cancelled, now),
                    Some(delay) => self.wait(now.saturating_add(delay), self.job.attempts),
                    None => self.give_up(now),
                }
            }
            Outcome::Cancelled => self.end(JobState::Cancelled, now),
            Outcome::Released if self.job.is_cancel_requested => self.end(JobState::Cancelled, now),
            Outcome::Released => self.wait(now, self.job.attempts.saturating_sub(1)),
        }
    }

    fn succeed(&mut self, result: String, now: Timestamp) {
        self.job.result = Some(result);
        self.job.failure = None;
        match self.job.every {
            _ if self.job.is_cancel_requested => self.end(JobState::Succeeded, now),
            Some(every) => self.wait(now.saturating_add(every), 0),
            None => self.end(JobState::Succeeded, now),
        }
    }

    /// Dies, or waits for its next run.
    fn give_up(&mut self, now: Timestamp) {
        match self.job.every {
            Some(every) => self.wait(now.saturating_add(every), 0),
            None => self.end(JobState::Dead, now),
        }
    }

    /// Calls it off: at once where it waits, else by asking its worker. What is done is refused.
    pub fn cancel(&mut self, now: Timestamp) -> Result<()> {
        match self.job.state {
            JobState::Queued => self.end(JobState::Cancelled, now),
            JobState::Running => self.job.is_cancel_requested = true,
            JobState::Cancelled => {}
            state @ (JobState::Succeeded | JobState::Dead) => {
                return Err(wrong_state(self.job.id, state, "only what waits or runs can be cancelled"));
            }
        }
        Ok(())
    }

    /// Queues it again with all its attempts. What is not dead is refused.
    pub fn retry(&mut self, now: Timestamp) -> Result<()> {
        if self.job.state != JobState::Dead {
            return Err(wrong_state(self.job.id, self.job.state, "only a dead job can be tried again"));
        }
        self.job.finished_at = None;
        self.wait(now, 0);
        Ok(())
    }

    /// Whether its attachment is of no use any more.
    pub const fn is_done_with_attachment(&self) -> bool {
        matches!(self.job.state, JobState::Succeeded | JobState::Cancelled)
    }

    /// Whether it may be forgotten.
    pub fn is_older_than(&self, retention: Retention, now: Timestamp) -> bool {
        let kept = if self.job.state == JobState::Dead { retention.dead } else { retention.done };
        self.job.state.is_final() && self.job.finished_at.is_some_and(|at| at.saturating_add(kept) <= now)
    }

    fn wait(&mut self, until: Timestamp, attempts: u32) {
        self.job.state = JobState::Queued;
        self.job.attempts = attempts;
        self.job.run_at = until;
        self.held = None;
    }

    fn end(&mut self, state: JobState, now: Timestamp) {
        self.job.state = state;
        self.job.finished_at = Some(now);
        self.held = None;
    }
}
