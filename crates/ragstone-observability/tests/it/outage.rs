//! A collector that is away costs nobody anything but its own spans.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use ragstone_observability::recorder;
use ragstone_observability::startup::{LogFormat, Telemetry, TelemetryError};
use ragstone_observability::traces::Traces;

use crate::captured::{Captured, logs};

const SPANS: u32 = 20_000;

fn traces(endpoint: String) -> Traces {
    Traces {
        endpoint: Some(endpoint),
        queue_spans: 1000,
        timeout: Duration::from_secs(1),
        ..Traces::default()
    }
}

/// Makes more spans than the queue holds and says how long that took.
fn make_spans() -> Duration {
    #[expect(clippy::disallowed_methods, reason = "the real time is what is asked for")]
    let start = Instant::now();
    for _ in 0..SPANS {
        tracing::info_span!(target: "ragstone_test", "work").in_scope(|| {});
    }
    start.elapsed()
}

fn outage(endpoint: String) -> (String, String, Duration, Duration) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("builds");
    let _entered = runtime.enter();
    let (recorder, page) = recorder::recorder().expect("builds");
    let captured = Captured::default();
    let telemetry = Telemetry { traces: traces(endpoint), ..logs(LogFormat::Human, "warn") };
    let (dispatch, running) = captured.start(telemetry);
    let took =
        metrics::with_local_recorder(&recorder, || tracing::dispatcher::with_default(&dispatch, make_spans));
    #[expect(clippy::disallowed_methods, reason = "the real time is what is asked for")]
    let start = Instant::now();
    tracing::dispatcher::with_default(&dispatch, || running.close(Duration::from_secs(2)));
    (captured.text(), page.render(), took, start.elapsed())
}

fn check((log, page, took, closing): (String, String, Duration, Duration)) {
    let dropped = page
        .lines()
        .find_map(|line| line.strip_prefix("ragstone_spans_dropped_total "))
        .and_then(|count| count.parse::<u32>().ok());
    // What a batch took out of the queue meanwhile made room for as many.
    assert!(dropped.is_some_and(|dropped| dropped > SPANS / 2 && dropped < SPANS), "{dropped:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(closing < Duration::from_secs(4), "{closing:?}");
    assert!(log.matches("takes no spans").count() <= 1, "{log}");
}

#[test]
fn a_collector_that_refuses_costs_nothing() {
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
    check(outage(format!("http://{address}")));
}

#[test]
fn a_collector_that_never_answers_costs_nothing() {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    check(outage(format!("http://{}", socket.local_addr().expect("bound"))));
    drop(socket);
}

#[test]
fn settings_that_cannot_be_used_are_refused_by_name() {
    let file = std::path::PathBuf::from("/nonexistent/ca.pem");
    for (setting, traces) in [
        ("endpoint", traces("127.0.0.1:4317".to_owned())),
        ("sampling_ratio", Traces { sampling_ratio: 1.5, ..traces("http://h:1".to_owned()) }),
        ("queue_spans", Traces { queue_spans: 0, ..traces("http://h:1".to_owned()) }),
        ("ca_file", Traces { ca_file: Some(file), ..traces("https://h:1".to_owned()) }),
        (
            "headers",
            Traces {
                headers: vec![("x y".to_owned(), ragstone_observability::Redacted::new("s3cret".to_owned()))],
                ..traces("http://h:1".to_owned())
            },
        ),
    ] {
        let telemetry = Telemetry { traces, ..logs(LogFormat::Human, "warn") };
        let Err(error @ TelemetryError::InvalidTraces(_)) = telemetry.subscriber(std::io::sink) else {
            panic!("{setting} must be refused");
        };
        let text = error.to_string();
        assert!(text.contains(setting) && !text.contains("s3cret"), "{text}");
    }
}
