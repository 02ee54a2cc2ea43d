//! Work in the background.

use std::time::Duration;

use ragstone_core::job::{self as core, JobFilter, JobKind, JobState};
use ragstone_core::report::{self, IngestStage};
use ragstone_core::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::page::PageQuery;
use crate::time::rfc3339;

/// Longest wait for a stage, in milliseconds.
pub const MAX_WAIT_MS: u32 = 60_000;
/// Wait for a stage that is named without a time, in milliseconds.
const DEFAULT_WAIT_MS: u32 = 10_000;

/// Which jobs are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct JobsQuery {
    /// Only those in this state: `queued`, `running`, `succeeded`, `dead` or `cancelled`.
    #[serde(default)]
    pub state: Option<String>,
    /// Only those of this kind: `ingest.paths` or `ingest.document`.
    #[serde(default)]
    pub kind: Option<String>,
    /// Most items, 1 to 1,000; 50 where left out.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 1000))]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1000)))]
    pub page_size: Option<u32>,
    /// `next_cursor` of the page before, to read on.
    #[serde(default)]
    pub cursor: Option<String>,
}

impl JobsQuery {
    /// The filter, and which page of what it admits.
    pub fn into_parts(self) -> Result<(JobFilter, PageQuery)> {
        let Self { state, kind, page_size, cursor } = self;
        let state = state.map(|name| JobState::from_name(&name).ok_or_else(unknown_state)).transpose()?;
        let kind = kind.map(JobKind::try_new).transpose()?;
        Ok((JobFilter { state, kind }, PageQuery { page_size, cursor }))
    }
}

fn unknown_state() -> Error {
    Error::invalid("state", "must be queued, running, succeeded, dead or cancelled")
}

/// How far a job should have come before the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WaitQuery {
    /// Waits until this stage: `stored`, `keyword_searchable` or `semantically_searchable`. Without a model nothing is
    /// ever found by its meaning, and the wait ends at `keyword_searchable`.
    #[serde(default)]
    pub wait: Option<String>,
    /// Most milliseconds to wait, 0 to 60,000; 10,000 where left out. The answer then says how far it is.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(maximum = 60000))]
    #[cfg_attr(feature = "schema", schemars(range(max = 60000)))]
    pub wait_ms: Option<u32>,
}

impl WaitQuery {
    /// The stage to wait for and the patience; `None` where the answer should come at once.
    pub fn into_wait(self) -> Result<Option<(IngestStage, Duration)>> {
        let millis = self.wait_ms.unwrap_or(DEFAULT_WAIT_MS);
        if millis > MAX_WAIT_MS {
            return Err(Error::invalid("wait_ms", format!("must be at most {MAX_WAIT_MS}")));
        }
        let Some(name) = self.wait else {
            return match self.wait_ms {
                None => Ok(None),
                Some(_) => Err(Error::invalid("wait_ms", "says how long to wait, but not for what")
                    .with_help("give `wait` the name of a stage, too")),
            };
        };
        let stage = IngestStage::SUCCESSIVE.into_iter().find(|stage| stage.name() == name);
        let stage = stage.ok_or_else(|| {
            Error::invalid("wait", "must be received, stored, keyword_searchable or semantically_searchable")
        })?;
        Ok(Some((stage, Duration::from_millis(millis.into()))))
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Job {
    /// Id.
    pub id: String,
    /// What is done: `ingest.paths` or `ingest.document`.
    pub kind: String,
    /// `urgent` or `bulk`.
    pub lane: String,
    /// 0 to 9; greater ones of a lane go first.
    pub priority: u8,
    /// `queued`, `running`, `succeeded`, `dead` or `cancelled`.
    pub state: String,
    /// How far what it brings has come: `received`, `stored`, `keyword_searchable`, `semantically_searchable`, `failed` or
    /// `cancelled`; each includes those before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Whether it was asked to stop.
    pub is_cancel_requested: bool,
    /// Attempts that were begun.
    pub attempts: u32,
    /// Attempts after which it is given up.
    pub max_attempts: u32,
    /// How much is done.
    pub progress: Progress,
    /// What it gave: the report of an ingest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Map<String, serde_json::Value>>"))]
    pub result: Option<serde_json::Value>,
    /// Why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Who asked for it.
    pub created_by: String,
    /// For what repeats: seconds from the end of one run to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_seconds: Option<u64>,
    /// When it was asked for (RFC 3339).
    pub created_at: String,
    /// When it may run, or could have (RFC 3339).
    pub run_at: String,
    /// When the last attempt began (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it ended (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
}

/// How much of a job is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Progress {
    /// Files that are done.
    pub done: u64,
    /// Files that were found up to now; left out where none were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Failure {
    /// Reason code, such as `too_large`.
    pub reason: String,
    /// Why, in words.
    pub detail: String,
}

/// A page of jobs, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JobPage {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// Cursor of the next page; left out at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl From<report::JobOverview> for Job {
    fn from(report::JobOverview { job, stage }: report::JobOverview) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind.to_string(),
            lane: job.lane.name().to_owned(),
            priority: job.priority,
            state: job.state.name().to_owned(),
            stage: stage.map(|stage| stage.name().to_owned()),
            is_cancel_requested: job.is_cancel_requested,
            attempts: job.attempts,
            max_attempts: job.max_attempts,
            progress: Progress { done: job.progress.done, total: job.progress.total },
            result: job.result.and_then(|result| serde_json::from_str(&result).ok()),
            failure: job.failure.map(Failure::from),
            created_by: job.created_by,
            every_seconds: job.every.map(|every| every.as_secs()),
            created_at: rfc3339(job.created_at),
            run_at: rfc3339(job.run_at),
            started_at: job.started_at.map(rfc3339),
            finished_at: job.finished_at.map(rfc3339),
        }
    }
}

impl From<core::JobFailure> for Failure {
    fn from(failure: core::JobFailure) -> Self {
        Self { reason: failure.kind.codes().reason.to_owned(), detail: failure.reason }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::ErrorKind;

    use super::*;

    fn wait(wait: Option<&str>, wait_ms: Option<u32>) -> Result<Option<(IngestStage, Duration)>, ErrorKind> {
        let query = WaitQuery { wait: wait.map(str::to_owned), wait_ms };
        query.into_wait().map_err(|error| error.kind())
    }

    #[test]
    fn a_wait_names_a_stage() {
        assert_eq!(wait(None, None), Ok(None));
        let ten = Duration::from_secs(10);
        assert_eq!(wait(Some("stored"), None), Ok(Some((IngestStage::Stored, ten))));
        assert_eq!(wait(Some("stored"), Some(0)), Ok(Some((IngestStage::Stored, Duration::ZERO))));
        for (name, millis) in [(Some("failed"), None), (None, Some(5)), (Some("stored"), Some(60_001))] {
            assert_eq!(wait(name, millis), Err(ErrorKind::InvalidArgument), "{name:?} {millis:?}");
        }
    }

    #[test]
    fn filters_name_known_states() {
        let parts = |state: &str| {
            let query = JobsQuery { state: Some(state.to_owned()), ..JobsQuery::default() };
            query.into_parts().map(|(filter, _)| filter.state).map_err(|error| error.kind())
        };
        assert_eq!(parts("dead"), Ok(Some(JobState::Dead)));
        assert_eq!(parts("done"), Err(ErrorKind::InvalidArgument));
    }
}
