//! The rendered metrics page.

use ragstone_observability::{metric, recorder};

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
