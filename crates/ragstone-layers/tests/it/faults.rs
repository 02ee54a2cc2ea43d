//! Fault injection: the plan is followed, and the same seed gives the same faults.

use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{CallContext, ErrorKind, Reader, Retry};
use ragstone_layers::{Fault, FaultRule, Faults};

use crate::bench;

const FAIL: Fault = Fault::Fail(ErrorKind::Unavailable, Retry::Backoff);

async fn failures(seed: u64) -> Vec<bool> {
    let faults = Faults::seeded(seed).with_rule(FaultRule::new("targets", FAIL).with_chance(500));
    let index = bench::index(faults).await;
    let mut failures = Vec::new();
    for _ in 0..100 {
        failures.push(index.targets(&CallContext::system()).await.is_err());
    }
    failures
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let first = failures(5).await;
    assert_eq!(first, failures(5).await);
    let count = first.iter().filter(|is_failure| **is_failure).count();
    assert!((30..70).contains(&count), "{count}");
}

#[tokio::test]
async fn a_rule_hits_its_method_as_often_as_it_says() {
    let faults = Faults::seeded(1).with_rule(FaultRule::new("targets", FAIL).times(1));
    let index = bench::index(faults).await;
    let ctx = CallContext::system();
    assert!(index.count(&ctx, &bench::target(), None, &Reader::Everything).await.is_ok());
    assert!(index.targets(&ctx).await.is_err());
    assert!(index.targets(&ctx).await.is_ok());
}

#[tokio::test]
async fn a_lost_answer_is_of_a_call_that_was_done() {
    let faults = Faults::seeded(1).with_rule(FaultRule::new("remove", Fault::LoseAnswer));
    let index = bench::index(faults).await;
    let ctx = CallContext::system();
    let lost = index.remove(&ctx, &bench::target()).await;
    assert_eq!(lost.map_err(|error| error.kind()), Err(ErrorKind::Unavailable));
    assert_eq!(index.targets(&ctx).await.expect("answers"), []);
}
