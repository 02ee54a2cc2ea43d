//! Log lines for machines: one JSON object each.
//!
//! On top: `timestamp`, `level`, `target`, the ids of request, trace and span, `message` and the event's fields; then
//! `spans`, outermost first. A field with one of these names gets the prefix `field.`.

use std::fmt;
use std::io::Write as _;
use std::sync::{Arc, OnceLock};

#[cfg(feature = "otlp")]
use opentelemetry::trace::TraceContextExt as _;
use serde_json::{Map, Value};
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
use tracing_subscriber::registry::{LookupSpan, Scope};

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

/// Fields of a span, in its extensions.
struct SpanFields(Map<String, Value>);

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
        let mut fields = FieldVisitor(Map::new());
        attributes.record(&mut fields);
        if let Some(span) = ctx.span(id) {
            span.extensions_mut().insert(SpanFields(fields.0));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        let mut fields = FieldVisitor(Map::new());
        values.record(&mut fields);
        if let Some(span) = ctx.span(id)
            && let Some(SpanFields(known)) = span.extensions_mut().get_mut()
        {
            known.append(&mut fields.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        let mut line = Line::default();
        line.text("timestamp", &now());
        line.text("level", event.metadata().level().as_str());
        line.text("target", event.metadata().target());
        let (spans, request_id) = spans(event, &ctx);
        if let Some(request_id) = request_id {
            line.member(field::REQUEST_ID, &request_id);
        }
        #[cfg(feature = "otlp")]
        if let Some((trace, span)) = self.trace_ids(event, &ctx) {
            line.text(field::TRACE_ID, &trace);
            line.text(field::SPAN_ID, &span);
        }
        let mut fields = FieldVisitor(Map::new());
        event.record(&mut fields);
        for (name, value) in fields.0 {
            if RESERVED.contains(&name.as_str()) {
                line.member(&format!("field.{name}"), &value);
            } else {
                line.member(&name, &value);
            }
        }
        if !spans.is_empty() {
            line.member("spans", &Value::Array(spans));
        }
        // Whoever cannot read the log cannot be told so in the log.
        let _ = self.writer.make_writer_for(event.metadata()).write_all(&line.finish());
    }
}

/// The spans around an event, outermost first, and the id of the request that they belong to.
fn spans<S>(event: &Event<'_>, ctx: &Context<'_, S>) -> (Vec<Value>, Option<Value>)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let mut request_id = None;
    let mut spans = Vec::new();
    for span in ctx.event_scope(event).into_iter().flat_map(Scope::from_root) {
        let mut shown = Map::new();
        shown.insert("name".to_owned(), span.name().into());
        if let Some(SpanFields(fields)) = span.extensions().get() {
            if let Some(id) = fields.get(field::REQUEST_ID) {
                request_id = Some(id.clone());
            }
            shown.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        spans.push(Value::Object(shown));
    }
    (spans, request_id)
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
    fn text(&mut self, name: &str, value: &str) {
        self.member(name, &Value::from(value));
    }

    fn member(&mut self, name: &str, value: &Value) {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        self.0.extend(Value::from(name).to_string().into_bytes());
        self.0.push(b':');
        self.0.extend(value.to_string().into_bytes());
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.extend(b"}\n");
        self.0
    }
}

/// Collects fields, without what must not be shown.
struct FieldVisitor(Map<String, Value>);

impl FieldVisitor {
    fn put(&mut self, field: &Field, value: Value) {
        if !is_for_traces(field.name()) {
            self.0.insert(field.name().to_owned(), value);
        }
    }
}

impl Visit for FieldVisitor {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, redact_field(field.name(), value).into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
