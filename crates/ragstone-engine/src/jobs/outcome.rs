//! What a job gives, in the form in which it is kept and shown.

use std::time::Duration;

use ragstone_core::document::{IngestReceipt, WriteEffect};
use ragstone_core::duplicate::Duplicate;
use ragstone_core::job::{Job, JobFailure, Outcome};
use ragstone_core::report::{IngestFailure, IngestReport};
use ragstone_core::{Error, ErrorKind, Result, Retry};
use serde::{Deserialize, Serialize};

/// Failed files that a result lists; the others are counted.
const FAILURES: usize = 50;
/// Bytes of a reason that are kept.
const REASON: usize = 500;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// What a result says of the change feed, whatever else it holds.
#[derive(Deserialize)]
pub(super) struct Reached {
    #[serde(default)]
    pub(super) sequence: Option<u64>,
}

#[derive(Serialize)]
struct Files<'a> {
    created: u64,
    updated: u64,
    unchanged: u64,
    deleted: u64,
    failed_total: u64,
    failed: Vec<File<'a>>,
    duplicates_total: u64,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<u64>,
}

#[derive(Serialize)]
struct File<'a> {
    path: String,
    reason: &'static str,
    detail: &'a str,
}

#[derive(Serialize)]
struct Stored {
    document: String,
    effect: &'static str,
    version: u32,
    sequence: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    duplicates: Vec<Like>,
}

#[derive(Serialize)]
struct Like {
    document: String,
    source: String,
    similarity: f32,
    is_exact: bool,
}

/// The result of an ingest of paths.
pub(super) fn of_files(report: &IngestReport) -> Result<String> {
    written(&Files {
        created: report.created,
        updated: report.updated,
        unchanged: report.unchanged,
        deleted: report.deleted,
        failed_total: report.failed_total,
        failed: report.failed.iter().take(FAILURES).map(of_file).collect(),
        duplicates_total: report.duplicates_total,
        bytes: report.bytes,
        sequence: report.sequence.map(|sequence| sequence.0),
    })
}

fn of_file(failure: &IngestFailure) -> File<'_> {
    let detail = failure.reason.as_str();
    File {
        path: failure.path.display().to_string(),
        reason: failure.kind.codes().reason,
        detail: &detail[..detail.floor_char_boundary(REASON)],
    }
}

/// The result of an ingest of a document.
pub(super) fn of_document(receipt: &IngestReceipt) -> Result<String> {
    let effect = match receipt.effect {
        WriteEffect::Created => "created",
        WriteEffect::Updated => "updated",
        WriteEffect::Unchanged => "unchanged",
    };
    written(&Stored {
        document: receipt.document.to_string(),
        effect,
        version: receipt.version.0,
        sequence: receipt.sequence.0,
        duplicates: receipt.duplicates.iter().map(like).collect(),
    })
}

fn like(found: &Duplicate) -> Like {
    Like {
        document: found.document.to_string(),
        source: found.source.to_string(),
        similarity: found.similarity,
        is_exact: found.is_exact,
    }
}

fn written(result: &impl Serialize) -> Result<String> {
    serde_json::to_string(result)
        .map_err(|error| Error::new(ErrorKind::Unexpected, "a result cannot be kept").with_source(error))
}

/// How an attempt that failed ends: with another attempt where that may help.
pub(super) fn of_failure(job: &Job, error: &Error) -> Outcome {
    let pause = match error.retry() {
        Retry::Never => None,
        Retry::After(hint) => Some(hint.clamp(FIRST_PAUSE, LONGEST_PAUSE)),
        // Retries of one call are used up after milliseconds; a job has time.
        Retry::Backoff | Retry::Exhausted => Some(pause(job)),
    };
    Outcome::Failed { failure: JobFailure::of(error), retry_after: pause }
}

/// 1 s, doubled by each attempt up to 60 s, and shortened by up to a half, so that jobs which failed together do not come
/// back together.
fn pause(job: &Job) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << job.attempts.saturating_sub(1).min(10));
    let pause = doubled.min(LONGEST_PAUSE);
    let [.., last] = job.id.as_uuid().into_bytes();
    pause * (512 - u32::from(last)) / 512
}

#[cfg(test)]
mod tests {
    use ragstone_core::job::{JobKind, JobRecord, NewJob};
    use ragstone_core::{CallContext, JobId, Timestamp};

    use super::*;

    fn job(attempts: u32, id: u128) -> Job {
        let id = JobId::from_uuid(uuid::Uuid::from_u128(id));
        let new = NewJob::new(id, JobKind::try_new("work").expect("a kind"), "");
        let job = JobRecord::new(&CallContext::system(), new, Timestamp::from_millis(0)).job;
        Job { attempts, ..job }
    }

    #[test]
    fn pauses_double_up_to_a_minute() {
        let pauses = [1, 2, 3, 6, 7, 99].map(|attempts| pause(&job(attempts, 0)).as_secs());
        assert_eq!(pauses, [1, 2, 4, 32, 60, 60]);
        let spread = pause(&job(7, 255));
        assert!(spread < Duration::from_secs(31) && spread >= Duration::from_secs(30), "{spread:?}");
    }

    #[test]
    fn what_never_helps_is_not_tried_again() {
        let retried = |error: Error| match of_failure(&job(1, 0), &error) {
            Outcome::Failed { retry_after, .. } => retry_after.is_some(),
            _ => false,
        };
        assert!(!retried(Error::invalid("text", "is empty")));
        assert!(retried(Error::new(ErrorKind::Unavailable, "away")));
        assert!(retried(Error::new(ErrorKind::Unavailable, "away").with_retry(Retry::Exhausted)));
    }
}
