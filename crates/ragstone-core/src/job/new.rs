//! A request for a job.

use std::time::Duration;

use super::{JobKey, JobKind, Lane};
use crate::error::{Error, ErrorKind, Result};
use crate::id::JobId;

/// Longest payload in bytes.
pub const MAX_PAYLOAD_LEN: usize = 256 * 1024;
/// Longest attachment in bytes.
pub const MAX_ATTACHMENT_LEN: usize = 256 * 1024 * 1024;
/// Most attempts.
pub const MAX_ATTEMPTS: u32 = 100;
/// Greatest priority.
pub const MAX_PRIORITY: u8 = 9;
/// Longest delay, and longest time between two runs: 366 days.
pub const MAX_JOB_DELAY: Duration = Duration::from_hours(366 * 24);

/// Work to be remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// Identity; the same id again is the same request.
    pub id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// Which queue it waits in.
    pub lane: Lane,
    /// 0 to [`MAX_PRIORITY`]; greater ones of a lane go first.
    pub priority: u8,
    /// What makes another one like it needless; what repeats must have one.
    pub key: Option<JobKey>,
    /// What is to be done, in a form that belongs to the kind; at most [`MAX_PAYLOAD_LEN`] bytes without NUL.
    pub payload: String,
    /// Data that it works on and that must not be lost; at most [`MAX_ATTACHMENT_LEN`] bytes.
    pub attachment: Vec<u8>,
    /// Time until it may run.
    pub delay: Duration,
    /// For what repeats: time from the end of one run to the next, from 1 s.
    pub every: Option<Duration>,
    /// 1 to [`MAX_ATTEMPTS`].
    pub max_attempts: u32,
}

impl NewJob {
    /// A job of the urgent lane that runs at once, five times at most.
    pub fn new(id: JobId, kind: JobKind, payload: impl Into<String>) -> Self {
        Self {
            id,
            kind,
            lane: Lane::Urgent,
            priority: 5,
            key: None,
            payload: payload.into(),
            attachment: Vec::new(),
            delay: Duration::ZERO,
            every: None,
            max_attempts: 5,
        }
    }

    /// Checks sizes and times; every queue refuses what fails here.
    pub fn check(&self) -> Result<()> {
        if self.priority > MAX_PRIORITY {
            return Err(Error::invalid("priority", format!("must be from 0 to {MAX_PRIORITY}")));
        }
        if !(1..=MAX_ATTEMPTS).contains(&self.max_attempts) {
            return Err(Error::invalid("max_attempts", format!("must be from 1 to {MAX_ATTEMPTS}")));
        }
        if self.payload.contains('\0') {
            return Err(Error::invalid("payload", "must not contain NUL characters"));
        }
        check_len("payload", self.payload.len(), MAX_PAYLOAD_LEN)?;
        check_len("attachment", self.attachment.len(), MAX_ATTACHMENT_LEN)?;
        if self.delay > MAX_JOB_DELAY {
            return Err(Error::invalid("delay", "must be at most 366 days"));
        }
        match self.every {
            Some(every) if !(Duration::from_secs(1)..=MAX_JOB_DELAY).contains(&every) => {
                Err(Error::invalid("every", "must be from 1 s to 366 days"))
            }
            Some(_) if self.key.is_none() => Err(Error::invalid("key", "must be given for what repeats")),
            _ => Ok(()),
        }
    }
}

fn check_len(field: &'static str, len: usize, most: usize) -> Result<()> {
    if len > most {
        return Err(Error::new(ErrorKind::TooLarge, "a job carries too much")
            .with_context("field", field)
            .with_context("bytes", len)
            .with_context("limit", most));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn job() -> NewJob {
        NewJob::new(JobId::from_uuid(Uuid::from_u128(1)), JobKind::try_new("a").expect("valid"), "{}")
    }

    #[test]
    fn sizes_and_times_are_bounded() {
        let key = JobKey::try_new("k").ok();
        let second = Some(Duration::from_secs(1));
        for good in [job(), NewJob { key: key.clone(), every: second, ..job() }] {
            assert_eq!(good.check().map_err(|error| error.kind()), Ok(()));
        }
        let too_often = Some(Duration::from_millis(999));
        for bad in [
            NewJob { priority: 10, ..job() },
            NewJob { max_attempts: 0, ..job() },
            NewJob { max_attempts: 101, ..job() },
            NewJob { payload: "\0".to_owned(), ..job() },
            NewJob { delay: MAX_JOB_DELAY + Duration::from_millis(1), ..job() },
            NewJob { key, every: too_often, ..job() },
            NewJob { every: second, ..job() },
        ] {
            assert_eq!(bad.check().map_err(|error| error.kind()), Err(ErrorKind::InvalidArgument), "{bad:?}");
        }
        let long = NewJob { payload: "x".repeat(MAX_PAYLOAD_LEN + 1), ..job() };
        assert_eq!(long.check().map_err(|error| error.kind()), Err(ErrorKind::TooLarge));
    }
}
