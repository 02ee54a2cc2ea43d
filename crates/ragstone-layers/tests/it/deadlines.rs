//! Deadlines: what never begins and what is cut off.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{CallContext, Clock as _, ErrorKind, Reader};
use ragstone_layers::{Around as _, Deadlines, Fault, FaultRule, Faults};
use tokio::time::Instant;

use crate::bench::{self, Tally, TokioClock};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_call_after_its_deadline_never_begins() {
    let tally = Arc::new(Tally::default());
    let index = bench::index(Deadlines::new(bench::clock()).over(Arc::clone(&tally))).await;
    let ctx = CallContext::system().with_deadline(TokioClock.instant());
    let answer = index.search(&ctx, &bench::query(1)).await;
    assert_eq!(answer.map_err(|error| error.kind()), Err(ErrorKind::DeadlineExceeded));
    assert_eq!(tally.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_is_cut_off_at_its_deadline() {
    let faults = Faults::seeded(1).with_rule(FaultRule::new("search", Fault::Hang));
    let index = bench::index(Deadlines::new(bench::clock()).over(faults)).await;
    let start = Instant::now();
    let ctx = CallContext::system().with_timeout(&TokioClock, SECOND);
    let error = index.search(&ctx, &bench::query(1)).await.expect_err("hangs");
    assert_eq!((error.kind(), error.operation()), (ErrorKind::DeadlineExceeded, "search"));
    assert!(start.elapsed() < SECOND + Duration::from_millis(10), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_call_in_time_is_answered() {
    let faults = Faults::seeded(1).with_rule(FaultRule::new("*", Fault::Delay(SECOND / 2)));
    let index = bench::index(Deadlines::new(bench::clock()).over(faults)).await;
    let ctx = CallContext::system().with_timeout(&TokioClock, SECOND);
    assert_eq!(index.count(&ctx, &bench::target(), None, &Reader::Everything).await.expect("in time"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_deadline_ends_after_the_longest_time() {
    let faults = Faults::seeded(1).with_rule(FaultRule::new("flush", Fault::Hang));
    let around = Deadlines::new(bench::clock()).with_longest(SECOND * 300).over(faults);
    let index = bench::index(around).await;
    let start = Instant::now();
    let (ctx, target) = (CallContext::system(), bench::target());
    let error = index.flush(&ctx, &target, ragstone_core::Sequence(1)).await.expect_err("hangs");
    assert_eq!((error.kind(), start.elapsed().as_secs()), (ErrorKind::DeadlineExceeded, 300));
}
