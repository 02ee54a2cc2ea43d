//! Log lines, captured from a writer.

use std::io;

use ragstone_observability::startup::{LogFormat, TelemetryError};
use ragstone_observability::{field, span};
use serde_json::Value;

use crate::captured::{Captured, logs};

/// Logs one event within two spans and gives back what was written.
fn logged(format: LogFormat, directives: &str) -> Captured {
    let captured = Captured::default();
    let (dispatch, _running) = captured.start(logs(format, directives));
    tracing::dispatcher::with_default(&dispatch, || {
        let request = tracing::info_span!(
            target: "ragstone_rest", span::HTTP_REQUEST, { field::REQUEST_ID } = "r-1"
        );
        let _request = request.enter();
        let search = tracing::info_span!(
            target: "ragstone_engine", span::SEARCH, { field::COLLECTION_ID } = "c-1"
        );
        let _search = search.enter();
        tracing::info!({ field::HITS_COUNT } = 3, "search answered");
    });
    captured
}

#[test]
fn a_json_line_carries_the_event_its_ids_and_its_spans() {
    let lines = logged(LogFormat::Json, "info").json();
    let [line] = &lines[..] else { panic!("one line: {lines:?}") };
    assert!(line["timestamp"].is_string());
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["target"], "it::logs");
    assert_eq!(line["message"], "search answered");
    assert_eq!(line[field::HITS_COUNT], 3);
    assert_eq!(line[field::REQUEST_ID], "r-1");
    assert_eq!(line["spans"][0]["name"], span::HTTP_REQUEST);
    assert_eq!(line["spans"][1][field::COLLECTION_ID], "c-1");
    let id = |name: &str| line[name].as_str().map(str::len);
    assert_eq!((id(field::TRACE_ID), id(field::SPAN_ID)), (Some(32), Some(16)), "{line}");
}

#[test]
fn a_filter_that_mutes_spans_keeps_the_ids_of_lines() {
    let lines = logged(LogFormat::Json, "off,it::logs=info").json();
    assert_eq!(lines[0][field::REQUEST_ID], "r-1", "{lines:?}");
    assert_eq!(lines[0][field::TRACE_ID].as_str().map(str::len), Some(32), "{lines:?}");
}

#[test]
fn a_human_line_has_no_escape_codes() {
    let line = logged(LogFormat::Human, "info").text();
    assert!(line.contains("search answered") && line.contains("r-1"), "{line}");
    assert!(!line.contains('\u{1b}'), "{line}");
    assert!(logged(LogFormat::Coloured, "info").text().contains('\u{1b}'));
}

#[test]
fn what_the_filter_excludes_is_not_written() {
    assert_eq!(logged(LogFormat::Json, "warn").text(), "");
    assert_eq!(logged(LogFormat::Json, "info,it::logs=error").text(), "");
}

#[test]
fn the_filter_changes_for_one_module_while_the_subscriber_runs() {
    let captured = Captured::default();
    let (dispatch, running) = captured.start(logs(LogFormat::Human, "warn"));
    let filter = running.filter();
    tracing::dispatcher::with_default(&dispatch, || {
        tracing::debug!("before");
        filter.set("warn,it::logs=debug").expect("valid");
        tracing::debug!("after");
        tracing::debug!(target: "elsewhere", "not asked for");
    });
    let text = captured.text();
    assert!(!text.contains("before") && text.contains("after") && !text.contains("asked"), "{text}");
    let directives = filter.directives().expect("alive");
    assert!(directives.contains("it::logs=debug") && directives.contains("warn"), "{directives}");
}

#[test]
fn unreadable_directives_are_refused_and_change_nothing() {
    let (dispatch, running) = logs(LogFormat::Json, "warn").subscriber(io::sink).expect("valid");
    let outcome = running.filter().set("ragstone=loud");
    assert!(matches!(outcome, Err(TelemetryError::InvalidFilter(_))));
    assert_eq!(running.filter().directives().expect("alive"), "warn");
    drop(dispatch);
    assert!(logs(LogFormat::Json, "=,=").subscriber(io::sink).is_err());
}

#[test]
fn secrets_are_masked_in_fields_of_events_and_spans() {
    for format in [LogFormat::Json, LogFormat::Human] {
        let captured = Captured::default();
        let (dispatch, _running) = captured.start(logs(format, "trace"));
        tracing::dispatcher::with_default(&dispatch, || {
            let span = tracing::info_span!(
                target: "ragstone_x", "call", url = "postgres://me:hunter2@db/x", later = tracing::field::Empty
            );
            let _entered = span.enter();
            span.record("later", "Bearer hunter2");
            tracing::warn!(password = "hunter2", error = %"token=hunter2 refused", "sent Basic hunter2");
        });
        let text = captured.text();
        assert!(!text.contains("hunter2"), "{text}");
        assert_eq!(text.matches("[redacted]").count(), 5, "{text}");
    }
}

#[test]
fn a_field_cannot_pass_for_what_the_log_says_itself() {
    let captured = Captured::default();
    let (dispatch, _running) = captured.start(logs(LogFormat::Json, "info"));
    tracing::dispatcher::with_default(&dispatch, || {
        tracing::info!(level = "FATAL", request_id = "forged", text = "a\n{\"level\":\"x\"}", "said");
    });
    let lines = captured.json();
    let [line] = &lines[..] else { panic!("one line: {lines:?}") };
    assert_eq!(line["level"], "INFO");
    assert_eq!(line[field::REQUEST_ID], Value::Null);
    assert_eq!(line["field.request_id"], "forged");
    assert_eq!(line["text"], "a\n{\"level\":\"x\"}");
}
