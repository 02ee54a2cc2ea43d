//! Stages of ingests and searches, as spans and as metrics.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use ragstone_core::CallContext;
use ragstone_engine::Inventory;
use ragstone_observability::{metric, span};
use tracing::span::{Attributes, Id};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Scope};

use crate::workbench::Workbench;

/// Remembers the path of names to every span.
#[derive(Clone, Default)]
struct Paths(Arc<Mutex<BTreeSet<String>>>);

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Paths {
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        let names: Vec<_> =
            ctx.span_scope(id).into_iter().flat_map(Scope::from_root).map(|span| span.name()).collect();
        self.0.lock().expect("no panic").insert(names.join("/"));
    }
}

struct Seen {
    paths: BTreeSet<String>,
    samples: BTreeMap<String, usize>,
    counts: BTreeMap<String, u64>,
    lag: Option<f64>,
}

/// Keeps a second subscriber alive: while there is only one, a call site that another thread reaches first is taken
/// for one that nobody listens to (tracing-core 0.1, `Rebuilder::JustOne`).
fn keep_another_subscriber() {
    static OTHER: OnceLock<tracing::Dispatch> = OnceLock::new();
    OTHER.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::Registry::default()));
}

fn seen(body: impl Future<Output = ()>) -> Seen {
    keep_another_subscriber();
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let paths = Paths::default();
    let subscriber = Registry::default().with(paths.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("builds");
    metrics::with_local_recorder(&recorder, || {
        tracing::subscriber::with_default(subscriber, || runtime.block_on(body));
    });
    let mut seen =
        Seen { paths: BTreeSet::new(), samples: BTreeMap::new(), counts: BTreeMap::new(), lag: None };
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let labels: Vec<_> = key.key().labels().map(metrics::Label::value).collect();
        let name = format!("{} {}", key.key().name(), labels.join(","));
        match value {
            DebugValue::Histogram(samples) => _ = seen.samples.insert(name, samples.len()),
            DebugValue::Counter(count) => _ = seen.counts.insert(name, count),
            DebugValue::Gauge(gauge) if key.key().name() == metric::PROJECTION_LAG.name => {
                seen.lag = Some(*gauge);
            }
            DebugValue::Gauge(_) => {}
        }
    }
    seen.paths.clone_from(&paths.0.lock().expect("no panic"));
    seen
}

#[test]
fn a_search_is_its_stages() {
    let seen = seen(async {
        let bench = Workbench::new().await;
        bench.put("bees", "Bees dance.").await;
        let head = bench.engine.status(&bench.ctx).await.expect("status").head;
        bench.engine.wait_indexed(&bench.ctx, head).await.expect("indexed");
        bench.search("bees").await;
    });
    for stage in [
        span::SEARCH_ANALYSE,
        span::SEARCH_KEYWORD_LEG,
        span::SEARCH_FUSION,
        span::SEARCH_PASSAGES,
        span::SEARCH_CITATIONS,
    ] {
        assert!(seen.paths.contains(&format!("{}/{stage}", span::SEARCH)), "{stage}: {:#?}", seen.paths);
        let label = stage.strip_prefix("search.").expect("a stage of a search");
        let name = format!("{} {label}", metric::SEARCH_STAGE_DURATION.name);
        assert_eq!(seen.samples.get(&name), Some(&1), "{:#?}", seen.samples);
    }
    assert!(seen.paths.contains(span::PROJECT), "{:#?}", seen.paths);
    assert_eq!(seen.lag, Some(0.0));
}

#[test]
fn an_ingest_is_its_stages() {
    let seen = seen(async {
        let bench = Workbench::new().await;
        bench.write("a.md", "# Bees\n\nThey dance.");
        bench.write("b.md", "# Ants\n\nThey march.");
        bench.ingest_folder().await;
        bench.put("note", "Some words.").await;
    });
    // On blocking threads the test's subscriber is not there; what runs on this thread shows.
    assert!(seen.paths.contains(&format!("{}/{}", span::INGEST, span::INGEST_STORE)), "{:#?}", seen.paths);
    let stored = format!("{} store", metric::INGEST_STAGE_DURATION.name);
    assert_eq!(seen.samples.get(&stored), Some(&2), "{:#?}", seen.samples);
    let created = format!("{} created", metric::DOCUMENTS_INGESTED.name);
    assert_eq!(seen.counts.get(&created), Some(&3), "{:#?}", seen.counts);
}

#[tokio::test]
async fn the_inventory_counts_all_tenants() {
    let bench = Workbench::new().await;
    bench.put("a", "Some words.").await;
    bench.put("b", "Other words.").await;
    let inventory = bench.engine.inventory(&CallContext::system()).await.expect("is counted");
    assert_eq!(inventory, Inventory { collections: 1, documents: 2, chunks: 2 });
}
