//! Stages of searches and ingests: one span and one sample of a metric for each.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use ragstone_core::Clock;
use ragstone_core::explanation::StageTime;
use ragstone_observability::Metric;
use ragstone_observability::metric::STAGE;
use tracing::{Instrument as _, Span};

/// A stage that runs; its sample is taken when it ends, however it ends.
struct Sample<'a> {
    stages: Stages<'a>,
    stage: &'static str,
    start: Instant,
}

impl Drop for Sample<'_> {
    fn drop(&mut self) {
        let end = self.stages.clock.instant();
        let took = end.duration_since(self.start);
        metrics::histogram!(self.stages.metric.name, STAGE => self.stage).record(took);
        if let Some(times) = self.stages.times {
            times.note(self.stage, self.start, end);
        }
    }
}

/// What the stages of one use case share.
#[derive(Clone, Copy)]
pub(crate) struct Stages<'a> {
    clock: &'a dyn Clock,
    metric: &'a Metric,
    times: Option<&'a StageTimes>,
}

impl<'a> Stages<'a> {
    /// Stages whose durations go to `metric`.
    pub(crate) const fn new(clock: &'a dyn Clock, metric: &'a Metric) -> Self {
        Self { clock, metric, times: None }
    }

    /// Notes the times of one call, too.
    pub(crate) const fn noting(self, times: Option<&'a StageTimes>) -> Self {
        Self { times, ..self }
    }

    /// Runs a stage that waits.
    pub(crate) async fn wait<T>(self, stage: &'static str, span: Span, work: impl Future<Output = T>) -> T {
        let _sample = self.sample(stage);
        work.instrument(span).await
    }

    /// Runs a stage that computes.
    pub(crate) fn run<T>(self, stage: &'static str, span: &Span, work: impl FnOnce() -> T) -> T {
        let _sample = self.sample(stage);
        span.in_scope(work)
    }

    fn sample(self, stage: &'static str) -> Sample<'a> {
        Sample { stages: self, stage, start: self.clock.instant() }
    }
}

/// When the stages of one call began and ended, over all that ran side by side.
#[derive(Debug, Default)]
pub(crate) struct StageTimes(Mutex<Vec<(&'static str, Instant, Instant)>>);

impl StageTimes {
    fn note(&self, stage: &'static str, start: Instant, end: Instant) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match noted.iter_mut().find(|(name, ..)| *name == stage) {
            Some((_, first, last)) => (*first, *last) = (start.min(*first), end.max(*last)),
            None => noted.push((stage, start, end)),
        }
    }

    /// The stages by their start.
    pub(crate) fn told(&self) -> Vec<StageTime> {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        noted.sort_by_key(|(_, start, _)| *start);
        let time =
            |(stage, start, end): (_, Instant, Instant)| StageTime { stage, took: end.duration_since(start) };
        noted.into_iter().map(time).collect()
    }
}
