//! The check of one source: cached, bounded in time, and made once for all who wait for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ragstone_core::{CallContext, Clock, Error, ErrorKind};
use ragstone_observability::metric::{BACKEND, STORE_UP};
use serde::Serialize;
use tokio::sync::Mutex;

use super::source::{Facts, HealthSource};

/// What one look at a source found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Finding {
    pub(crate) name: &'static str,
    pub(crate) is_required: bool,
    pub(crate) is_up: bool,
    /// Kind of the failure, where there is one. Its text is in the log, for it may name what callers must not see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<&'static str>,
    /// Milliseconds that the look took.
    pub(crate) took_ms: u64,
    /// Milliseconds since the look.
    pub(crate) age_ms: u64,
    #[serde(skip_serializing_if = "Facts::is_empty")]
    pub(crate) facts: Facts,
}

/// A source with what it said last.
pub(crate) struct Check {
    source: Arc<dyn HealthSource>,
    ttl: Duration,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    /// Held while the source is asked, so that whoever comes meanwhile waits for the same answer.
    last: Mutex<Option<(Instant, Finding)>>,
}

impl Check {
    pub(crate) fn new(
        source: Arc<dyn HealthSource>,
        ttl: Duration,
        timeout: Duration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { source, ttl, timeout, clock, last: Mutex::new(None) }
    }

    pub(crate) fn is_required(&self) -> bool {
        self.source.is_required()
    }

    /// The last finding while it is fresh, and a new one otherwise; never later than the time-out of a look, once
    /// for the look under way and once for one's own.
    pub(crate) async fn finding(&self) -> Finding {
        let mut last = self.last.lock().await;
        if let Some((at, finding)) = &*last {
            let age = self.clock.instant().saturating_duration_since(*at);
            if age < self.ttl {
                return Finding { age_ms: milliseconds(age), ..finding.clone() };
            }
        }
        let finding = self.look().await;
        let was_up = last.as_ref().map(|(_, before)| before.is_up);
        Self::tell(&finding, was_up);
        *last = Some((self.clock.instant(), finding.clone()));
        finding
    }

    async fn look(&self) -> Finding {
        let start = self.clock.instant();
        let ctx = CallContext::system().with_timeout(&*self.clock, self.timeout);
        let outcome = tokio::time::timeout(self.timeout, self.source.look(&ctx)).await.unwrap_or_else(|_| {
            Err(Error::new(ErrorKind::DeadlineExceeded, "the health check took too long"))
        });
        if let Err(error) = &outcome {
            tracing::debug!(check = self.source.name(), %error, "a health check failed");
        }
        Finding {
            name: self.source.name(),
            is_required: self.source.is_required(),
            is_up: outcome.is_ok(),
            failure: outcome.as_ref().err().map(|error| error.kind().codes().reason),
            took_ms: milliseconds(self.clock.instant().saturating_duration_since(start)),
            age_ms: 0,
            facts: outcome.unwrap_or_default(),
        }
    }

    /// One line for each change, and a gauge for what is.
    fn tell(finding: &Finding, was_up: Option<bool>) {
        let up = if finding.is_up { 1.0 } else { 0.0 };
        metrics::gauge!(STORE_UP.name, BACKEND => finding.name).set(up);
        match (was_up, finding.is_up) {
            (Some(true) | None, false) => {
                let failure = finding.failure.unwrap_or_default();
                tracing::warn!(check = finding.name, is_required = finding.is_required, failure, "unhealthy");
            }
            (Some(false), true) => tracing::info!(check = finding.name, "healthy again"),
            _ => {}
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
