//! Hedges: which calls get a second attempt, and what it costs.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{CallContext, Sequence};
use ragstone_layers::{Around as _, Fault, FaultRule, Faults, Hedges, Layered};
use ragstone_resilience::{HedgePolicy, RetryBudget};
use tokio::time::Instant;

use crate::bench::{self, Tally};

const SECOND: Duration = Duration::from_secs(1);
const SLOW: Fault = Fault::Delay(Duration::from_secs(5));

fn hedges(budget: &Arc<RetryBudget>) -> Hedges {
    Hedges::new(HedgePolicy::after(SECOND).expect("valid"), Arc::clone(budget))
}

#[tokio::test(start_paused = true)]
async fn a_slow_read_is_made_twice_and_the_faster_one_answers() {
    let tally = Arc::new(Tally::default());
    let faults = Faults::seeded(1).with_rule(FaultRule::new("search", SLOW).times(1));
    let index = bench::index(hedges(&bench::budget()).over(Arc::clone(&tally)).over(faults)).await;
    let start = Instant::now();
    assert!(index.search(&CallContext::system(), &bench::query(1)).await.is_ok());
    assert_eq!((tally.count(), start.elapsed().as_secs()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn writes_are_made_once_however_repeatable() {
    let tally = Arc::new(Tally::default());
    let faults = Faults::seeded(1).with_rule(FaultRule::new("*", SLOW));
    let index = bench::index(hedges(&bench::budget()).over(Arc::clone(&tally)).over(faults)).await;
    let ctx = CallContext::system();
    assert!(index.flush(&ctx, &bench::target(), Sequence(1)).await.is_ok());
    assert!(index.remove(&ctx, &bench::target()).await.is_ok());
    assert!(index.close(&ctx).await.is_ok());
    assert_eq!(tally.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn hedges_of_a_slow_backend_end_with_the_budget() {
    let tally = Arc::new(Tally::default());
    let budget = Arc::new(RetryBudget::try_new(10, 10).expect("valid"));
    let faults = Faults::seeded(1).with_rule(FaultRule::new("search", SLOW));
    let index: Layered<_, _> = bench::index(hedges(&budget).over(Arc::clone(&tally)).over(faults)).await;
    for _ in 0..100 {
        budget.deposit();
        assert!(index.search(&CallContext::system(), &bench::query(1)).await.is_ok());
    }
    assert!((110..=120).contains(&tally.count()), "{}", tally.count());
}
