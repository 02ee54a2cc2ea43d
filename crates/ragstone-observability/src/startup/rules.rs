//! Which events are logged: directives, checked, over a set of spans that is always kept.

use std::fmt;

use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

/// Targets whose spans carry the ids of requests.
const OWN_TARGETS: &str = "ragstone";

/// Filter directives that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the log filter {directives:?}: {reason}")]
pub struct InvalidLogFilter {
    directives: String,
    reason: String,
}

/// Directives for events, and all spans of edges and use cases.
///
/// A span that a filter left out would take the request id from the lines below it.
#[derive(Debug)]
pub(super) struct LogRules {
    filter: EnvFilter,
    /// Whether a directive asks in which span something happens. Only then are the locks taken that each entering and
    /// leaving of a span costs.
    knows_spans: bool,
}

impl LogRules {
    pub(super) fn parse(directives: &str) -> Result<Self, InvalidLogFilter> {
        let invalid = |reason: String| InvalidLogFilter { directives: directives.to_owned(), reason };
        if let Some(wrong) = parts(directives).into_iter().find(|part| !is_clear(part)) {
            return Err(invalid(format!(
                "{wrong:?} is neither a level (off, error, warn, info, debug, trace) nor `module=level`"
            )));
        }
        // Without the spaces, which the parser takes for a part of the name.
        let filter = EnvFilter::builder()
            .parse(parts(directives).join(","))
            .map_err(|error| invalid(error.to_string()))?;
        Ok(Self { filter, knows_spans: directives.contains('[') })
    }
}

impl fmt::Display for LogRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.filter.fmt(f)
    }
}

fn parts(directives: &str) -> Vec<&str> {
    directives.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// A word alone is a module with every level to the parser, and a misspelt level to whoever wrote it.
fn is_clear(part: &str) -> bool {
    part.contains('[')
        || match part.split_once('=') {
            Some((module, level)) => !module.is_empty() && level.parse::<LevelFilter>().is_ok(),
            None => part.parse::<LevelFilter>().is_ok(),
        }
}

fn is_kept(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && *metadata.level() <= Level::INFO && metadata.target().starts_with(OWN_TARGETS)
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Filter<S> for LogRules {
    fn enabled(&self, metadata: &Metadata<'_>, ctx: &Context<'_, S>) -> bool {
        is_kept(metadata) || Filter::<S>::enabled(&self.filter, metadata, ctx)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        // The directives must see every call site, whatever the answer.
        let interest = Filter::<S>::callsite_enabled(&self.filter, metadata);
        if is_kept(metadata) { Interest::always() } else { interest }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<S>::max_level_hint(&self.filter).map(|hint| hint.max(LevelFilter::INFO))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        Filter::<S>::on_new_span(&self.filter, attributes, id, ctx);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        Filter::<S>::on_record(&self.filter, id, values, ctx);
    }

    fn on_enter(&self, id: &Id, ctx: Context<'_, S>) {
        if self.knows_spans {
            Filter::<S>::on_enter(&self.filter, id, ctx);
        }
    }

    fn on_exit(&self, id: &Id, ctx: Context<'_, S>) {
        if self.knows_spans {
            Filter::<S>::on_exit(&self.filter, id, ctx);
        }
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        Filter::<S>::on_close(&self.filter, id, ctx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_levels_and_modules_with_levels() {
        for good in ["", "info", "warn,ragstone=info,ragstone_rest::access=warn", "off", "a=off, b=TRACE"] {
            assert!(LogRules::parse(good).is_ok(), "{good}");
        }
        assert!(LogRules::parse("ragstone[search{x=7}]=debug,info").is_ok());
    }

    #[test]
    fn what_is_misspelt_is_named() {
        for (bad, named) in [
            ("warnn", "\"warnn\""),
            ("info,ragstone", "\"ragstone\""),
            ("ragstone=loud", "\"ragstone=loud\""),
            ("=info", "\"=info\""),
            ("info;debug", "\"info;debug\""),
        ] {
            let error = LogRules::parse(bad).expect_err(bad).to_string();
            assert!(error.contains(named) && error.contains("module=level"), "{error}");
        }
    }
}
