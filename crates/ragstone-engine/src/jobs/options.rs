//! When and in which order a job runs.

use ragstone_core::job::{EnqueueEffect, JobKey, JobReceipt, NewJob};
use ragstone_core::request::JobOptions;
use ragstone_core::{Digest, Error, ErrorKind, Result};

/// The job as it is asked for; options out of range are refused.
pub(crate) fn applied(job: NewJob, options: JobOptions) -> Result<NewJob> {
    let JobOptions { lane, priority, delay, every } = options;
    if every.is_some() && job.key.is_none() {
        return Err(Error::invalid(
            "every",
            "is for files and folders: a document that was sent does not change",
        ));
    }
    let key = match (every, job.key) {
        (Some(every), Some(key)) => Some(repeating(&key, every.as_millis())?),
        (_, key) => key,
    };
    let new = NewJob {
        lane: lane.unwrap_or(job.lane),
        priority: priority.unwrap_or(job.priority),
        key,
        delay,
        every,
        ..job
    };
    new.check()?;
    Ok(new)
}

/// Refuses a receipt of a job that does the work in another way than was asked for.
pub(crate) fn check_honoured(receipt: &JobReceipt, options: JobOptions) -> Result<()> {
    let job = &receipt.job;
    let is_same = options.lane.is_none_or(|lane| lane == job.lane)
        && options.priority.is_none_or(|priority| priority == job.priority)
        && options.delay.is_zero();
    if receipt.effect == EnqueueEffect::Enqueued || is_same {
        return Ok(());
    }
    Err(Error::new(ErrorKind::AlreadyExists, "a job with other options does this work")
        .with_context("job", job.id)
        .with_help("wait for it, or cancel it and ask again"))
}

/// Work that repeats is other work than doing it once, and so is repeating it at other times.
fn repeating(key: &JobKey, every: u128) -> Result<JobKey> {
    JobKey::try_new(Digest::of(format!("{} every {every}", key.as_str()).as_bytes()).to_string())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ragstone_core::JobId;
    use ragstone_core::job::{JobKind, Lane};
    use uuid::Uuid;

    use super::*;

    fn job(key: Option<&str>) -> NewJob {
        let kind = JobKind::try_new("work").expect("a kind");
        let key = key.map(|key| JobKey::try_new(key).expect("a key"));
        NewJob { key, ..NewJob::new(JobId::from_uuid(Uuid::from_u128(1)), kind, "{}") }
    }

    #[test]
    fn options_are_applied_in_their_ranges() {
        let every = Some(Duration::from_hours(1));
        let options =
            JobOptions { lane: Some(Lane::Bulk), priority: Some(9), every, ..JobOptions::default() };
        let new = applied(job(Some("k")), options).expect("in range");
        assert_eq!((new.lane, new.priority, new.every), (Lane::Bulk, 9, every));
        assert_ne!(new.key, job(Some("k")).key);
        let plain = applied(job(Some("k")), JobOptions::default()).expect("in range");
        assert_eq!(plain, job(Some("k")));
        let day = Duration::from_hours(24);
        for (key, bad) in [
            (Some("k"), JobOptions { priority: Some(10), ..JobOptions::default() }),
            (Some("k"), JobOptions { delay: day * 367, ..JobOptions::default() }),
            (Some("k"), JobOptions { every: Some(Duration::ZERO), ..JobOptions::default() }),
            (None, JobOptions { every, ..JobOptions::default() }),
        ] {
            let kind = applied(job(key), bad).map_err(|error| error.kind());
            assert_eq!(kind.map(drop), Err(ErrorKind::InvalidArgument), "{bad:?}");
        }
    }
}
