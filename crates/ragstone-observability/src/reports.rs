//! Reports of errors to Sentry, with nothing in them that a user or an operator wrote.
//!
//! What is sent is built from a list of what may be sent: the fixed message of an event, the fields of
//! [`field::SHAREABLE`], the kind and the fixed text of an error, and the place in the code. The text of a panic may
//! quote data and stays here.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use sentry::integrations::tracing::ErrorLayer;
use sentry::protocol::{Context, Event, Map, Stacktrace, Value};
use sentry::types::Dsn;
use sentry::{ClientInitGuard, ClientOptions};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::{Layer, Registry};

use crate::field;
use crate::redaction::{Redacted, redact};

/// Context in which the tracing layer hands over the fields of an event.
const FIELDS: &str = "Rust Tracing Fields";
/// Context with the event's place in the code.
const LOCATION: &str = "Rust Tracing Location";
/// Longest text of an error that is sent, in bytes.
const MAX_TEXT: usize = 300;

/// Where errors are reported.
#[derive(Clone, Debug)]
pub struct Reports {
    /// Address with the public key of the project.
    pub dsn: Redacted<String>,
    /// Name of the installation, such as `production`.
    pub environment: Option<String>,
    /// Version that runs.
    pub release: String,
    /// Share of errors that are reported, 0.0 to 1.0.
    pub sample_rate: f32,
}

/// Settings of reports that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot report errors: {setting} {reason}")]
pub struct InvalidReports {
    /// Which setting.
    pub setting: &'static str,
    /// What is wrong with it; never its value.
    pub reason: &'static str,
}

/// Reports that are being sent.
pub(crate) struct RunningReports(ClientInitGuard);

impl RunningReports {
    /// Sends what waits, for at most `timeout`, and stops.
    pub(crate) fn close(self, timeout: Duration) {
        self.0.close(Some(timeout));
    }
}

impl fmt::Debug for RunningReports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningReports").finish_non_exhaustive()
    }
}

impl Reports {
    /// Starts the client of the process. With an `https` address, a TLS provider must have been chosen before.
    pub(crate) fn start(
        self,
    ) -> Result<(Box<dyn Layer<Registry> + Send + Sync>, RunningReports), InvalidReports> {
        let guard = sentry::init(self.options()?);
        let layer = ErrorLayer::new().with_filter(LevelFilter::ERROR);
        Ok((layer.boxed(), RunningReports(guard)))
    }

    fn options(self) -> Result<ClientOptions, InvalidReports> {
        let dsn: Dsn = self.dsn.expose().parse().map_err(|_| InvalidReports {
            setting: "dsn",
            reason: "is not an address of a Sentry project",
        })?;
        if !(0.0..=1.0).contains(&self.sample_rate) {
            return Err(InvalidReports { setting: "sample_rate", reason: "must be from 0.0 to 1.0" });
        }
        let mut options = ClientOptions::new()
            .release(self.release)
            .sample_rate(self.sample_rate)
            .send_default_pii(false)
            .max_breadcrumbs(0)
            .server_name("")
            .shutdown_timeout(Duration::from_secs(2))
            .before_breadcrumb(|_| None)
            .before_send(|event| Some(scrubbed(event)));
        options.dsn = Some(dsn);
        options.environment = self.environment.map(Cow::Owned);
        Ok(options)
    }
}

/// A new event with what may be sent of this one.
fn scrubbed(event: Event<'static>) -> Event<'static> {
    let mut kept = Event {
        event_id: event.event_id,
        level: event.level,
        timestamp: event.timestamp,
        platform: event.platform,
        release: event.release,
        environment: event.environment,
        sdk: event.sdk,
        logger: event.logger,
        message: event.message.as_deref().map(|text| essence(text).into_owned()),
        ..Event::default()
    };
    for (name, context) in event.contexts {
        match (name.as_str(), context) {
            (FIELDS, Context::Other(fields)) => {
                kept.contexts.insert(name, Context::Other(shareable(fields)));
            }
            (LOCATION, context) => _ = kept.contexts.insert(name, context),
            _ => {}
        }
    }
    kept.exception = event.exception;
    for exception in &mut kept.exception.values {
        exception.value = None;
        exception.raw_stacktrace = None;
        exception.stacktrace.iter_mut().for_each(forget_variables);
        if let Some(mechanism) = &mut exception.mechanism {
            mechanism.data.clear();
        }
    }
    kept
}

fn forget_variables(trace: &mut Stacktrace) {
    trace.registers.clear();
    for frame in &mut trace.frames {
        frame.vars.clear();
        frame.pre_context.clear();
        frame.context_line = None;
        frame.post_context.clear();
        frame.abs_path = None;
    }
}

fn shareable(fields: Map<String, Value>) -> Map<String, Value> {
    fields
        .into_iter()
        .filter_map(|(name, value)| {
            if name == field::ERROR {
                let text = value.as_str().map(|text| essence(text).into_owned())?;
                return Some((name, text.into()));
            }
            field::SHAREABLE.contains(&name.as_str()).then_some((name, value))
        })
        .collect()
}

/// The fixed part of an error's text: kind, operation and message, without context, detail and source.
///
/// An error of Ragstone reads `kind at operation: message (context): detail: source`.
fn essence(text: &str) -> Cow<'_, str> {
    let text = text.split(" (").next().unwrap_or_default();
    let end = text.match_indices(": ").nth(1).map_or(text.len(), |(at, _)| at);
    let end = text.floor_char_boundary(end.min(MAX_TEXT));
    redact(text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_fixed_part_of_an_error_is_sent() {
        for (text, expected) in [
            (
                "unavailable at search: cannot ask the index (query=my secret plan): refused: 10.0.0.7",
                "unavailable at search: cannot ask the index",
            ),
            ("unexpected: a handler panicked: the text was: secret", "unexpected: a handler panicked"),
            ("request failed", "request failed"),
            ("corrupt: open http://u:pw@h/x", "corrupt: open http://u:[redacted]@h/x"),
        ] {
            assert_eq!(essence(text), expected);
        }
        assert_eq!(essence(&"é".repeat(1000)).len(), MAX_TEXT);
    }
}
