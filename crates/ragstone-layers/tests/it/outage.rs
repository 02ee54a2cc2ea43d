//! The standard stack under load while the backend fails, and after it has come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ragstone_core::index::IndexSchema;
use ragstone_core::memory::MemoryIndex;
use ragstone_core::port::DynChunkIndex;
use ragstone_core::{CallContext, ErrorKind, GenerationId, Retry};
use ragstone_layers::{Around as _, Backend, Fault, FaultRule, Faults, Layered, is_refusal, standard_index};
use ragstone_resilience::BreakerState;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::bench::{self, Tally, TokioClock};

const SECOND: Duration = Duration::from_secs(1);
/// What most callers wait.
const PATIENCE: Duration = Duration::from_secs(3);
const CLIENTS: usize = 40;

struct Bed {
    index: Arc<dyn DynChunkIndex>,
    backend: Arc<Backend>,
    faults: Arc<Faults>,
    tally: Arc<Tally>,
    is_over: Arc<AtomicBool>,
}

/// One call of a client.
struct Call {
    began: Instant,
    took: Duration,
    is_ok: bool,
    is_refused: bool,
}

async fn bed() -> Bed {
    let inner: Arc<dyn DynChunkIndex> = Arc::new(MemoryIndex::new());
    let target = bench::target();
    let generation = GenerationId::from_uuid(target.collection.as_uuid());
    inner.create(&CallContext::system(), &target, generation, IndexSchema::default()).await.expect("creates");
    let (backend, faults) = (bench::backend(), Arc::new(Faults::seeded(7)));
    let tally = Arc::new(Tally::default());
    let store: Arc<dyn DynChunkIndex> =
        Arc::new(Layered::new(inner, Arc::clone(&tally).over(Arc::clone(&faults))));
    let index = standard_index(store, &bench::stack(&backend));
    Bed { index, backend, faults, tally, is_over: Arc::default() }
}

impl Bed {
    /// Clients that search again and again, each after a short pause.
    fn clients(&self, patience: Duration) -> JoinSet<Vec<Call>> {
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            let (index, is_over) = (Arc::clone(&self.index), Arc::clone(&self.is_over));
            clients.spawn(async move {
                let mut calls = Vec::new();
                sleep(Duration::from_micros(625) * u32::try_from(number).expect("few")).await;
                while !is_over.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    let ctx = bench::user("default").with_timeout(&TokioClock, patience);
                    let answer = index.search(&ctx, &bench::query(1)).await;
                    let is_refused = answer.as_ref().is_err_and(is_refusal);
                    calls.push(Call { began, took: began.elapsed(), is_ok: answer.is_ok(), is_refused });
                    sleep(Duration::from_millis(25)).await;
                }
                calls
            });
        }
        clients
    }

    /// Waits until the circuit is in `state`, and says how long that took.
    async fn reaches(&self, state: BreakerState, patience: Duration) -> Duration {
        let start = Instant::now();
        let mut states = self.backend.breaker().subscribe();
        let reached = states.wait_for(|now| *now == state);
        tokio::time::timeout(patience, reached).await.expect("in time").expect("lives");
        start.elapsed()
    }
}

/// Load for 2 s, then 6 s of `fault` in every call, then load on the mended backend.
async fn outage(fault: Fault, patience: Duration) {
    let bed = bed().await;
    let clients = bed.clients(patience);
    sleep(SECOND * 2).await;
    let before = bed.tally.count();

    bed.faults.set_rules(vec![FaultRule::new("*", fault)]);
    let failed_at = Instant::now();
    let opened_after = bed.reaches(BreakerState::Open, SECOND * 4).await;
    assert!(opened_after <= SECOND * 2, "opened after {opened_after:?}");
    let (opened_at, reached) = (Instant::now(), bed.tally.count());
    sleep(SECOND * 6).await;
    let probes = bed.tally.count() - reached;
    assert!(probes <= 20, "{probes} calls reached a backend that was left alone");

    bed.faults.set_rules(Vec::new());
    let mended_at = Instant::now();
    let closed_after = bed.reaches(BreakerState::Closed, SECOND * 20).await;
    assert!(closed_after <= SECOND * 10, "closed after {closed_after:?}");
    sleep(SECOND).await;
    bed.is_over.store(true, Ordering::Relaxed);
    let calls: Vec<Call> = clients.join_all().await.into_iter().flatten().collect();

    let late = calls.iter().map(|call| call.took).max().expect("many");
    assert!(late <= patience + Duration::from_millis(100), "answered after {late:?}");
    assert!(calls.iter().filter(|call| call.began + call.took < failed_at).all(|call| call.is_ok));
    let well = mended_at + closed_after;
    assert!(calls.iter().filter(|call| call.began >= well).all(|call| call.is_ok), "not well after closing");
    let settled = opened_at + Duration::from_millis(100);
    let refused = calls.iter().filter(|call| call.is_refused && call.began >= settled);
    let mut refusals: Vec<_> = refused.map(|call| call.took).collect();
    refusals.sort();
    // The slowest ones are of the probes, which had to find out.
    let usual = refusals[refusals.len() * 99 / 100];
    assert!(usual <= Duration::from_millis(5), "a refusal took {usual:?}");
    let most = calls.len() * 11 / 10 + 10;
    assert!(usize::try_from(bed.tally.count()).expect("few") <= most, "more than a tenth of retries");
    println!(
        "{fault:?}: {} calls, {} reached the backend ({before} before the fault, {probes} while open); \
         opened after {opened_after:?}, closed {closed_after:?} after the end, slowest answer {late:?}",
        calls.len(),
        bed.tally.count(),
    );
    let status = bed.backend.status();
    assert_eq!((status.running, status.waiting), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_is_down() {
    outage(Fault::Fail(ErrorKind::Unavailable, Retry::Backoff), PATIENCE).await;
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_swallows_every_call() {
    outage(Fault::Hang, PATIENCE).await;
}

/// Callers whose time is over before a call counts as slow still find out that the backend is gone.
#[tokio::test(start_paused = true)]
async fn a_backend_that_swallows_the_calls_of_impatient_callers() {
    outage(Fault::Hang, SECOND).await;
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_is_ten_seconds_late() {
    outage(Fault::Delay(SECOND * 10), PATIENCE).await;
}

#[tokio::test(start_paused = true)]
async fn a_backend_whose_answers_are_lost() {
    outage(Fault::LoseAnswer, PATIENCE).await;
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_refuses_the_servers_credentials() {
    outage(Fault::Fail(ErrorKind::Unauthenticated, Retry::Never), PATIENCE).await;
}

/// A backend that is a second late still answers everybody.
#[tokio::test(start_paused = true)]
async fn a_backend_that_is_one_second_late_is_not_given_up() {
    let bed = bed().await;
    bed.faults.set_rules(vec![FaultRule::new("*", Fault::Delay(SECOND))]);
    let clients = bed.clients(PATIENCE);
    sleep(SECOND * 10).await;
    bed.is_over.store(true, Ordering::Relaxed);
    let calls: Vec<Call> = clients.join_all().await.into_iter().flatten().collect();
    assert!(calls.len() > CLIENTS * 5);
    assert!(calls.iter().all(|call| call.is_ok));
    assert!(bed.backend.status().is_healthy());
}

/// Where three of ten calls fail, retries help within their budget, and add no more than that.
#[tokio::test(start_paused = true)]
async fn a_backend_that_drops_three_of_ten_calls_gets_a_tenth_more() {
    let bed = bed().await;
    let fault = Fault::Fail(ErrorKind::Unavailable, Retry::Backoff);
    bed.faults.set_rules(vec![FaultRule::new("*", fault).with_chance(300)]);
    let clients = bed.clients(PATIENCE);
    sleep(SECOND * 20).await;
    bed.is_over.store(true, Ordering::Relaxed);
    let calls: Vec<Call> = clients.join_all().await.into_iter().flatten().collect();
    let retries = i64::from(bed.tally.count()) - i64::try_from(calls.len()).expect("few");
    assert!(retries * 10 <= i64::try_from(calls.len()).expect("few") + 100, "{retries} of {}", calls.len());
    let answered = calls.iter().filter(|call| call.is_ok).count();
    assert!(answered * 100 >= calls.len() * 70, "{answered} of {}", calls.len());
}

#[tokio::test(start_paused = true)]
async fn a_hundred_flaps_leave_nothing_behind() {
    let bed = bed().await;
    for _ in 0..100 {
        bed.faults.set_rules(vec![FaultRule::new("*", Fault::Hang)]);
        let clients = bed.clients(PATIENCE);
        bed.reaches(BreakerState::Open, SECOND * 10).await;
        bed.faults.set_rules(Vec::new());
        bed.reaches(BreakerState::Closed, SECOND * 10).await;
        bed.is_over.store(true, Ordering::Relaxed);
        drop(clients.join_all().await);
        bed.is_over.store(false, Ordering::Relaxed);
    }
    let status = bed.backend.status();
    assert_eq!((status.running, status.waiting), (0, 0));
    assert_eq!(Arc::strong_count(&bed.index), 1);
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(tasks, 0);
}
