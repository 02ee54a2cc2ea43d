//! Telemetry: one span and one set of metrics for each call of a port.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use ragstone_core::{CallContext, Clock, Result};
use ragstone_observability::{field, metric, span};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::around::Around;
use crate::call::Call;

/// What the outcome is called when the call answered.
const OK: &str = "ok";
/// What the outcome is called when nobody waited for the answer.
const DROPPED: &str = "dropped";

/// Puts each call into a span at level debug, counts it by outcome and measures its time.
///
/// A failure is in the span's outcome, which a success leaves out, and in the metrics, but is not logged: the edge that
/// answers the caller does that, once. The outcome of a call whose future is dropped is `dropped`.
#[derive(Clone, Debug)]
pub struct Telemetry {
    clock: Arc<dyn Clock>,
}

impl Telemetry {
    /// Measures with `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

impl Around for Telemetry {
    async fn once<T, F>(&self, call: Call<'_>, _ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        let mut observation = Observation {
            call,
            clock: &*self.clock,
            start: self.clock.instant(),
            span: open_span(call),
            outcome: DROPPED,
        };
        let result = operation.instrument(observation.span.clone()).await;
        observation.outcome = match &result {
            Ok(_) => OK,
            Err(error) => {
                if !error.kind().is_client_fault() {
                    observation.span.record("otel.status_code", "ERROR");
                }
                error.kind().codes().reason
            }
        };
        result
    }
}

/// Says what only this call knows. Whose call it is stands on the spans around it, and is not copied to each of many.
fn open_span(call: Call<'_>) -> Span {
    tracing::debug_span!(
        span::PORT_CALL,
        { field::PORT_NAME } = call.port(),
        { field::PORT_METHOD } = call.method(),
        { field::OUTCOME } = Empty,
        otel.status_code = Empty,
    )
}

/// A running call; reports when it is dropped, which is also how a cancelled call ends.
struct Observation<'a> {
    call: Call<'a>,
    clock: &'a dyn Clock,
    start: Instant,
    span: Span,
    outcome: &'static str,
}

impl Drop for Observation<'_> {
    fn drop(&mut self) {
        let seconds = self.clock.instant().duration_since(self.start).as_secs_f64();
        if self.outcome != OK {
            self.span.record(field::OUTCOME, self.outcome);
        }
        let (port, method) = (self.call.port(), self.call.method());
        metrics::counter!(
            metric::PORT_CALLS.name,
            metric::PORT => port, metric::METHOD => method, metric::OUTCOME => self.outcome,
        )
        .increment(1);
        metrics::histogram!(
            metric::PORT_CALL_DURATION.name,
            metric::PORT => port, metric::METHOD => method,
        )
        .record(seconds);
    }
}
