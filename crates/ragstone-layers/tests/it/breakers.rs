//! Circuit breakers: what opens them, what does not, and what callers are told.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::index::IndexHit;
use ragstone_core::port::DynChunkIndex;
use ragstone_core::{CallContext, ErrorKind, Result, Retry};
use ragstone_layers::{
    Around as _, Backend, Breakers, Deadlines, Fault, FaultRule, Faults, Layered, is_refusal,
};
use ragstone_resilience::BreakerState;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::bench::{self, Tally, TokioClock};

const SECOND: Duration = Duration::from_secs(1);
const DOWN: Fault = Fault::Fail(ErrorKind::Unavailable, Retry::Backoff);

type Index = Arc<dyn DynChunkIndex>;

struct Bed {
    index: Index,
    backend: Arc<Backend>,
    faults: Arc<Faults>,
    tally: Arc<Tally>,
}

/// An index behind deadlines and a breaker, with a fault in every call of `method`.
async fn bed(method: &'static str, fault: Fault) -> Bed {
    let (backend, tally) = (bench::backend(), Arc::new(Tally::default()));
    let faults = Arc::new(Faults::seeded(1).with_rule(FaultRule::new(method, fault)));
    let around = Deadlines::new(bench::clock())
        .over(Breakers::new(Arc::clone(&backend)))
        .over(Arc::clone(&tally))
        .over(Arc::clone(&faults));
    let index: Index = Arc::new(bench::index(around).await);
    Bed { index, backend, faults, tally }
}

async fn search(index: Index, patience: Duration) -> Result<Vec<IndexHit>> {
    let ctx = CallContext::system().with_timeout(&TokioClock, patience);
    index.search(&ctx, &bench::query(1)).await
}

#[tokio::test(start_paused = true)]
async fn failures_open_the_circuit_and_later_calls_never_reach_the_store() {
    let bed = bed("search", DOWN).await;
    for _ in 0..50 {
        assert!(search(Arc::clone(&bed.index), SECOND).await.is_err());
    }
    assert_eq!(bed.tally.count(), 12);
    let error = search(Arc::clone(&bed.index), SECOND).await.expect_err("is refused");
    assert!(is_refusal(&error));
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(matches!(error.retry(), Retry::After(wait) if wait <= SECOND / 2), "{error:?}");
    let status = bed.backend.status();
    assert_eq!(status.state, BreakerState::Open);
    assert_eq!(status.last_failure.map(|failure| failure.kind), Some(ErrorKind::Unavailable));
}

#[tokio::test(start_paused = true)]
async fn a_circuit_closes_when_the_backend_answers_again() {
    let bed = bed("search", DOWN).await;
    for _ in 0..12 {
        assert!(search(Arc::clone(&bed.index), SECOND).await.is_err());
    }
    bed.faults.set_rules(Vec::new());
    sleep(SECOND / 2).await;
    for state in [BreakerState::HalfOpen, BreakerState::Closed] {
        assert!(search(Arc::clone(&bed.index), SECOND).await.is_ok());
        assert_eq!(bed.backend.status().state, state);
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_of_the_callers_input_are_answers() {
    for kind in [
        ErrorKind::NotFound,
        ErrorKind::InvalidArgument,
        ErrorKind::Conflict,
        ErrorKind::RateLimited,
        ErrorKind::Unexpected,
        ErrorKind::Corrupt,
    ] {
        let bed = bed("search", Fault::Fail(kind, Retry::Never)).await;
        for _ in 0..100 {
            assert!(search(Arc::clone(&bed.index), SECOND).await.is_err());
        }
        assert_eq!((bed.backend.status().state, bed.tally.count()), (BreakerState::Closed, 100), "{kind}");
        assert_eq!(bed.backend.status().last_failure, None, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_hangs_is_found_out_while_calls_still_run() {
    let bed = bed("search", Fault::Hang).await;
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        calls.spawn(search(Arc::clone(&bed.index), SECOND * 60));
    }
    let answers = calls.join_all().await;
    assert!(start.elapsed() < SECOND * 2, "{:?}", start.elapsed());
    assert_eq!(bed.backend.status().state, BreakerState::Open);
    assert!(answers.iter().all(|answer| answer.as_ref().is_err_and(is_refusal)));
    let kind = bed.backend.status().last_failure.map(|failure| failure.kind);
    assert_eq!(kind, Some(ErrorKind::DeadlineExceeded));
}

#[tokio::test(start_paused = true)]
async fn callers_without_patience_say_nothing() {
    let bed = bed("search", Fault::Hang).await;
    for _ in 0..100 {
        let error = search(Arc::clone(&bed.index), SECOND / 4).await.expect_err("hangs");
        assert_eq!(error.kind(), ErrorKind::DeadlineExceeded);
    }
    assert_eq!((bed.backend.status().state, bed.tally.count()), (BreakerState::Closed, 100));
}

#[tokio::test(start_paused = true)]
async fn callers_that_leave_say_nothing() {
    let bed = bed("search", Fault::Hang).await;
    for _ in 0..100 {
        let call = tokio::time::timeout(SECOND, search(Arc::clone(&bed.index), SECOND * 60));
        assert!(call.await.is_err());
    }
    assert_eq!(bed.backend.status().state, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn deadlines_that_gave_a_fair_chance_count() {
    let bed = bed("search", Fault::Hang).await;
    for _ in 0..12 {
        assert!(search(Arc::clone(&bed.index), SECOND * 3 / 4).await.is_err());
    }
    assert_eq!(bed.backend.status().state, BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_still_an_answer_while_the_circuit_is_closed() {
    let bed = bed("search", Fault::Delay(SECOND * 3)).await;
    assert!(search(Arc::clone(&bed.index), SECOND * 10).await.is_ok());
    let kind = bed.backend.status().last_failure.map(|failure| failure.kind);
    assert_eq!(kind, Some(ErrorKind::DeadlineExceeded));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_runs_is_not_cut_off_by_the_circuit() {
    let bed = bed("search", Fault::Hang).await;
    bed.faults.set_rules(vec![
        FaultRule::new("search", Fault::Hang),
        FaultRule::new("apply", Fault::Delay(SECOND * 12)),
    ]);
    let write = async {
        let (ctx, target) = (CallContext::system(), bench::target());
        bed.index.apply(&ctx, &target, Vec::new()).await
    };
    let reads = async {
        let mut calls = JoinSet::new();
        (0..20).for_each(|_| drop(calls.spawn(search(Arc::clone(&bed.index), SECOND * 60))));
        calls.join_all().await
    };
    let (written, _) = tokio::join!(write, reads);
    assert!(written.is_ok());
}

/// Whichever way probes end, their slots come back.
#[tokio::test(start_paused = true)]
async fn a_dropped_probe_frees_its_slot() {
    let bed = bed("search", DOWN).await;
    for _ in 0..12 {
        assert!(search(Arc::clone(&bed.index), SECOND).await.is_err());
    }
    bed.faults.set_rules(vec![FaultRule::new("search", Fault::Hang).times(20)]);
    sleep(SECOND / 2).await;
    for _ in 0..20 {
        let probe = tokio::time::timeout(SECOND / 100, search(Arc::clone(&bed.index), SECOND));
        assert!(probe.await.is_err(), "the probe was admitted");
    }
    assert!(search(Arc::clone(&bed.index), SECOND).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn layers_of_one_backend_share_its_circuit() {
    let bed = bed("search", DOWN).await;
    let other = Layered::new(Arc::clone(&bed.index), Breakers::new(Arc::clone(&bed.backend)));
    for _ in 0..12 {
        assert!(search(Arc::clone(&bed.index), SECOND).await.is_err());
    }
    let refused = other.targets(&CallContext::system()).await;
    assert!(refused.is_err_and(|error| is_refusal(&error)));
}
