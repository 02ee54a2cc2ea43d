//! Trace context across processes: taken over from a caller, passed on to a callee (W3C Trace Context, W3C Baggage).
//!
//! Works with whatever subscriber holds a `tracing-opentelemetry` layer, and does nothing without one.

use std::collections::HashMap;

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator as _};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Header and `_meta` key that names trace, parent span and sampling.
pub const TRACE_PARENT: &str = "traceparent";
/// Header and `_meta` key with what tracing systems add.
pub const TRACE_STATE: &str = "tracestate";
/// Header and `_meta` key with what applications add.
pub const BAGGAGE: &str = "baggage";

/// The trace context that a message carries, as received; what is malformed counts as absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IncomingTrace<'a> {
    /// Value of [`TRACE_PARENT`].
    pub parent: Option<&'a str>,
    /// Value of [`TRACE_STATE`].
    pub state: Option<&'a str>,
    /// Value of [`BAGGAGE`].
    pub baggage: Option<&'a str>,
}

/// The span of an HTTP request, for handlers that run on tasks of their own; an extension of the request.
#[derive(Clone, Debug)]
pub struct RequestSpan(pub Span);

/// Makes `span` continue the trace of `incoming`. Call it before the span is entered for the first time.
pub fn adopt(span: &Span, incoming: &IncomingTrace<'_>) {
    if incoming.parent.is_none() && incoming.baggage.is_none() {
        return;
    }
    // A span that no layer traces, or that is under way, stays what it is: a trace is never worth a failure.
    let _ = span.set_parent(context_of(incoming));
}

/// Makes `span` continue the trace of `incoming`, unless `outer` is in that trace already; then `span` stays below it.
///
/// A message inside a request often repeats the trace of the request. Where it names another trace, `span` is linked
/// to `outer`.
pub fn adopt_within(span: &Span, outer: &Span, incoming: &IncomingTrace<'_>) {
    if incoming.parent.is_none() {
        return;
    }
    let context = context_of(incoming);
    let wanted = context.span().span_context().clone();
    let around = outer.context().span().span_context().clone();
    if !wanted.is_valid() || wanted.trace_id() == around.trace_id() {
        return;
    }
    if span.set_parent(context).is_ok() && around.is_valid() {
        span.add_link(around);
    }
}

/// The headers that make a callee continue the trace of `span`; none where it is not traced.
///
/// Baggage that came with the caller's trace is among them.
pub fn outgoing(span: &Span) -> Vec<(&'static str, String)> {
    let context = span.context();
    let mut carrier = Carrier::default();
    TraceContextPropagator::new().inject_context(&context, &mut carrier);
    BaggagePropagator::new().inject_context(&context, &mut carrier);
    [TRACE_PARENT, TRACE_STATE, BAGGAGE]
        .into_iter()
        .filter_map(|name| {
            carrier.0.remove(name).filter(|value| !value.is_empty()).map(|value| (name, value))
        })
        .collect()
}

/// Ids of the trace and the span that `span` is, where it is traced.
pub fn ids(span: &Span) -> Option<(String, String)> {
    let context = span.context();
    let span = context.span();
    let ids = span.span_context();
    ids.is_valid().then(|| (ids.trace_id().to_string(), ids.span_id().to_string()))
}

fn context_of(incoming: &IncomingTrace<'_>) -> Context {
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), incoming);
    BaggagePropagator::new().extract_with_context(&context, incoming)
}

impl Extractor for IncomingTrace<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            TRACE_PARENT => self.parent,
            TRACE_STATE => self.state,
            BAGGAGE => self.baggage,
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        [TRACE_PARENT, TRACE_STATE, BAGGAGE].into_iter().filter(|key| self.get(key).is_some()).collect()
    }
}

#[derive(Default)]
struct Carrier(HashMap<String, String>);

impl Injector for Carrier {
    fn set(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), value);
    }
}
