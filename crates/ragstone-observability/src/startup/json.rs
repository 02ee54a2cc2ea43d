//! Log lines for machines: one JSON object each.
//!
//! On top: `timestamp`, `level`, `target`, the ids of request, trace and span, `message` and the event's fields; then
//! `spans`, outermost first. A field with one of these names gets the prefix `field.`.

use std::fmt;
use std::io::Write as _;
use std::sync::{Arc, OnceLock};

#[cfg(feature = "otlp")]
use opentelemetry::trace::TraceContextExt as _;
use serde::Serialize;
use serde_json::Value;
use tracing::dispatcher::WeakDispatch;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope, SpanRef};

use super::is_for_traces;
use crate::field;
use crate::redaction::redact_field;

const RESERVED: [&str; 7] =
    ["timestamp", "level", "target", "spans", field::REQUEST_ID, field::TRACE_ID, field::SPAN_ID];

pub(super) struct JsonLines {
    writer: BoxMakeWriter,
    dispatch: OwnDispatch,
}

/// The whole subscriber that a layer is a part of, through which a span's trace is found.
///
/// Set by hand, because a list of layers does not pass `on_register_dispatch` on (tracing-subscriber 0.3.23).
#[derive(Clone, Default)]
pub(super) struct OwnDispatch(Arc<OnceLock<WeakDispatch>>);

impl OwnDispatch {
    pub(super) fn set(&self, dispatch: &Dispatch) {
        // There is one subscriber around a layer, so that nobody sets it twice.
        let _ = self.0.set(dispatch.downgrade());
    }
}

/// Fields of a span or an event, in the order in which they came.
#[derive(Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find_map(|(known, value)| (*known == name).then_some(value))
    }

    fn put(&mut self, name: &'static str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// Collects a field, unless it says nothing in a log.
    fn note(&mut self, field: &Field, value: impl Into<Value>) {
        if !is_for_traces(field.name()) {
            self.put(field.name(), value.into());
        }
    }
}

impl JsonLines {
    pub(super) const fn new(writer: BoxMakeWriter, dispatch: OwnDispatch) -> Self {
        Self { writer, dispatch }
    }

    /// Ids of the trace and of the innermost span that is traced.
    #[cfg(feature = "otlp")]
    fn trace_ids<S>(&self, event: &Event<'_>, ctx: &Context<'_, S>) -> Option<(String, String)>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let dispatch = self.dispatch.0.get()?.upgrade()?;
        ctx.event_scope(event)?.find_map(|span| {
            let context = tracing_opentelemetry::get_otel_context(&span.id(), &dispatch)?;
            let span = context.span();
            let ids = span.span_context();
            ids.is_valid().then(|| (ids.trace_id().to_string(), ids.span_id().to_string()))
        })
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for JsonLines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = ctx.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let mut line = Line::default();
        line.member("timestamp", &now());
        line.member("level", event.metadata().level().as_str());
        line.member("target", event.metadata().target());
        let spans: Vec<_> = ctx.event_scope(event).into_iter().flat_map(Scope::from_root).collect();
        if let Some(id) = spans.iter().rev().find_map(request_id) {
            line.member(field::REQUEST_ID, &id);
        }
        #[cfg(feature = "otlp")]
        if let Some((trace, span)) = self.trace_ids(event, &ctx) {
            line.member(field::TRACE_ID, &trace);
            line.member(field::SPAN_ID, &span);
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        line.fields(&fields, &RESERVED);
        if !spans.is_empty() {
            line.array("spans", spans.iter().map(shown));
        }
        // Whoever cannot read the log cannot be told so in the log.
        let _ = self.writer.make_writer_for(event.metadata()).write_all(&line.finish());
    }
}

/// The id of the request that a span stands for.
fn request_id<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>) -> Option<Value> {
    span.extensions().get::<Fields>()?.get(field::REQUEST_ID).cloned()
}

/// A span around an event.
fn shown<'a, S: LookupSpan<'a>>(span: &SpanRef<'a, S>) -> Line {
    let mut shown = Line::default();
    shown.member("name", span.name());
    if let Some(fields) = span.extensions().get::<Fields>() {
        shown.fields(fields, &["name"]);
    }
    shown
}

fn now() -> String {
    let mut text = String::new();
    // The clock of the log is that of the host; a time that cannot be written is left out.
    let _ = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}

/// A JSON object under construction, in the order in which members come.
#[derive(Default)]
struct Line(Vec<u8>);

impl Line {
    fn member(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        self.name(name);
        self.value(value);
    }

    fn name(&mut self, name: &str) {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        self.value(name);
        self.0.push(b':');
    }

    fn value(&mut self, value: &(impl Serialize + ?Sized)) {
        // Memory takes everything, and a text or a value of JSON can be written.
        let _ = serde_json::to_writer(&mut self.0, value);
    }

    /// Fields, with a prefix before a name that is `reserved`.
    fn fields(&mut self, fields: &Fields, reserved: &[&str]) {
        for (name, value) in &fields.0 {
            if reserved.contains(name) {
                self.member(&format!("field.{name}"), value);
            } else {
                self.member(name, value);
            }
        }
    }

    fn array(&mut self, name: &str, lines: impl Iterator<Item = Self>) {
        self.name(name);
        let mut mark = b'[';
        for line in lines {
            self.0.push(mark);
            self.0.extend(line.0);
            self.0.push(b'}');
            mark = b',';
        }
        self.0.push(b']');
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.extend(b"}\n");
        self.0
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.note(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.note(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.note(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.note(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.note(field, redact_field(field.name(), value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
