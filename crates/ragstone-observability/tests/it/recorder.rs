//! The rendered metrics page.

use metrics_exporter_prometheus::PrometheusRecorder;
use ragstone_observability::metric::{self, Metric, MetricKind};
use ragstone_observability::recorder;

#[test]
fn counted_calls_are_rendered_with_help_and_buckets() {
    let (recorder, page) = recorder::recorder().expect("builds");
    metrics::with_local_recorder(&recorder, || {
        metrics::counter!(
            metric::PORT_CALLS.name,
            metric::PORT => "chunk-index", metric::METHOD => "search", metric::OUTCOME => "ok",
        )
        .increment(2);
        metrics::histogram!(
            metric::PORT_CALL_DURATION.name,
            metric::PORT => "chunk-index", metric::METHOD => "search",
        )
        .record(0.004);
    });
    let text = page.render();
    for line in [
        "# HELP ragstone_port_calls_total Calls of ports by outcome",
        "# TYPE ragstone_port_calls_total counter",
        r#"ragstone_port_calls_total{port="chunk-index",method="search",outcome="ok"} 2"#,
        "# TYPE ragstone_port_call_duration_seconds histogram",
        r#"ragstone_port_call_duration_seconds_bucket{port="chunk-index",method="search",le="0.005"} 1"#,
        r#"ragstone_port_call_duration_seconds_bucket{port="chunk-index",method="search",le="0.0025"} 0"#,
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}

#[test]
fn every_metric_has_help_and_type() {
    let (recorder, page) = recorder::recorder().expect("builds");
    record_all(&recorder);
    let text = page.render();
    for Metric { name, kind, .. } in metric::ALL {
        let kind = match kind {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Seconds => "histogram",
        };
        for line in [format!("# HELP {name} "), format!("# TYPE {name} {kind}\n")] {
            assert!(text.contains(&line), "{line} is missing in\n{text}");
        }
    }
}

#[test]
fn samples_wait_in_bounded_memory_while_nobody_asks() {
    let (recorder, page) = recorder::recorder().expect("builds");
    metrics::with_local_recorder(&recorder, || {
        for _ in 0..10 {
            for _ in 0..1000 {
                metrics::histogram!(metric::SEARCH_STAGE_DURATION.name, metric::STAGE => "x").record(0.01);
            }
            page.upkeep();
        }
    });
    assert!(page.render().contains(r#"ragstone_search_stage_duration_seconds_count{stage="x"} 10000"#));
}

/// Gives each metric one value.
pub(crate) fn record_all(recorder: &PrometheusRecorder) {
    metrics::with_local_recorder(recorder, || {
        for Metric { name, kind, labels, .. } in metric::ALL {
            let labels: Vec<metrics::Label> =
                labels.iter().map(|label| metrics::Label::from_static_parts(label, "value")).collect();
            match kind {
                MetricKind::Counter => metrics::counter!(*name, labels).increment(1),
                MetricKind::Gauge => metrics::gauge!(*name, labels).set(1.0),
                MetricKind::Seconds => metrics::histogram!(*name, labels).record(0.1),
            }
        }
    });
}
