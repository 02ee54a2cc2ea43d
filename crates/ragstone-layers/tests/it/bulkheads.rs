//! Bulkheads: tenants share a backend, and nobody queues for a dead one.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::index::IndexHit;
use ragstone_core::port::DynChunkIndex;
use ragstone_core::{CallContext, ErrorKind, Result, Retry};
use ragstone_layers::{
    Around as _, Backend, BackendPolicy, Breakers, Bulkheads, Fault, FaultRule, Faults, is_refusal,
};
use ragstone_resilience::FairPolicy;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::bench::{self, TokioClock};

const SECOND: Duration = Duration::from_secs(1);

/// An index with 4 places, 2 of them for one tenant, and 8 in the queue, 6 of them for one tenant; every
/// search meets `fault`.
async fn bed(fault: Fault) -> (Arc<dyn DynChunkIndex>, Arc<Backend>) {
    let bulkhead = FairPolicy::try_new(4, 2).and_then(|policy| policy.with_queue(8, 6)).expect("valid");
    let policy = BackendPolicy::for_requests().expect("valid").with_bulkhead(bulkhead);
    let backend = bench::backend_of(policy);
    let faults = Faults::seeded(1).with_rule(FaultRule::new("search", fault));
    let around = Bulkheads::new(Arc::clone(&backend)).over(Breakers::new(Arc::clone(&backend))).over(faults);
    (Arc::new(bench::index(around).await), backend)
}

async fn search(index: Arc<dyn DynChunkIndex>, ctx: CallContext) -> (Result<Vec<IndexHit>>, Duration) {
    let start = Instant::now();
    let mut query = bench::query(1);
    query.target.tenant = ctx.tenant().clone();
    let answer = index.search(&ctx, &query).await;
    (answer, start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_is_refused_at_once_with_a_time_to_come_back() {
    let (index, backend) = bed(Fault::Delay(SECOND)).await;
    let mut calls = JoinSet::new();
    (0..20).for_each(|_| drop(calls.spawn(search(Arc::clone(&index), bench::user("default")))));
    let answers = calls.join_all().await;
    let refused: Vec<_> = answers.iter().filter(|(answer, _)| answer.is_err()).collect();
    assert_eq!(refused.len(), 12, "2 run and 6 wait");
    for (answer, after) in refused {
        let error = answer.as_ref().expect_err("is refused");
        assert_eq!((error.kind(), *after), (ErrorKind::Unavailable, Duration::ZERO));
        assert!(is_refusal(error) && matches!(error.retry(), Retry::After(_)));
    }
    let status = backend.status();
    assert_eq!((status.running, status.waiting), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_floods_costs_another_nothing() {
    let (index, _) = bed(Fault::Delay(SECOND)).await;
    let mut flood = JoinSet::new();
    (0..100).for_each(|_| drop(flood.spawn(search(Arc::clone(&index), bench::user("default")))));
    sleep(SECOND / 10).await;
    for _ in 0..3 {
        let (answer, after) = search(Arc::clone(&index), bench::user("other")).await;
        // The other tenant has no target, so its answer is that, after the second that the store takes.
        assert_eq!(answer.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
        assert!(after < SECOND + Duration::from_millis(10), "{after:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_process_itself_has_places_of_its_own() {
    let (index, _) = bed(Fault::Delay(SECOND)).await;
    let mut flood = JoinSet::new();
    (0..8).for_each(|_| drop(flood.spawn(search(Arc::clone(&index), bench::user("default")))));
    sleep(SECOND / 10).await;
    let (answer, after) = search(index, CallContext::system()).await;
    assert!(answer.is_ok() && after < SECOND + Duration::from_millis(10), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_passes_in_the_queue_says_so() {
    let (index, backend) = bed(Fault::Delay(SECOND)).await;
    let mut running = JoinSet::new();
    (0..2).for_each(|_| drop(running.spawn(search(Arc::clone(&index), bench::user("default")))));
    sleep(SECOND / 10).await;
    let ctx = bench::user("default").with_timeout(&TokioClock, SECOND / 2);
    let (answer, after) = search(index, ctx).await;
    assert_eq!(answer.map_err(|error| error.kind()), Err(ErrorKind::DeadlineExceeded));
    assert!(after <= SECOND / 2 + Duration::from_millis(2), "{after:?}");
    drop(running.join_all().await);
    assert!(backend.status().is_healthy());
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_when_the_circuit_opens_is_refused_then() {
    let (index, backend) = bed(Fault::Hang).await;
    let mut calls = JoinSet::new();
    for tenant in ["a", "b"] {
        (0..6).for_each(|_| drop(calls.spawn(search(Arc::clone(&index), bench::user(tenant)))));
    }
    // Four calls hang and eight wait: the breaker opens on other grounds.
    sleep(SECOND).await;
    for _ in 0..12 {
        let permit = backend.breaker().try_admit().expect("closed");
        permit.report(ragstone_resilience::CallOutcome::Failure);
    }
    let opened = Instant::now();
    let answers = calls.join_all().await;
    assert_eq!(answers.len(), 12);
    assert!(answers.iter().all(|(answer, _)| answer.as_ref().is_err_and(is_refusal)));
    let waited = answers.iter().filter(|(_, after)| *after <= SECOND + Duration::from_millis(2)).count();
    assert_eq!(waited, 8, "those who waited left when the circuit opened");
    assert!(opened.elapsed() <= SECOND, "those who hung left when they were slow");
    assert_eq!((backend.status().running, backend.status().waiting), (0, 0));
}
