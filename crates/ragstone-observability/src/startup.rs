//! Starts logs: human or JSON lines on standard error, with a filter that can be changed at run time.

use std::fmt;

use tracing::{Dispatch, Subscriber};
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry, reload};

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

/// Changes the filter of a running subscriber. Cheap to clone.
#[derive(Clone)]
pub struct LogFilter(reload::Handle<EnvFilter, Registry>);

/// Filter directives that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the log filter {directives:?}")]
pub struct InvalidLogFilter {
    directives: String,
    source: tracing_subscriber::filter::ParseError,
}

/// Why logs could not be started or changed.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The directives cannot be read.
    #[error(transparent)]
    InvalidFilter(#[from] InvalidLogFilter),
    /// The process has a subscriber already.
    #[error("a log subscriber is installed already")]
    AlreadyInstalled,
    /// The subscriber that the filter belongs to is gone.
    #[error("the log subscriber is gone")]
    Gone,
}

impl LogFilter {
    /// Replaces the directives, such as `info,ragstone_engine=debug`; on an error the old ones stay.
    pub fn set(&self, directives: &str) -> Result<(), LogError> {
        let filter = parse(directives)?;
        self.0.reload(filter).map_err(|_| LogError::Gone)
    }

    /// Directives that are in force.
    pub fn directives(&self) -> Result<String, LogError> {
        self.0.with_current(ToString::to_string).map_err(|_| LogError::Gone)
    }
}

impl fmt::Debug for LogFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LogFilter").field(&self.directives().ok()).finish()
    }
}

/// Builds a subscriber that writes to `writer`, and the handle of its filter.
pub fn subscriber<W>(
    format: LogFormat,
    directives: &str,
    writer: W,
) -> Result<(Dispatch, LogFilter), InvalidLogFilter>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let (filter, handle) = reload::Layer::new(parse(directives)?);
    let subscriber = Registry::default().with(filter).with(lines(format, writer));
    Ok((Dispatch::new(subscriber), LogFilter(handle)))
}

/// Makes a subscriber to standard error the one of the process.
pub fn install(format: LogFormat, directives: &str) -> Result<LogFilter, LogError> {
    let (dispatch, filter) = subscriber(format, directives, std::io::stderr)?;
    tracing::dispatcher::set_global_default(dispatch).map_err(|_| LogError::AlreadyInstalled)?;
    Ok(filter)
}

fn parse(directives: &str) -> Result<EnvFilter, InvalidLogFilter> {
    EnvFilter::builder()
        .parse(directives)
        .map_err(|source| InvalidLogFilter { directives: directives.to_owned(), source })
}

fn lines<S, W>(format: LogFormat, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(writer);
    match format {
        LogFormat::Human => layer.with_ansi(false).boxed(),
        LogFormat::Coloured => layer.with_ansi(true).boxed(),
        LogFormat::Json => {
            layer.json().flatten_event(true).with_current_span(false).with_span_list(true).boxed()
        }
    }
}
