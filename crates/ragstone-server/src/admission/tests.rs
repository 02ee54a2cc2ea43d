//! Tests of the gate.

use std::future::{pending, ready};

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER as HEADER;
use futures::FutureExt as _;
use ragstone_api::operation::{OPERATIONS, find};
use ragstone_core::clock::ManualClock;

use super::*;

fn gate(min_requests: u32, max_requests: u32) -> (Arc<LoadGate>, Arc<ManualClock>) {
    let config = OverloadConfig { max_requests, min_requests, ..OverloadConfig::default() };
    let clock = Arc::new(ManualClock::new());
    (LoadGate::try_new(&config, Arc::clone(&clock) as _).expect("valid"), clock)
}

fn answer(status: StatusCode) -> Response {
    status.into_response()
}

#[tokio::test(start_paused = true)]
async fn one_request_too_many_is_told_to_come_back() {
    let (gate, clock) = gate(1, 1);
    let search = find("search");
    let mut held = Box::pin(gate.run(search, pending()));
    assert!(held.as_mut().now_or_never().is_none());
    assert_eq!((gate.status().running, gate.status().is_shedding), (1, false));

    let refused = gate.run(search, ready(answer(StatusCode::OK))).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let wait: u64 = refused.headers()[HEADER].to_str().expect("text").parse().expect("a number");
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!((gate.status().refused, gate.status().is_shedding), (1, true));

    drop(held);
    clock.advance(CALM);
    let admitted = gate.run(search, ready(answer(StatusCode::OK))).await;
    assert_eq!(admitted.status(), StatusCode::OK);
    let expected = GateStatus { limit: 1, running: 0, refused: 1, is_shedding: false };
    assert_eq!(gate.status(), expected);
}

#[tokio::test(start_paused = true)]
async fn bulk_work_is_refused_before_searches_and_those_before_operators() {
    let (gate, _) = gate(10, 10);
    let mut held = Vec::new();
    let mut admitted = |name: &str| {
        let before = held.len();
        loop {
            let mut request = Box::pin(gate.run(find(name), pending()));
            if request.as_mut().now_or_never().is_some() {
                return held.len() - before;
            }
            held.push(request);
        }
    };
    let names = ["ingest.paths", "documents.put", "search", "status.read"];
    assert_eq!(names.map(&mut admitted), [6, 2, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn answers_that_come_late_reduce_the_limit_to_the_least() {
    let (gate, _) = gate(8, 100);
    let before = gate.status().limit;
    for _ in 0..1000 {
        let late = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            answer(StatusCode::OK)
        };
        gate.run(find("search"), late).await;
    }
    assert!(before > 8);
    assert_eq!(gate.status().limit, 8);
}

#[tokio::test(start_paused = true)]
async fn what_has_no_time_of_its_own_says_nothing_of_the_load() {
    let (gate, _) = gate(8, 100);
    let before = gate.status().limit;
    for operation in UNBOUNDED.into_iter().cycle().take(99) {
        let long = async {
            tokio::time::sleep(Duration::from_mins(5)).await;
            answer(StatusCode::OK)
        };
        gate.run(find(operation), long).await;
    }
    assert_eq!(gate.status().limit, before);
}

#[test]
fn every_operation_has_its_priority() {
    let of = |wanted| {
        let names = OPERATIONS.iter().filter(|operation| priority(Some(operation)) == wanted);
        names.map(|operation| operation.name).collect::<Vec<_>>()
    };
    assert_eq!(of(Priority::Critical), ["collections.delete", "status.read"]);
    assert_eq!(of(Priority::Low), ["ingest.paths"]);
    assert_eq!(
        of(Priority::Normal),
        [
            "collections.create",
            "collections.drop_generation",
            "collections.export",
            "collections.import",
            "collections.migrate",
            "collections.read_migration",
            "collections.switch_generation",
            "documents.delete",
            "documents.diff",
            "documents.list_deleted",
            "documents.list_versions",
            "documents.purge",
            "documents.put",
            "documents.read_version",
            "documents.restore",
            "graphs.annotate",
            "graphs.change",
            "graphs.create",
            "graphs.delete",
            "graphs.import",
            "graphs.rename",
            "jobs.cancel",
            "jobs.events",
            "jobs.ingest_paths",
            "jobs.list",
            "jobs.read",
            "jobs.retry",
            "jobs.upload",
            "searches.delete",
            "searches.save",
            "uploads.append",
            "uploads.begin",
            "uploads.delete",
            "uploads.read",
        ]
    );
    assert_eq!(priority(None), Priority::High);
}
