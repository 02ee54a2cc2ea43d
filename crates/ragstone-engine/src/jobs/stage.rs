//! How far what a job brings has come: never further than it can be found.

use ragstone_core::Sequence;
use ragstone_core::job::{Job, JobState};
use ragstone_core::report::{IngestStage, JobOverview};

use super::{form, outcome};

/// How far searches see; the default is before the first change.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frontier {
    /// Last change that is found by its words.
    pub(super) indexed: Sequence,
    /// Last change that is found by its meaning; `None` without a model, and while the index is behind.
    pub(super) embedded: Option<Sequence>,
}

impl Frontier {
    pub(super) fn overview(self, job: Job) -> JobOverview {
        JobOverview { stage: self.stage(&job), job }
    }

    /// The stage of an ingest; `None` for any other job.
    fn stage(self, job: &Job) -> Option<IngestStage> {
        if !form::KINDS.contains(&job.kind.as_str()) {
            return None;
        }
        let stage = match job.state {
            JobState::Queued | JobState::Running => IngestStage::Received,
            JobState::Dead => IngestStage::Failed,
            JobState::Cancelled => IngestStage::Cancelled,
            JobState::Succeeded => self.found(sequence_of(job).unwrap_or_default()),
        };
        Some(stage)
    }

    fn found(self, sequence: Sequence) -> IngestStage {
        if self.indexed < sequence {
            IngestStage::Stored
        } else if self.embedded.is_some_and(|embedded| embedded >= sequence) {
            IngestStage::SemanticallySearchable
        } else {
            IngestStage::KeywordSearchable
        }
    }
}

/// The last change that a job made; `None` where it made none, or has not succeeded.
pub(super) fn sequence_of(job: &Job) -> Option<Sequence> {
    if job.state != JobState::Succeeded {
        return None;
    }
    let reached: outcome::Reached = serde_json::from_str(job.result.as_deref()?).ok()?;
    reached.sequence.map(Sequence)
}
