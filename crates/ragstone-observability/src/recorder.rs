//! Starts metrics: a recorder that renders the Prometheus text format on request.

use metrics::Unit;
use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

use crate::metric::{self, Metric, MetricKind};

/// Renders what a recorder has counted. Cheap to clone.
#[derive(Clone)]
pub struct MetricsPage(PrometheusHandle);

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
        // Upkeep moves new samples into the buckets; a server that is scraped needs no timer for it.
        self.0.run_upkeep();
        self.0.render()
    }
}

impl std::fmt::Debug for MetricsPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MetricsPage").finish_non_exhaustive()
    }
}

/// Builds a recorder that knows every metric of [`metric::ALL`], and the page that renders it.
///
/// A page that is never rendered keeps every sample: one that nobody scrapes needs a timer that renders it.
pub fn recorder() -> Result<(PrometheusRecorder, MetricsPage), MetricsError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let recorder =
        PrometheusBuilder::new().set_buckets_for_metric(seconds, metric::SECONDS_BUCKETS)?.build_recorder();
    metrics::with_local_recorder(&recorder, || metric::ALL.iter().for_each(describe));
    let page = MetricsPage(recorder.handle());
    Ok((recorder, page))
}

/// Makes a recorder the one of the process.
pub fn install() -> Result<MetricsPage, MetricsError> {
    let (recorder, page) = recorder()?;
    metrics::set_global_recorder(recorder).map_err(|_| MetricsError::AlreadyInstalled)?;
    Ok(page)
}

fn describe(metric: &Metric) {
    let Metric { name, kind, help, .. } = *metric;
    match kind {
        MetricKind::Counter => metrics::describe_counter!(name, help),
        MetricKind::Gauge => metrics::describe_gauge!(name, help),
        MetricKind::Seconds => metrics::describe_histogram!(name, Unit::Seconds, help),
    }
}
