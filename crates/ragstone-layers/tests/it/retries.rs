//! Retries: which calls are repeated, and what their last error says.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{CallContext, ErrorKind, Retry};
use ragstone_layers::{Around as _, Fault, FaultRule, Faults, Retries};
use tokio::time::Instant;

use crate::bench::{self, Tally, TokioClock};

const BUSY: Fault = Fault::Fail(ErrorKind::Unavailable, Retry::Backoff);

fn retries() -> Retries {
    Retries::new(bench::clock(), bench::policy(), bench::budget())
}

#[tokio::test(start_paused = true)]
async fn a_repeatable_call_survives_a_short_failure() {
    let tally = Arc::new(Tally::default());
    let faults = Faults::seeded(1).with_rule(FaultRule::new("search", BUSY).times(2));
    let index = bench::index(retries().over(Arc::clone(&tally)).over(faults)).await;
    assert!(index.search(&CallContext::system(), &bench::query(1)).await.is_ok());
    assert_eq!(tally.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_long_failure_ends_exhausted() {
    let tally = Arc::new(Tally::default());
    let faults = Faults::seeded(1).with_rule(FaultRule::new("search", BUSY));
    let index = bench::index(retries().over(Arc::clone(&tally)).over(faults)).await;
    let error = index.search(&CallContext::system(), &bench::query(1)).await.expect_err("fails");
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Exhausted));
    assert_eq!(tally.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_second_layer_does_not_start_over() {
    let tally = Arc::new(Tally::default());
    let faults = Faults::seeded(1).with_rule(FaultRule::new("search", BUSY));
    let around = retries().over(retries()).over(Arc::clone(&tally)).over(faults);
    let index = bench::index(around).await;
    assert!(index.search(&CallContext::system(), &bench::query(1)).await.is_err());
    assert_eq!(tally.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_must_not_be_repeated_is_tried_once() {
    for (method, fault) in
        [("apply", BUSY), ("close", BUSY), ("search", Fault::Fail(ErrorKind::Corrupt, Retry::Never))]
    {
        let tally = Arc::new(Tally::default());
        let faults = Faults::seeded(1).with_rule(FaultRule::new("*", fault));
        let index = bench::index(retries().over(Arc::clone(&tally)).over(faults)).await;
        let ctx = CallContext::system();
        let is_refused = match method {
            "apply" => index.apply(&ctx, &bench::target(), Vec::new()).await.is_err(),
            "close" => index.close(&ctx).await.is_err(),
            _ => index.search(&ctx, &bench::query(1)).await.is_err(),
        };
        assert!(is_refused, "{method}");
        assert_eq!(tally.count(), 1, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_outlives_the_deadline_is_not_begun() {
    let hint = Retry::After(Duration::from_secs(30));
    let fault = Fault::Fail(ErrorKind::RateLimited, hint);
    let faults = Faults::seeded(1).with_rule(FaultRule::new("search", fault));
    let index = bench::index(retries().over(faults)).await;
    let start = Instant::now();
    let ctx = CallContext::system().with_timeout(&TokioClock, Duration::from_secs(1));
    let error = index.search(&ctx, &bench::query(1)).await.expect_err("fails");
    assert_eq!((error.kind(), error.retry()), (ErrorKind::RateLimited, Retry::Exhausted));
    assert_eq!(start.elapsed(), Duration::ZERO);
}
