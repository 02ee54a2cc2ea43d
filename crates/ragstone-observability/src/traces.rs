//! Traces over OTLP: what is traced, where it goes, and how it ends.
//!
//! A collector that is slow or away never slows a request: spans wait in a bounded queue that a thread of its own
//! empties, and are dropped and counted where it is full.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::tonic_types::metadata::MetadataMap;
use opentelemetry_otlp::tonic_types::transport::{Certificate, ClientTlsConfig};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithTonicConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, TracerProviderBuilder,
};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::{Layer, Registry};

use self::delivery::{Delivery, DeliveryProcessor, Load};
use crate::redaction::Redacted;

mod delivery;

/// Targets whose spans are traced; those of libraries below are not.
const TARGETS: &str = "ragstone";
/// Longest wait before a batch is sent that is not full.
const BATCH_DELAY: Duration = Duration::from_secs(1);
/// Spans of one message to the collector.
const BATCH_SPANS: usize = 512;

/// Where traces go. The default sends none.
#[derive(Clone, Debug)]
pub struct Traces {
    /// Address of an OTLP receiver over gRPC, such as `http://127.0.0.1:4317`; `None` sends no traces.
    pub endpoint: Option<String>,
    /// Headers of each message to it, such as the key of a vendor.
    pub headers: Vec<(String, Redacted<String>)>,
    /// File with the certificates, as PEM, of the authorities that the receiver is checked against; `None` takes those
    /// of the operating system.
    pub ca_file: Option<PathBuf>,
    /// Share of traces that begin here and are sent, 0.0 to 1.0. A trace that a caller began keeps his decision.
    pub sampling_ratio: f64,
    /// Longest time of one message to the collector.
    pub timeout: Duration,
    /// Spans that may wait for the collector.
    pub queue_spans: usize,
    /// `service.name` of the resource.
    pub service_name: String,
    /// `service.version` of the resource.
    pub service_version: String,
    /// `service.instance.id` of the resource; a fresh one tells replicas apart.
    pub instance_id: String,
}

impl Default for Traces {
    fn default() -> Self {
        Self {
            endpoint: None,
            headers: Vec::new(),
            ca_file: None,
            sampling_ratio: 1.0,
            timeout: Duration::from_secs(10),
            queue_spans: 8192,
            service_name: "ragstone".to_owned(),
            service_version: String::new(),
            instance_id: String::new(),
        }
    }
}

/// Settings of traces that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot send traces: {setting} {reason}")]
pub struct InvalidTraces {
    /// Which setting.
    pub setting: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl InvalidTraces {
    fn new(setting: &'static str, reason: impl fmt::Display) -> Self {
        Self { setting, reason: reason.to_string() }
    }
}

/// Traces that are being sent.
#[derive(Debug)]
pub(crate) struct RunningTraces(SdkTracerProvider);

impl RunningTraces {
    /// Sends what waits, for at most `timeout`, and stops.
    pub(crate) fn close(self, timeout: Duration) {
        if let Err(error) = self.0.shutdown_with_timeout(timeout) {
            tracing::warn!(%error, "some spans were not sent before the end");
        }
    }
}

type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

impl Traces {
    /// Builds the layer; without an endpoint only where log lines need ids, and then nothing is recorded or sent.
    pub(crate) fn start(
        self,
        needs_ids: bool,
    ) -> Result<(Option<BoxedLayer>, Option<RunningTraces>), InvalidTraces> {
        let builder = match &self.endpoint {
            Some(endpoint) => self.exporting(endpoint)?,
            None if needs_ids => SdkTracerProvider::builder().with_sampler(Sampler::AlwaysOff),
            None => return Ok((None, None)),
        };
        let provider = builder.build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("ragstone"))
            // What differs between tasks says nothing here, and each costs an attribute for each span.
            .with_threads(false)
            .with_location(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            // Parents are those of `tracing`; nothing here asks OpenTelemetry what is current.
            .with_context_activation(false)
            .with_filter(FilterFn::new(is_traced).with_max_level_hint(Level::DEBUG));
        Ok((Some(layer.boxed()), Some(RunningTraces(provider))))
    }

    fn exporting(&self, endpoint: &str) -> Result<TracerProviderBuilder, InvalidTraces> {
        if !(0.0..=1.0).contains(&self.sampling_ratio) {
            return Err(InvalidTraces::new("sampling_ratio", "must be from 0.0 to 1.0"));
        }
        if self.queue_spans == 0 {
            return Err(InvalidTraces::new("queue_spans", "must be at least 1"));
        }
        let load = Arc::new(Load::new(self.queue_spans));
        let delivery = Delivery::new(self.exporter(endpoint)?, Arc::clone(&load));
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(self.queue_spans)
            .with_max_export_batch_size(BATCH_SPANS.min(self.queue_spans))
            .with_scheduled_delay(BATCH_DELAY)
            .build();
        let processor = BatchSpanProcessor::builder(delivery).with_batch_config(batches).build();
        let root = Sampler::TraceIdRatioBased(self.sampling_ratio);
        Ok(SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(root)))
            .with_resource(self.resource())
            .with_span_processor(DeliveryProcessor::new(processor, load)))
    }

    fn exporter(&self, endpoint: &str) -> Result<SpanExporter, InvalidTraces> {
        let is_secure = endpoint.starts_with("https://");
        if !is_secure && !endpoint.starts_with("http://") {
            let reason = "must begin with http:// or https://, such as http://127.0.0.1:4317";
            return Err(InvalidTraces::new("endpoint", reason));
        }
        let mut builder = SpanExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint)
            .with_timeout(self.timeout)
            .with_metadata(MetadataMap::from_headers(self.header_map()?));
        if is_secure {
            builder = builder.with_tls_config(self.tls()?);
        }
        builder.build().map_err(|error| InvalidTraces::new("endpoint", error))
    }

    fn header_map(&self) -> Result<HeaderMap, InvalidTraces> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let invalid =
                |what: &str| InvalidTraces::new("headers", format!("{what} of {name:?} cannot be sent"));
            let name: HeaderName = name.parse().map_err(|_| invalid("the name"))?;
            let mut value = HeaderValue::from_str(value.expose()).map_err(|_| invalid("the value"))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(headers)
    }

    fn tls(&self) -> Result<ClientTlsConfig, InvalidTraces> {
        let tls = ClientTlsConfig::new();
        let Some(file) = &self.ca_file else {
            return Ok(tls.with_enabled_roots());
        };
        let pem = std::fs::read(file).map_err(|error| {
            InvalidTraces::new("ca_file", format!("{} cannot be read: {error}", file.display()))
        })?;
        Ok(tls.ca_certificate(Certificate::from_pem(pem)))
    }

    fn resource(&self) -> Resource {
        // Empty, and not the default one, which reads the environment.
        Resource::builder_empty()
            .with_attributes([
                KeyValue::new("service.name", self.service_name.clone()),
                KeyValue::new("service.version", self.service_version.clone()),
                KeyValue::new("service.instance.id", self.instance_id.clone()),
            ])
            .build()
    }
}

/// Spans down to level debug; of events only warnings and errors, which belong to what they happened in.
fn is_traced(metadata: &Metadata<'_>) -> bool {
    let least = if metadata.is_span() { Level::DEBUG } else { Level::WARN };
    *metadata.level() <= least && metadata.target().starts_with(TARGETS)
}
