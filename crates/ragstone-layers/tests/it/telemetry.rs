//! Telemetry: each call is one span and one count, whatever its outcome.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{CallContext, ErrorKind, Reader, Retry};
use ragstone_layers::{Around as _, Fault, FaultRule, Faults, Retries, Telemetry};
use ragstone_observability::{field, metric, span};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::{Layer, Registry};

use crate::bench;

pub(crate) type Fields = BTreeMap<&'static str, String>;

/// Remembers the name and the fields of every span, and the level and the fields of every line.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<BTreeMap<u64, (&'static str, Fields)>>>, Arc<Mutex<Vec<(Level, Fields)>>>);

impl<S: tracing::Subscriber> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _ctx: Context<'_, S>) {
        let mut fields = FieldVisitor::default();
        attributes.record(&mut fields);
        let span = (attributes.metadata().name(), fields.0);
        self.0.lock().expect("no panic").insert(id.into_u64(), span);
    }

    fn on_event(&self, event: &Event<'_>, _ctx: Context<'_, S>) {
        let mut fields = FieldVisitor::default();
        event.record(&mut fields);
        self.1.lock().expect("no panic").push((*event.metadata().level(), fields.0));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _ctx: Context<'_, S>) {
        let mut fields = FieldVisitor::default();
        values.record(&mut fields);
        if let Some((_, known)) = self.0.lock().expect("no panic").get_mut(&id.into_u64()) {
            known.append(&mut fields.0);
        }
    }
}

#[derive(Default)]
struct FieldVisitor(Fields);

impl Visit for FieldVisitor {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

/// What one test saw: the metrics by name and labels, the spans, and the log lines.
pub(crate) struct Seen {
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) gauges: BTreeMap<String, f64>,
    spans: Vec<(&'static str, Fields)>,
    pub(crate) lines: Vec<(Level, Fields)>,
}

/// Keeps a second subscriber alive: while there is only one, a call site that another thread reaches first is taken
/// for one that nobody listens to (tracing-core 0.1, `Rebuilder::JustOne`).
fn keep_another_subscriber() {
    static OTHER: OnceLock<tracing::Dispatch> = OnceLock::new();
    OTHER.get_or_init(|| tracing::Dispatch::new(Registry::default()));
}

/// Runs a test body with a recorder and a subscriber of its own.
pub(crate) fn observe(body: impl Future<Output = ()>) -> Seen {
    keep_another_subscriber();
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let spans = Spans::default();
    let subscriber = Registry::default().with(spans.clone());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("builds");
    metrics::with_local_recorder(&recorder, || {
        tracing::subscriber::with_default(subscriber, || runtime.block_on(body));
    });
    let (mut counts, mut gauges) = (BTreeMap::new(), BTreeMap::new());
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let labels: Vec<_> =
            key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let name = format!("{}{{{}}}", key.key().name(), labels.join(","));
        let count = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Histogram(samples) => u64::try_from(samples.len()).expect("small"),
            DebugValue::Gauge(value) => {
                gauges.insert(name, value.into_inner());
                continue;
            }
        };
        counts.insert(name, count);
    }
    let lines = spans.1.lock().expect("no panic").clone();
    let spans = spans.0.lock().expect("no panic").values().cloned().collect();
    Seen { counts, gauges, spans, lines }
}

fn calls(seen: &Seen, method: &str, outcome: &str) -> Option<u64> {
    let name = metric::PORT_CALLS.name;
    let key = format!("{name}{{port=chunk-index,method={method},outcome={outcome}}}");
    seen.counts.get(&key).copied()
}

#[test]
fn a_call_is_one_span_and_one_count() {
    let seen = observe(async {
        let index = bench::index(Telemetry::new(bench::clock())).await;
        index.search(&CallContext::system(), &bench::query(1)).await.expect("answers");
    });
    assert_eq!(calls(&seen, "search", "ok"), Some(1));
    let duration = format!("{}{{port=chunk-index,method=search}}", metric::PORT_CALL_DURATION.name);
    assert_eq!(seen.counts.get(&duration), Some(&1));
    let [(name, fields)] = &seen.spans[..] else {
        panic!("one span, not {}", seen.spans.len());
    };
    assert_eq!(*name, span::PORT_CALL);
    for (field, value) in [(field::PORT_NAME, "chunk-index"), (field::PORT_METHOD, "search")] {
        assert_eq!(fields.get(field).map(String::as_str), Some(value), "{field}");
    }
    assert!(!fields.contains_key(field::OUTCOME), "a success says nothing");
}

#[test]
fn a_failure_is_counted_by_its_reason() {
    let seen = observe(async {
        let fault = Fault::Fail(ErrorKind::Corrupt, Retry::Never);
        let faults = Faults::seeded(1).with_rule(FaultRule::new("count", fault));
        let index = bench::index(Telemetry::new(bench::clock()).over(faults)).await;
        let answer = index.count(&CallContext::system(), &bench::target(), None, &Reader::Everything).await;
        assert!(answer.is_err());
    });
    assert_eq!(calls(&seen, "count", "corrupt"), Some(1));
}

#[test]
fn a_call_that_nobody_waits_for_is_counted_as_dropped() {
    let seen = observe(async {
        let faults = Faults::seeded(1).with_rule(FaultRule::new("search", Fault::Hang));
        let index = bench::index(Telemetry::new(bench::clock()).over(faults)).await;
        let (ctx, query) = (CallContext::system(), bench::query(1));
        let call = index.search(&ctx, &query);
        assert!(tokio::time::timeout(Duration::from_secs(1), call).await.is_err());
    });
    assert_eq!(calls(&seen, "search", "dropped"), Some(1));
}

#[test]
fn a_repeated_call_is_one_call_with_retries() {
    let seen = observe(async {
        let busy = Fault::Fail(ErrorKind::Unavailable, Retry::Backoff);
        let faults = Faults::seeded(1).with_rule(FaultRule::new("search", busy));
        let retries = Retries::new(bench::clock(), bench::policy(), bench::budget());
        let index = bench::index(Telemetry::new(bench::clock()).over(retries).over(faults)).await;
        assert!(index.search(&CallContext::system(), &bench::query(1)).await.is_err());
    });
    assert_eq!(calls(&seen, "search", "unavailable"), Some(1));
    let count = |metric: metric::Metric| {
        let key = format!("{}{{port=chunk-index,method=search}}", metric.name);
        seen.counts.get(&key).copied()
    };
    assert_eq!(count(metric::PORT_RETRIES), Some(2));
    assert_eq!(count(metric::PORT_RETRIES_EXHAUSTED), Some(1));
    assert_eq!(seen.spans.len(), 1);
}
