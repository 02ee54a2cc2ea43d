//! A service that asks a flaky price feed: bounded in time, attempts, retries over all calls, and concurrency.

use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ragstone_resilience::{
    Backoff, Bulkhead, Deadline, RetryBudget, RetryPolicy, Verdict, retry, with_deadline,
};

/// What the feed's own client reports.
#[derive(Debug, PartialEq)]
enum FeedError {
    Overloaded,
    SlowDown(Duration),
    NoSuchItem,
}

/// A feed that is overloaded at first, then asks for patience, then answers.
#[derive(Default)]
struct PriceFeed {
    calls: AtomicU32,
}

impl PriceFeed {
    async fn price(&self, item: &str) -> Result<u32, FeedError> {
        match (item, self.calls.fetch_add(1, Ordering::Relaxed)) {
            ("unknown", _) => Err(FeedError::NoSuchItem),
            (_, 0) => Err(FeedError::Overloaded),
            (_, 1) => Err(FeedError::SlowDown(Duration::from_millis(30))),
            _ => Ok(42),
        }
    }
}

fn classify(error: &FeedError) -> Verdict {
    match error {
        FeedError::Overloaded => Verdict::Retry,
        FeedError::SlowDown(wait) => Verdict::RetryAfter(*wait),
        FeedError::NoSuchItem => Verdict::Stop,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let backoff = Backoff::exponential(Duration::from_millis(10), 2.0, Duration::from_millis(100))?;
    let policy = RetryPolicy::try_new(backoff, 4)?;
    let budget = RetryBudget::try_new(10, 5)?;
    let bulkhead = Bulkhead::try_new(8, 32)?;
    let feed = PriceFeed::default();

    let ask = async |item: &'static str| {
        let deadline = Deadline::after(Duration::from_secs(1));
        let tries = retry(&policy, &budget, deadline, classify, |_| feed.price(item));
        bulkhead.run(deadline, with_deadline(deadline, tries)).await
    };

    let price = ask("apple").await??.map_err(|failure| format!("{:?}", failure.error))?;
    assert_eq!(price, 42);
    println!("apple costs {price}, after {} calls", feed.calls.load(Ordering::Relaxed));

    let failure = ask("unknown").await??.expect_err("nobody sells it");
    assert_eq!((failure.error, failure.attempts), (FeedError::NoSuchItem, 1));
    println!("unknown is not for sale, and was asked for once");
    Ok(())
}
