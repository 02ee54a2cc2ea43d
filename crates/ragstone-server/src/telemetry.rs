//! Starts logs, traces and reports as the configuration says, and ends them.

use std::time::Duration;

use ragstone_core::{Error, ErrorKind, IdSource as _, Result};
use ragstone_observability::Redacted;
#[cfg(feature = "sentry")]
use ragstone_observability::reports::Reports;
use ragstone_observability::startup::{self, LogFile, RunningTelemetry};
use ragstone_observability::traces::Traces;

use crate::config::{Config, LogFormat, LogRotation};
use crate::ids::TimeOrderedIds;

/// Longest wait for the last spans and reports.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);

/// Sends the events of the process where the configuration says.
pub(crate) fn install(config: &Config) -> Result<RunningTelemetry> {
    let telemetry = startup::Telemetry {
        format: match config.log.format {
            LogFormat::Human => startup::LogFormat::Human,
            LogFormat::Json => startup::LogFormat::Json,
        },
        directives: config.log.filter.clone(),
        file: log_file(config),
        traces: traces(config),
        #[cfg(feature = "sentry")]
        reports: reports(config),
    };
    telemetry.install().map_err(|source| {
        Error::new(ErrorKind::InvalidArgument, "cannot start logs, traces and reports")
            .with_context("cause", &source)
            .with_source(source)
    })
}

/// Writes and sends what waits, within a bound.
pub(crate) async fn close(telemetry: RunningTelemetry) {
    // The runtime that carries the spans must go on meanwhile.
    let closing = tokio::task::spawn_blocking(move || telemetry.close(CLOSE_TIMEOUT));
    // A panic in there must not hide how the command ended.
    let _ = closing.await;
}

fn log_file(config: &Config) -> Option<LogFile> {
    let log = &config.log;
    (!log.folder.as_os_str().is_empty()).then(|| LogFile {
        folder: log.folder.clone(),
        prefix: "ragstone".to_owned(),
        suffix: "log".to_owned(),
        rotation: match log.rotation {
            LogRotation::Hourly => startup::LogRotation::Hourly,
            LogRotation::Daily => startup::LogRotation::Daily,
            LogRotation::Weekly => startup::LogRotation::Weekly,
            LogRotation::Never => startup::LogRotation::Never,
        },
        max_files: log.max_files,
    })
}

fn traces(config: &Config) -> Traces {
    let traces = &config.traces;
    let headers = traces.headers.iter();
    let instance_id = match traces.instance.as_str() {
        "" => TimeOrderedIds.fresh().to_string(),
        named => named.to_owned(),
    };
    Traces {
        endpoint: (!traces.endpoint.is_empty()).then(|| traces.endpoint.clone()),
        headers: headers
            .map(|(name, value)| (name.clone(), Redacted::new(value.expose().to_owned())))
            .collect(),
        ca_file: (!traces.ca_file.as_os_str().is_empty()).then(|| traces.ca_file.clone()),
        sampling_ratio: traces.sampling_ratio,
        timeout: Duration::from_secs(traces.timeout_seconds),
        queue_spans: traces.queue_spans,
        service_version: env!("CARGO_PKG_VERSION").to_owned(),
        instance_id,
        ..Traces::default()
    }
}

#[cfg(feature = "sentry")]
fn reports(config: &Config) -> Option<Reports> {
    let reports = &config.reports;
    reports.dsn.as_ref().map(|dsn| Reports {
        dsn: Redacted::new(dsn.expose().to_owned()),
        environment: (!reports.environment.is_empty()).then(|| reports.environment.clone()),
        release: concat!("ragstone@", env!("CARGO_PKG_VERSION")).to_owned(),
        sample_rate: reports.sample_rate,
    })
}
