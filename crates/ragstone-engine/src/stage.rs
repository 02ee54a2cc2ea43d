//! Stages of searches and ingests: one span and one sample of a metric for each.

use std::future::Future;
use std::time::Instant;

use ragstone_core::Clock;
use ragstone_observability::Metric;
use ragstone_observability::metric::STAGE;
use tracing::{Instrument as _, Span};

/// A stage that runs; its sample is taken when it ends, however it ends.
struct Sample<'a> {
    clock: &'a dyn Clock,
    metric: &'a Metric,
    stage: &'static str,
    start: Instant,
}

impl Drop for Sample<'_> {
    fn drop(&mut self) {
        let took = self.clock.instant().duration_since(self.start);
        metrics::histogram!(self.metric.name, STAGE => self.stage).record(took);
    }
}

/// What the stages of one use case share.
#[derive(Clone, Copy)]
pub(crate) struct Stages<'a> {
    clock: &'a dyn Clock,
    metric: &'a Metric,
}

impl<'a> Stages<'a> {
    /// Stages whose durations go to `metric`.
    pub(crate) const fn new(clock: &'a dyn Clock, metric: &'a Metric) -> Self {
        Self { clock, metric }
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
        Sample { clock: self.clock, metric: self.metric, stage, start: self.clock.instant() }
    }
}
