//! The way of spans to the collector: bounded, counted, without secrets, and with one log line for each change.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor};

use crate::metric;
use crate::redaction::redact_field;

/// How many spans are on their way.
#[derive(Debug)]
pub(super) struct Load {
    waiting: AtomicUsize,
    most: usize,
}

impl Load {
    pub(super) const fn new(most: usize) -> Self {
        Self { waiting: AtomicUsize::new(0), most }
    }

    /// Takes a place, if there is one.
    fn enter(&self) -> bool {
        let taken = self.waiting.fetch_update(Ordering::AcqRel, Ordering::Acquire, |waiting| {
            (waiting < self.most).then_some(waiting + 1)
        });
        taken.is_ok()
    }

    fn leave(&self, spans: usize) {
        self.waiting.fetch_sub(spans, Ordering::AcqRel);
    }
}

/// Gives spans to the batches while there is room. The batches would drop them as well, but would not say how many.
#[derive(Debug)]
pub(super) struct DeliveryProcessor {
    batches: BatchSpanProcessor,
    load: Arc<Load>,
}

impl DeliveryProcessor {
    pub(super) const fn new(batches: BatchSpanProcessor, load: Arc<Load>) -> Self {
        Self { batches, load }
    }
}

impl SpanProcessor for DeliveryProcessor {
    fn on_start(&self, span: &mut Span, cx: &Context) {
        self.batches.on_start(span, cx);
    }

    fn on_end(&self, span: SpanData) {
        if !span.span_context.is_sampled() {
            return;
        }
        if self.load.enter() {
            self.batches.on_end(span);
        } else {
            metrics::counter!(metric::SPANS_DROPPED.name).increment(1);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}

/// Sends batches, on the thread of the batches.
#[derive(Debug)]
pub(super) struct Delivery<E> {
    exporter: E,
    load: Arc<Load>,
    is_failing: AtomicBool,
}

impl<E> Delivery<E> {
    pub(super) const fn new(exporter: E, load: Arc<Load>) -> Self {
        Self { exporter, load, is_failing: AtomicBool::new(false) }
    }

    fn note(&self, outcome: &OTelSdkResult, spans: usize) {
        let label = if outcome.is_ok() { "ok" } else { "failed" };
        metrics::counter!(metric::SPANS_EXPORTED.name, metric::OUTCOME => label)
            .increment(u64::try_from(spans).unwrap_or(u64::MAX));
        let was_failing = self.is_failing.swap(outcome.is_err(), Ordering::AcqRel);
        match outcome {
            Err(error) if !was_failing => {
                tracing::warn!(%error, "the trace collector takes no spans; they are dropped until it does");
            }
            Ok(()) if was_failing => tracing::info!("the trace collector takes spans again"),
            _ => {}
        }
    }
}

impl<E: SpanExporter> SpanExporter for Delivery<E> {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        batch.iter_mut().for_each(scrub);
        let outcome = self.exporter.export(batch).await;
        // Not before: what is being sent is in memory as well.
        self.load.leave(spans);
        self.note(&outcome, spans);
        outcome
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// Takes secrets out of the texts of a span and its events.
fn scrub(span: &mut SpanData) {
    span.attributes.iter_mut().for_each(scrub_attribute);
    for event in &mut span.events.events {
        event.attributes.iter_mut().for_each(scrub_attribute);
    }
    if let opentelemetry::trace::Status::Error { description } = &mut span.status {
        *description = redact_field("", description).into_owned().into();
    }
}

fn scrub_attribute(attribute: &mut KeyValue) {
    if let Value::String(text) = &attribute.value {
        let shown = redact_field(attribute.key.as_str(), text.as_str());
        if shown != text.as_str() {
            attribute.value = Value::from(shown.into_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_takes_no_more_until_a_batch_has_left() {
        let load = Load::new(2);
        assert!(load.enter() && load.enter());
        assert!(!load.enter());
        load.leave(1);
        assert!(load.enter());
        assert!(!load.enter());
    }

    #[test]
    fn attributes_lose_their_secrets() {
        for (key, value, expected) in [
            ("error", "GET http://u:pw@h/ failed", "GET http://u:[redacted]@h/ failed"),
            ("password", "hunter2", "[redacted]"),
            ("port.name", "chunk-index", "chunk-index"),
        ] {
            let mut attribute = KeyValue::new(key, value);
            scrub_attribute(&mut attribute);
            assert_eq!(attribute.value.as_str(), expected, "{key}");
        }
    }
}
