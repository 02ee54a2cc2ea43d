//! What is counted of calls, also of hostile ones.

use std::collections::{BTreeMap, BTreeSet};

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use ragstone_observability::metric;
use serde_json::json;

use crate::workbench::Workbench;

const CANARY: &str = "c4nary";

type Counts = BTreeMap<String, u64>;

/// Runs a test body with a recorder of its own; gives the counters by name and labels, and the values of all labels.
fn counted(body: impl Future<Output = ()>) -> (Counts, BTreeSet<String>) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("builds");
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(tokio::task::LocalSet::new().run_until(body));
    });
    let (mut counts, mut values) = (Counts::new(), BTreeSet::new());
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let labels: Vec<_> =
            key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        values.extend(key.key().labels().map(|label| label.value().to_owned()));
        if let DebugValue::Counter(count) = value {
            counts.insert(format!("{}{{{}}}", key.key().name(), labels.join(",")), count);
        }
    }
    (counts, values)
}

#[test]
fn a_call_is_counted_by_tool_and_by_operation() {
    let (counts, _) = counted(async {
        let bench = Workbench::new().await;
        bench.ok("list_collections", json!({})).await;
        bench.refused("search", json!({ "query": "the" })).await;
        bench.request("resources/read", json!({ "uri": "ragstone://chunks/x" })).await;
    });
    let count =
        |metric: metric::Metric, labels: &str| counts.get(&format!("{}{{{labels}}}", metric.name)).copied();
    assert_eq!(count(metric::MCP_CALLS, "tool=list_collections,outcome=ok"), Some(1), "{counts:#?}");
    assert_eq!(count(metric::MCP_CALLS, "tool=search,outcome=invalid_argument"), Some(1), "{counts:#?}");
    let operation = "operation=collections.list,transport=mcp,outcome=ok";
    assert_eq!(count(metric::OPERATIONS, operation), Some(1), "{counts:#?}");
    assert!(counts.keys().any(|key| key.contains("operation=resources/read")), "{counts:#?}");
}

#[test]
fn hostile_calls_make_no_new_series() {
    let attack = |times: u32| {
        counted(async move {
            let bench = Workbench::new().await;
            for number in 0..times {
                let own = format!("{CANARY}{number}");
                for method in ["tools/call", "resources/read", "prompts/get", &own] {
                    let params = json!({ "name": own, "uri": own, "arguments": { &own: own } });
                    bench.request(method, params).await;
                }
                for tool in ["search", "ingest_text", "delete_document"] {
                    bench.call(tool, json!({ &own: own, "query": own })).await;
                }
            }
        })
    };
    let (few, _) = attack(2);
    let (many, values) = attack(40);
    assert_eq!(few.len(), many.len(), "{many:#?}");
    assert!(!values.iter().any(|value| value.contains(CANARY)), "{values:#?}");
    assert!(many.keys().any(|key| key.contains("tool=unknown")), "{many:#?}");
}
