//! Starts logs, traces and error reports as one subscriber, and ends them in order.
//!
//! Logs are human or JSON lines on standard error and, if asked for, in files that rotate. Their filter changes while
//! the program runs, and touches neither traces nor reports.

use std::fmt;
use std::io;
use std::time::Duration;

use tracing::Dispatch;
use tracing_appender::non_blocking::{ErrorCounter, WorkerGuard};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::writer::{BoxMakeWriter, MakeWriterExt as _};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer, Registry, reload};

pub use self::file::{LogFile, LogRotation};
use self::json::{JsonLines, OwnDispatch};
pub use self::rules::InvalidLogFilter;
use self::rules::LogRules;
use crate::metric;
#[cfg(feature = "sentry")]
use crate::reports::{InvalidReports, Reports, RunningReports};
#[cfg(feature = "otlp")]
use crate::traces::{InvalidTraces, RunningTraces, Traces};

mod file;
mod human;
mod json;
mod rules;

type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// Whether a field is an instruction to the tracing layer and says nothing in a log.
fn is_for_traces(name: &str) -> bool {
    name.starts_with("otel.")
}

/// Form of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LogFormat {
    /// Plain lines for people.
    #[default]
    Human,
    /// Lines for people, with the colours of a terminal.
    Coloured,
    /// One JSON object a line, for machines.
    Json,
}

/// What is started.
#[derive(Debug, Default)]
pub struct Telemetry {
    /// Form of log lines.
    pub format: LogFormat,
    /// Which events are logged, such as `info,ragstone_engine=debug`.
    pub directives: String,
    /// Files that get the same lines as standard error.
    pub file: Option<LogFile>,
    /// Where traces go.
    #[cfg(feature = "otlp")]
    pub traces: Traces,
    /// Where errors are reported.
    #[cfg(feature = "sentry")]
    pub reports: Option<Reports>,
}

/// Why telemetry could not be started or changed.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The directives cannot be read.
    #[error(transparent)]
    InvalidFilter(#[from] InvalidLogFilter),
    /// The log file cannot be opened.
    #[error("cannot open the log file below {folder:?}: {source}")]
    File {
        /// Folder of the files.
        folder: std::path::PathBuf,
        /// What the operating system says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The settings of traces cannot be used.
    #[cfg(feature = "otlp")]
    #[error(transparent)]
    InvalidTraces(#[from] InvalidTraces),
    /// The settings of reports cannot be used.
    #[cfg(feature = "sentry")]
    #[error(transparent)]
    InvalidReports(#[from] InvalidReports),
    /// The process has a subscriber already.
    #[error("a log subscriber is installed already")]
    AlreadyInstalled,
    /// The subscriber that the filter belongs to is gone.
    #[error("the log subscriber is gone")]
    Gone,
}

/// Changes the filter of a running subscriber. Cheap to clone.
#[derive(Clone)]
pub struct LogFilter(reload::Handle<LogRules, Registry>);

impl LogFilter {
    /// Replaces the directives, such as `info,ragstone_engine=debug`; on an error the old ones stay.
    pub fn set(&self, directives: &str) -> Result<(), TelemetryError> {
        let rules = LogRules::parse(directives)?;
        self.0.reload(rules).map_err(|_| TelemetryError::Gone)
    }

    /// Directives that are in force.
    pub fn directives(&self) -> Result<String, TelemetryError> {
        self.0.with_current(ToString::to_string).map_err(|_| TelemetryError::Gone)
    }
}

impl fmt::Debug for LogFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LogFilter").field(&self.directives().ok()).finish()
    }
}

/// What telemetry counts of itself. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Losses(Option<ErrorCounter>);

impl Losses {
    /// Brings the counts into the metrics; call it before they are shown.
    pub fn publish(&self) {
        if let Some(dropped) = &self.0 {
            let lines = u64::try_from(dropped.dropped_lines()).unwrap_or(u64::MAX);
            metrics::counter!(metric::LOG_LINES_DROPPED.name).absolute(lines);
        }
    }
}

/// Telemetry that runs. Dropping it loses what has not been written or sent; [`close`](Self::close) does not.
#[derive(Debug)]
pub struct RunningTelemetry {
    filter: LogFilter,
    file: Option<(WorkerGuard, ErrorCounter)>,
    #[cfg(feature = "otlp")]
    traces: Option<RunningTraces>,
    #[cfg(feature = "sentry")]
    reports: Option<RunningReports>,
}

impl RunningTelemetry {
    /// The filter of the logs.
    pub fn filter(&self) -> &LogFilter {
        &self.filter
    }

    /// What telemetry counts of itself.
    pub fn losses(&self) -> Losses {
        Losses(self.file.as_ref().map(|(_, dropped)| dropped.clone()))
    }

    /// Sends and writes what waits, traces and reports for at most `timeout` each. Blocks for as long.
    ///
    /// Do not call it on a thread that the runtime of the traces needs: use `spawn_blocking`.
    pub fn close(self, timeout: Duration) {
        let _ = timeout;
        #[cfg(feature = "otlp")]
        if let Some(traces) = self.traces {
            traces.close(timeout);
        }
        #[cfg(feature = "sentry")]
        if let Some(reports) = self.reports {
            reports.close(timeout);
        }
        drop(self.file);
    }
}

impl Telemetry {
    /// Builds a subscriber whose log lines go to `writer`.
    ///
    /// With traces, call it on a tokio runtime, which then carries the connection to the collector.
    pub fn subscriber<W>(self, writer: W) -> Result<(Dispatch, RunningTelemetry), TelemetryError>
    where
        W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
    {
        let (rules, handle) = reload::Layer::new(LogRules::parse(&self.directives)?);
        let (writer, file) = match &self.file {
            None => (BoxMakeWriter::new(writer), None),
            Some(file) => {
                let (file, guard, dropped) = file.open()?;
                (BoxMakeWriter::new(writer.and(file)), Some((guard, dropped)))
            }
        };
        // A list, and not one around the other: `and_then` loses the level of the inner layer over a registry
        // (tracing-subscriber 0.3.23, `Layered::pick_level_hint`).
        let mut layers: Vec<BoxedLayer> = Vec::new();
        #[cfg(feature = "otlp")]
        let traces = {
            let needs_ids = self.format == LogFormat::Json;
            let (layer, running) = self.traces.start(needs_ids)?;
            layers.extend(layer);
            running
        };
        #[cfg(feature = "sentry")]
        let reports = match self.reports {
            None => None,
            Some(reports) => {
                let (layer, running) = reports.start()?;
                layers.push(layer);
                Some(running)
            }
        };
        // After the traces: a span is traced before a line asks for its ids.
        let own_dispatch = OwnDispatch::default();
        layers.push(match self.format {
            LogFormat::Human => human::lines(writer, false).with_filter(rules).boxed(),
            LogFormat::Coloured => human::lines(writer, true).with_filter(rules).boxed(),
            LogFormat::Json => JsonLines::new(writer, own_dispatch.clone()).with_filter(rules).boxed(),
        });
        let dispatch = Dispatch::new(Registry::default().with(layers));
        own_dispatch.set(&dispatch);
        let running = RunningTelemetry {
            filter: LogFilter(handle),
            file,
            #[cfg(feature = "otlp")]
            traces,
            #[cfg(feature = "sentry")]
            reports,
        };
        Ok((dispatch, running))
    }

    /// Makes a subscriber with lines on standard error the one of the process.
    pub fn install(self) -> Result<RunningTelemetry, TelemetryError> {
        let (dispatch, running) = self.subscriber(io::stderr)?;
        tracing::dispatcher::set_global_default(dispatch).map_err(|_| TelemetryError::AlreadyInstalled)?;
        Ok(running)
    }
}
