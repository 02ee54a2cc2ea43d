//! Trace context that comes in and goes out.

use ragstone_observability::propagation::{
    BAGGAGE, IncomingTrace, TRACE_PARENT, TRACE_STATE, adopt, adopt_within, ids, outgoing,
};
use ragstone_observability::startup::LogFormat;
use tracing::Span;

use crate::captured::{Captured, logs};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OTHER: &str = "00-11111111111111111111111111111111-2222222222222222-01";

fn incoming(parent: &str) -> IncomingTrace<'_> {
    IncomingTrace { parent: Some(parent), ..IncomingTrace::default() }
}

fn traced<T>(body: impl FnOnce() -> T) -> T {
    let (dispatch, _running) = Captured::default().start(logs(LogFormat::Json, "off"));
    tracing::dispatcher::with_default(&dispatch, body)
}

fn span() -> Span {
    tracing::info_span!(target: "ragstone_test", "test")
}

fn trace_of(span: &Span) -> String {
    ids(span).expect("is traced").0
}

#[test]
fn a_span_continues_the_trace_with_its_state_and_baggage() {
    let sent = traced(|| {
        let span = span();
        let state = Some("vendor=1");
        adopt(&span, &IncomingTrace { parent: Some(PARENT), state, baggage: Some("user=me,b=2") });
        let child = span.in_scope(self::span);
        outgoing(&child)
    });
    let sent = |name: &str| {
        let found = sent.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let parent = sent(TRACE_PARENT);
    assert!(parent.starts_with(&format!("00-{TRACE}-")), "{parent}");
    assert!(!parent.contains("b7ad6b7169203331"), "{parent}");
    assert_eq!(sent(TRACE_STATE), "vendor=1");
    let baggage = sent(BAGGAGE);
    assert!(baggage.contains("user=me") && baggage.contains("b=2"), "{baggage}");
}

#[test]
fn malformed_context_counts_as_absent() {
    for parent in ["", "x", "00-0-0-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "é"] {
        let trace = traced(|| {
            let span = span();
            adopt(&span, &incoming(parent));
            trace_of(&span)
        });
        assert_ne!(trace, TRACE, "{parent}");
    }
}

#[test]
fn huge_baggage_does_no_harm() {
    let baggage = "k=v,".repeat(100_000);
    let sent = traced(|| {
        let span = span();
        adopt(&span, &IncomingTrace { parent: Some(PARENT), state: None, baggage: Some(&baggage) });
        outgoing(&span)
    });
    let longest = sent.iter().map(|(_, value)| value.len()).max().unwrap_or_default();
    assert!(longest <= 8192, "{longest}");
}

#[test]
fn a_message_of_the_same_trace_stays_below_its_request() {
    traced(|| {
        let request = span();
        adopt(&request, &incoming(PARENT));
        let message = request.in_scope(span);
        adopt_within(&message, &request, &incoming(PARENT));
        assert_eq!(trace_of(&message), TRACE);
    });
}

#[test]
fn a_message_of_another_trace_goes_there() {
    traced(|| {
        let request = span();
        adopt(&request, &incoming(PARENT));
        let message = request.in_scope(span);
        adopt_within(&message, &request, &incoming(OTHER));
        assert_eq!(trace_of(&message), "1".repeat(32));
        assert_eq!(trace_of(&request), TRACE);
    });
}

#[test]
fn without_a_tracing_layer_nothing_happens() {
    let (dispatch, _running) = Captured::default().start(logs(LogFormat::Human, "info"));
    tracing::dispatcher::with_default(&dispatch, || {
        let span = span();
        adopt(&span, &incoming(PARENT));
        assert_eq!(ids(&span), None);
        assert_eq!(outgoing(&span), []);
    });
}
