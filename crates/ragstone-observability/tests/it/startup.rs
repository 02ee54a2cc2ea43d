//! Log lines, captured from a writer.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use ragstone_observability::startup::{LogError, LogFormat, subscriber};
use ragstone_observability::{field, span};
use serde_json::Value;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("UTF-8")
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Logs one event within two spans and gives back what was written.
fn logged(format: LogFormat, directives: &str) -> String {
    let captured = Captured::default();
    let writer = captured.clone();
    let (dispatch, _filter) = subscriber(format, directives, move || writer.clone()).expect("valid");
    tracing::dispatcher::with_default(&dispatch, || {
        let request = tracing::info_span!(span::REQUEST, { field::REQUEST_ID } = "r-1");
        let _request = request.enter();
        let search = tracing::info_span!(span::SEARCH, { field::COLLECTION_ID } = "c-1");
        let _search = search.enter();
        tracing::info!({ field::HITS_COUNT } = 3, "search answered");
    });
    captured.text()
}

#[test]
fn a_json_line_carries_the_event_and_its_spans() {
    let line: Value = serde_json::from_str(&logged(LogFormat::Json, "info")).expect("one JSON object");
    assert!(line["timestamp"].is_string());
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["target"], "it::startup");
    assert_eq!(line["message"], "search answered");
    assert_eq!(line[field::HITS_COUNT], 3);
    assert_eq!(line["spans"][0]["name"], span::REQUEST);
    assert_eq!(line["spans"][0][field::REQUEST_ID], "r-1");
    assert_eq!(line["spans"][1][field::COLLECTION_ID], "c-1");
}

#[test]
fn a_human_line_has_no_escape_codes() {
    let line = logged(LogFormat::Human, "info");
    assert!(line.contains("search answered") && line.contains("r-1"), "{line}");
    assert!(!line.contains('\u{1b}'), "{line}");
    assert!(logged(LogFormat::Coloured, "info").contains('\u{1b}'));
}

#[test]
fn what_the_filter_excludes_is_not_written() {
    assert_eq!(logged(LogFormat::Json, "warn"), "");
    assert_eq!(logged(LogFormat::Json, "info,it::startup=error"), "");
}

#[test]
fn the_filter_changes_while_the_subscriber_runs() {
    let captured = Captured::default();
    let writer = captured.clone();
    let (dispatch, filter) = subscriber(LogFormat::Human, "warn", move || writer.clone()).expect("valid");
    tracing::dispatcher::with_default(&dispatch, || {
        tracing::debug!("before");
        filter.set("debug").expect("valid");
        tracing::debug!("after");
    });
    let text = captured.text();
    assert!(!text.contains("before") && text.contains("after"), "{text}");
    assert_eq!(filter.directives().expect("alive"), "debug");
}

#[test]
fn unreadable_directives_are_refused_and_change_nothing() {
    let (dispatch, filter) = subscriber(LogFormat::Json, "warn", io::sink).expect("valid");
    assert!(matches!(filter.set("ragstone=loud"), Err(LogError::InvalidFilter(_))));
    assert_eq!(filter.directives().expect("alive"), "warn");
    drop(dispatch);
    assert!(subscriber(LogFormat::Json, "=,=", io::sink).is_err());
}
