//! A service that asks a price feed it does not control, and stays well while the feed does not.
//!
//! One function, [`Prices::ask`], wraps the feed's own client: a deadline around all, retries within a budget, a
//! hedge where the feed is slow, a fair share for each shop, and a circuit that opens when the feed fails.

use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ragstone_resilience::{
    Backoff, BreakerPolicy, BreakerState, CallOutcome, CircuitBreaker, Deadline, FairBulkhead, FairPolicy,
    HedgePolicy, InvalidPolicy, Latencies, RetryBudget, RetryFailure, RetryPolicy, Verdict, hedge, retry,
    with_deadline,
};

/// What the feed's own client reports.
#[derive(Clone, Debug, PartialEq)]
enum FeedError {
    Overloaded,
    SlowDown(Duration),
    NoSuchItem,
}

/// What a caller of this service is told.
#[derive(Debug, PartialEq)]
enum PriceError {
    /// The feed's own answer, after so many attempts.
    Feed(FeedError, u32),
    /// Nobody asked the feed: it fails, or too many calls wait for it.
    Refused,
    OutOfTime,
}

/// A feed that does what its next calls are told to, and answers otherwise.
#[derive(Default)]
struct PriceFeed {
    calls: AtomicU32,
    failures_left: AtomicU32,
    asks_for_patience: AtomicU32,
    slow_left: AtomicU32,
}

fn take(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

impl PriceFeed {
    async fn price(&self, item: &str) -> Result<u32, FeedError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if take(&self.slow_left) {
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
        if take(&self.failures_left) {
            return Err(FeedError::Overloaded);
        }
        if take(&self.asks_for_patience) {
            return Err(FeedError::SlowDown(Duration::from_millis(30)));
        }
        if item == "unknown" { Err(FeedError::NoSuchItem) } else { Ok(42) }
    }
}

/// The feed with everything that keeps a call to it bounded.
struct Prices {
    feed: PriceFeed,
    retries: RetryPolicy,
    budget: RetryBudget,
    hedges: HedgePolicy,
    latencies: Latencies,
    shares: FairBulkhead<&'static str>,
    breaker: CircuitBreaker,
}

impl Prices {
    fn new() -> Result<Self, InvalidPolicy> {
        let backoff = Backoff::exponential(Duration::from_millis(10), 2.0, Duration::from_millis(100))?;
        let cool_down = Backoff::exponential(Duration::from_millis(100), 2.0, Duration::from_secs(1))?;
        let breaker = BreakerPolicy::try_new(5, cool_down)?
            .with_failure_rate(50, Duration::from_secs(10), 20)?
            .with_slow_calls(Duration::from_secs(1))?;
        Ok(Self {
            feed: PriceFeed::default(),
            retries: RetryPolicy::try_new(backoff, 4)?,
            budget: RetryBudget::try_new(10, 5)?,
            hedges: HedgePolicy::after(Duration::from_millis(50))?,
            latencies: Latencies::new(),
            shares: FairBulkhead::new(FairPolicy::try_new(8, 4)?.with_queue(64, 32)?),
            breaker: CircuitBreaker::new(breaker).with_observer(|change| {
                println!("the circuit is {} after it was {}", change.to, change.from)
            }),
        })
    }

    /// Asks for the price of an item on behalf of a shop.
    async fn ask(&self, shop: &'static str, item: &str, patience: Duration) -> Result<u32, PriceError> {
        let deadline = Deadline::after(patience);
        let attempt = |_| self.attempt(shop, item, deadline);
        let hedged = |_| hedge(&self.hedges, &self.latencies, &self.budget, attempt);
        let tries = retry(&self.retries, &self.budget, deadline, classify, hedged);
        match with_deadline(deadline, tries).await {
            Ok(Ok(price)) => Ok(price),
            Ok(Err(RetryFailure { error: PriceError::Feed(error, _), attempts, .. })) => {
                Err(PriceError::Feed(error, attempts))
            }
            Ok(Err(failure)) => Err(failure.error),
            Err(_) => Err(PriceError::OutOfTime),
        }
    }

    /// One attempt: a place of the shop's share first, then the circuit, then the feed.
    async fn attempt(&self, shop: &'static str, item: &str, deadline: Deadline) -> Result<u32, PriceError> {
        let call = self.breaker.run(outcome, self.feed.price(item));
        match self.shares.run(&shop, deadline, call).await {
            Ok(Ok(answer)) => answer.map_err(|error| PriceError::Feed(error, 1)),
            Ok(Err(_)) | Err(_) => Err(PriceError::Refused),
        }
    }
}

/// What a failed attempt means for the next one.
fn classify(error: &PriceError) -> Verdict {
    match error {
        PriceError::Feed(FeedError::Overloaded, _) => Verdict::Retry,
        PriceError::Feed(FeedError::SlowDown(wait), _) => Verdict::RetryAfter(*wait),
        PriceError::Feed(FeedError::NoSuchItem, _) | PriceError::Refused | PriceError::OutOfTime => {
            Verdict::Stop
        }
    }
}

/// What an answer says of the feed: one that refuses an item does its part.
fn outcome(answer: &Result<u32, FeedError>) -> CallOutcome {
    match answer {
        Ok(_) | Err(FeedError::NoSuchItem) => CallOutcome::Success,
        Err(FeedError::Overloaded) => CallOutcome::Failure,
        Err(FeedError::SlowDown(_)) => CallOutcome::Ignored,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    const SECOND: Duration = Duration::from_secs(1);
    let prices = Prices::new()?;
    let calls = || prices.feed.calls.swap(0, Ordering::Relaxed);

    // A feed that is busy for a moment and asks for patience: the caller does not notice.
    prices.feed.failures_left.store(1, Ordering::Relaxed);
    prices.feed.asks_for_patience.store(1, Ordering::Relaxed);
    assert_eq!(prices.ask("corner shop", "apple", SECOND).await, Ok(42));
    println!("an apple costs 42, after {} calls", calls());

    // What cannot be bought is asked for once.
    let unknown = prices.ask("corner shop", "unknown", SECOND).await;
    assert_eq!((unknown, calls()), (Err(PriceError::Feed(FeedError::NoSuchItem, 1)), 1));

    // One slow answer: the second attempt is faster.
    prices.feed.slow_left.store(1, Ordering::Relaxed);
    assert_eq!(prices.ask("corner shop", "pear", SECOND).await, Ok(42));
    assert_eq!(calls(), 2);

    // A feed that is down: a few calls find out, and the rest are told at once.
    prices.feed.failures_left.store(u32::MAX, Ordering::Relaxed);
    for _ in 0..100 {
        assert!(prices.ask("corner shop", "plum", SECOND).await.is_err());
    }
    assert_eq!(prices.ask("corner shop", "plum", SECOND).await, Err(PriceError::Refused));
    let asked = calls();
    assert!(asked <= 10, "{asked}");
    println!("100 callers cost a feed that was down {asked} calls");

    // It comes back: the next caller after the cool-down is the probe.
    prices.feed.failures_left.store(0, Ordering::Relaxed);
    while prices.breaker.state() != BreakerState::Closed {
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(prices.ask("corner shop", "cherry", SECOND).await);
    }
    assert_eq!(prices.ask("market hall", "cherry", SECOND).await, Ok(42));
    Ok(())
}
