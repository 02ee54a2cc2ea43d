//! The layers around a service that answers when it is told to.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tower::{Layer as _, Service as _, service_fn};

use super::*;
use crate::adaptive::{AdaptiveLimit, AdaptivePolicy, LoadSign};
use crate::backoff::Backoff;
use crate::breaker::{BreakerPolicy, CallOutcome, CircuitBreaker};
use crate::bulkhead::Rejected;
use crate::deadline::Deadline;
use crate::fair::{FairBulkhead, FairPolicy};
use crate::shedding::{LoadShedder, Priority, Shed};

const SECOND: Duration = Duration::from_secs(1);

/// Fails for an odd number, after a second.
async fn odd(number: u32) -> Result<u32, String> {
    sleep(SECOND).await;
    if number.is_multiple_of(2) { Ok(number) } else { Err("odd".to_owned()) }
}

#[tokio::test(start_paused = true)]
async fn a_shedding_service_answers_what_it_refuses() {
    let policy = AdaptivePolicy::try_new(2, 2, SECOND * 2).expect("valid");
    let shedder = Arc::new(LoadShedder::try_new(AdaptiveLimit::new(policy), SECOND).expect("valid"));
    let layer = ShedLayer::new(
        Arc::clone(&shedder),
        |number: &u32| if *number < 10 { Priority::Low } else { Priority::Critical },
        |shed: Shed| Err(format!("shed {}", shed.priority)),
        |_: &Result<u32, String>| LoadSign::Done,
    );
    let mut service = layer.layer(service_fn(odd));
    let answers = tokio::join!(service.call(2), service.call(4), service.call(12), service.call(14));
    let shed = |priority: &str| Err(format!("shed {priority}"));
    assert_eq!(answers, (Ok(2), shed("low"), Ok(12), shed("critical")));
    assert_eq!(shedder.limit().running(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_breaking_service_is_left_alone() {
    let policy = BreakerPolicy::try_new(2, Backoff::for_background()).expect("valid");
    let layer = BreakerLayer::new(
        Arc::new(CircuitBreaker::new(policy)),
        |_| Err("open".to_owned()),
        |answer: &Result<u32, String>| {
            if answer.is_ok() { CallOutcome::Success } else { CallOutcome::Failure }
        },
    );
    let mut service = layer.layer(service_fn(odd));
    let mut answers = Vec::new();
    for number in [2, 1, 1, 2] {
        answers.push(service.call(number).await);
    }
    let error = |text: &str| Err(text.to_owned());
    assert_eq!(answers, [Ok(2), error("odd"), error("odd"), error("open")]);
}

#[tokio::test(start_paused = true)]
async fn a_bounded_service_refuses_by_key() {
    let policy = FairPolicy::try_new(2, 1).expect("valid");
    let layer = BulkheadLayer::new(
        Arc::new(FairBulkhead::new(policy)),
        |number: &u32| (number % 10, Deadline::NEVER),
        |rejected: Rejected| Err(rejected.to_string()),
    );
    let mut service = layer.layer(service_fn(odd));
    let (first, same, other) = tokio::join!(service.call(2), service.call(12), service.call(4));
    assert_eq!((first, other), (Ok(2), Ok(4)));
    assert!(same.is_err());
}
