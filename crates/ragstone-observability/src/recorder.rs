//! Starts metrics: a recorder that renders the Prometheus text format on request.

use metrics::Unit;
use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use metrics_process::Collector;

use crate::metric::{self, Metric, MetricKind};

/// Renders what a recorder has counted. Cheap to clone.
#[derive(Clone)]
pub struct MetricsPage {
    handle: PrometheusHandle,
    process: Collector,
}

/// Why metrics could not be started.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// The recorder refused its settings.
    #[error("cannot build the metrics recorder")]
    Build(#[from] BuildError),
    /// The process has a recorder already.
    #[error("a metrics recorder is installed already")]
    AlreadyInstalled,
}

impl MetricsPage {
    /// Renders all metrics in the Prometheus text format. Costs grow with the number of label sets.
    pub fn render(&self) -> String {
        self.upkeep();
        self.handle.render()
    }

    /// Renders all metrics, and those of the process: processor time, memory, threads, file descriptors.
    ///
    /// The latter are taken through the recorder of the process, so this shows them only after [`install`]. Reads
    /// the process's entries of the operating system, which takes some 100 µs.
    pub fn render_with_process(&self) -> String {
        self.process.collect();
        self.render()
    }

    /// Moves new samples into their buckets, so that memory stays bounded while nobody asks for the page.
    ///
    /// Call it every few seconds, or ask for the page as often.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

impl std::fmt::Debug for MetricsPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MetricsPage").finish_non_exhaustive()
    }
}

/// Builds a recorder that knows every metric of [`metric::ALL`], and the page that renders it.
///
/// A page that is never rendered keeps every sample, but for what [`MetricsPage::upkeep`] moves.
pub fn recorder() -> Result<(PrometheusRecorder, MetricsPage), MetricsError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let recorder =
        PrometheusBuilder::new().set_buckets_for_metric(seconds, metric::SECONDS_BUCKETS)?.build_recorder();
    let process = Collector::default();
    metrics::with_local_recorder(&recorder, || {
        metric::ALL.iter().for_each(describe);
        process.describe();
    });
    let page = MetricsPage { handle: recorder.handle(), process };
    Ok((recorder, page))
}

/// Makes a recorder the one of the process, and names the running `version` in [`metric::BUILD_INFO`].
pub fn install(version: &'static str) -> Result<MetricsPage, MetricsError> {
    let (recorder, page) = recorder()?;
    metrics::set_global_recorder(recorder).map_err(|_| MetricsError::AlreadyInstalled)?;
    metrics::gauge!(metric::BUILD_INFO.name, metric::VERSION => version).set(1.0);
    Ok(page)
}

fn describe(metric: &Metric) {
    let Metric { name, kind, help, labels } = *metric;
    match kind {
        MetricKind::Counter => metrics::describe_counter!(name, help),
        MetricKind::Gauge => metrics::describe_gauge!(name, help),
        MetricKind::Seconds => metrics::describe_histogram!(name, Unit::Seconds, help),
    }
    // Without labels there is one series, which is there from the start: a rate over it begins at 0.
    if labels.is_empty() {
        match kind {
            MetricKind::Counter => metrics::counter!(name).absolute(0),
            MetricKind::Gauge => metrics::gauge!(name).set(0.0),
            MetricKind::Seconds => {}
        }
    }
}
