//! Log lines for people.

use std::fmt;

use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing_subscriber::Layer;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::registry::LookupSpan;

use super::is_for_traces;
use crate::redaction::redact_field;

pub(super) fn lines<S>(writer: BoxMakeWriter, is_coloured: bool) -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(is_coloured).fmt_fields(SafeFields)
}

/// Writes fields as `name=value`, without what must not be shown.
struct SafeFields;

impl<'a> FormatFields<'a> for SafeFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'a>, fields: R) -> fmt::Result {
        let mut visitor = FieldWriter { writer, is_first: true, outcome: Ok(()) };
        fields.record(&mut visitor);
        visitor.outcome
    }
}

struct FieldWriter<'a> {
    writer: Writer<'a>,
    is_first: bool,
    outcome: fmt::Result,
}

impl FieldWriter<'_> {
    fn write(&mut self, name: &str, text: &str) -> fmt::Result {
        if !std::mem::take(&mut self.is_first) {
            self.writer.write_char(' ')?;
        }
        match name {
            "message" => self.writer.write_str(text),
            name => write!(self.writer, "{name}={text}"),
        }
    }
}

impl Visit for FieldWriter<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let name = field.name();
        if self.outcome.is_ok() && !is_for_traces(name) {
            let text = format!("{value:?}");
            self.outcome = self.write(name, &redact_field(name, &text));
        }
    }
}
