//! Retries: what is repeated, how long the waits are, and where they end.

use std::cell::Cell;
use std::time::Duration;

use ragstone_resilience::{
    Backoff, Deadline, Jitter, RetryBudget, RetryFailure, RetryPolicy, StopReason, Verdict, retry,
};
use tokio::time::Instant;

const BASE: Duration = Duration::from_millis(100);

fn policy(attempts: u32) -> RetryPolicy {
    let backoff = Backoff::exponential(BASE, 2.0, Duration::from_secs(10)).expect("valid");
    RetryPolicy::try_new(backoff, attempts).expect("valid").with_jitter(Jitter::seeded(42))
}

fn budget() -> RetryBudget {
    RetryBudget::try_new(10, 100).expect("valid")
}

/// Fails with `verdict` as long as `failures` lasts, then answers with the number of attempts before.
async fn run(
    policy: &RetryPolicy,
    budget: &RetryBudget,
    deadline: Deadline,
    failures: u32,
    verdict: Verdict,
) -> Result<u32, RetryFailure<&'static str>> {
    let operation = |attempt| async move { if attempt < failures { Err("no") } else { Ok(attempt) } };
    retry(policy, budget, deadline, |_| verdict, operation).await
}

#[tokio::test(start_paused = true)]
async fn a_transient_failure_is_overcome() {
    let answer = run(&policy(3), &budget(), Deadline::NEVER, 2, Verdict::Retry).await;
    assert_eq!(answer, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn waits_stay_below_the_sum_of_their_ceilings() {
    let start = Instant::now();
    let answer = run(&policy(4), &budget(), Deadline::NEVER, 3, Verdict::Retry).await;
    assert_eq!(answer, Ok(3));
    assert!(start.elapsed() <= BASE * 7 + Duration::from_millis(3), "{:?}", start.elapsed());
    assert!(start.elapsed() > Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_permanent_failure_is_reported_at_once() {
    let failure = run(&policy(3), &budget(), Deadline::NEVER, 9, Verdict::Stop).await.expect_err("fails");
    assert_eq!((failure.attempts, failure.reason), (1, StopReason::Permanent));
    assert!(!failure.is_exhausted());
}

#[tokio::test(start_paused = true)]
async fn attempts_end_exhausted() {
    let failure = run(&policy(3), &budget(), Deadline::NEVER, 9, Verdict::Retry).await.expect_err("fails");
    assert_eq!((failure.attempts, failure.reason), (3, StopReason::Attempts));
    assert!(failure.is_exhausted());
}

#[tokio::test(start_paused = true)]
async fn a_hint_of_the_server_is_waited_for_and_a_back_off_behind_it() {
    let policy = policy(2).with_hint_cap(Duration::from_secs(5));
    let start = Instant::now();
    let hint = Duration::from_secs(2);
    let answer = run(&policy, &budget(), Deadline::NEVER, 1, Verdict::RetryAfter(hint)).await;
    assert_eq!(answer, Ok(1));
    let waited = start.elapsed();
    assert!((hint..=hint + BASE + Duration::from_millis(1)).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hint_beyond_the_cap_is_left_to_the_caller() {
    let policy = policy(2).with_hint_cap(Duration::from_secs(5));
    let start = Instant::now();
    let verdict = Verdict::RetryAfter(Duration::from_secs(6));
    let failure = run(&policy, &budget(), Deadline::NEVER, 9, verdict).await.expect_err("fails");
    assert_eq!((failure.attempts, failure.reason), (1, StopReason::Hint));
    assert!(!failure.is_exhausted());
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_profiles_wait_as_long_as_they_say() {
    for (policy, attempts, most) in [
        (RetryPolicy::for_requests(), 3, Duration::from_millis(30)),
        (RetryPolicy::for_background(), 8, Duration::from_secs(1 + 2 + 4 + 8 + 16 + 32 + 60)),
    ] {
        let start = Instant::now();
        let answer = run(&policy, &budget(), Deadline::NEVER, 99, Verdict::Retry).await;
        assert_eq!(answer.map_err(|failure| failure.attempts), Err(attempts));
        assert!(start.elapsed() <= most + Duration::from_millis(10), "{:?}", start.elapsed());
        assert!(start.elapsed() >= most / 10, "{:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn no_wait_outlives_the_deadline() {
    let start = Instant::now();
    let deadline = Deadline::after(Duration::from_secs(1));
    let verdict = Verdict::RetryAfter(Duration::from_secs(2));
    let failure = run(&policy(3), &budget(), deadline, 9, verdict).await.expect_err("fails");
    assert_eq!((failure.attempts, failure.reason), (1, StopReason::Deadline));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_dead_backend_gets_a_tenth_more_calls_and_the_reserve() {
    let (policy, budget) = (policy(3), RetryBudget::try_new(10, 10).expect("valid"));
    let calls = Cell::new(0);
    let mut last = StopReason::Permanent;
    for _ in 0..1000 {
        let operation = |_| {
            calls.set(calls.get() + 1);
            async { Err::<(), _>("down") }
        };
        let failure = retry(&policy, &budget, Deadline::NEVER, |_| Verdict::Retry, operation).await;
        last = failure.expect_err("fails").reason;
    }
    assert!((1100..=1110).contains(&calls.get()), "{}", calls.get());
    assert_eq!(last, StopReason::Budget);
}

#[test]
fn a_policy_without_attempts_is_refused() {
    let backoff = Backoff::linear(BASE, BASE, BASE).expect("valid");
    let field = |attempts| RetryPolicy::try_new(backoff, attempts).map_err(|error| error.field);
    assert_eq!(field(0).err(), Some("attempts"));
    assert_eq!(field(101).err(), Some("attempts"));
}
