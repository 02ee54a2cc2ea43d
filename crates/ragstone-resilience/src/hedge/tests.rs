//! Hedges: when the second attempt is made, who wins, and what the loser leaves.

use std::cell::Cell;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn policy() -> HedgePolicy {
    HedgePolicy::after(SECOND).expect("valid")
}

fn budget() -> RetryBudget {
    RetryBudget::try_new(10, 5).expect("valid")
}

/// Runs attempts of the given lengths, and says who answered after how long and how many were begun.
async fn run(
    budget: &RetryBudget,
    attempts: [(u64, Result<(), ()>); 2],
) -> (Result<u32, u32>, Duration, u32) {
    let (start, begun) = (Instant::now(), Cell::new(0));
    let latencies = Latencies::new();
    let operation = |attempt: u32| {
        begun.set(begun.get() + 1);
        let (seconds, answer) = attempts[usize::from(attempt == 1)];
        async move {
            sleep(SECOND * u32::try_from(seconds).expect("small")).await;
            answer.map(|()| attempt).map_err(|()| attempt)
        }
    };
    let answer = hedge(&policy(), &latencies, budget, operation).await;
    (answer, Duration::from_secs(start.elapsed().as_secs()), begun.get())
}

#[tokio::test(start_paused = true)]
async fn a_fast_call_is_made_once() {
    let answer = run(&budget(), [(0, Ok(())), (0, Ok(()))]).await;
    assert_eq!(answer, (Ok(0), Duration::ZERO, 1));
}

#[tokio::test(start_paused = true)]
async fn the_first_success_wins() {
    assert_eq!(run(&budget(), [(10, Ok(())), (2, Ok(()))]).await, (Ok(1), SECOND * 3, 2));
    assert_eq!(run(&budget(), [(2, Ok(())), (10, Ok(()))]).await, (Ok(0), SECOND * 2, 2));
}

#[tokio::test(start_paused = true)]
async fn one_failure_leaves_the_word_to_the_other() {
    assert_eq!(run(&budget(), [(2, Err(())), (3, Ok(()))]).await, (Ok(1), SECOND * 4, 2));
    assert_eq!(run(&budget(), [(5, Ok(())), (1, Err(()))]).await, (Ok(0), SECOND * 5, 2));
    assert_eq!(run(&budget(), [(2, Err(())), (3, Err(()))]).await, (Err(1), SECOND * 4, 2));
}

#[tokio::test(start_paused = true)]
async fn an_early_failure_is_not_hedged() {
    assert_eq!(run(&budget(), [(0, Err(())), (0, Ok(()))]).await, (Err(0), Duration::ZERO, 1));
}

#[tokio::test(start_paused = true)]
async fn without_budget_there_is_no_second_attempt() {
    let budget = budget();
    while budget.withdraw() {}
    assert_eq!(run(&budget, [(10, Ok(())), (0, Ok(()))]).await, (Ok(0), SECOND * 10, 1));
}

#[tokio::test(start_paused = true)]
async fn the_loser_is_dropped_with_its_answer() {
    struct Alive<'a>(&'a Cell<i32>);
    impl Drop for Alive<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() - 1);
        }
    }
    let alive = Cell::new(0);
    let operation = |attempt: u32| {
        alive.set(alive.get() + 1);
        let running = Alive(&alive);
        async move {
            let _running = running;
            sleep(SECOND * if attempt == 0 { 100 } else { 1 }).await;
            Ok::<_, ()>(attempt)
        }
    };
    let answer = hedge(&policy(), &Latencies::new(), &budget(), operation).await;
    assert_eq!((answer, alive.get()), (Ok(1), 0));
}

#[test]
fn the_delay_follows_the_backend_within_its_bounds() {
    let (least, most) = (Duration::from_millis(10), Duration::from_millis(200));
    let policy = HedgePolicy::after_percentile(95, least, most).expect("valid");
    let latencies = Latencies::new();
    assert_eq!(policy.delay(&latencies), most);
    for (taken, delay) in [(1, 10), (50, 50), (900, 200)] {
        (0..256).for_each(|_| latencies.record(Duration::from_millis(taken)));
        assert_eq!(policy.delay(&latencies), Duration::from_millis(delay));
    }
}

#[test]
fn senseless_numbers_are_refused() {
    for (built, field) in [
        (HedgePolicy::after(Duration::ZERO), "delay"),
        (HedgePolicy::after_percentile(100, SECOND, SECOND), "percent"),
        (HedgePolicy::after_percentile(95, Duration::ZERO, SECOND), "least"),
        (HedgePolicy::after_percentile(95, SECOND * 2, SECOND), "most"),
    ] {
        assert_eq!(built.map_err(|error| error.field), Err(field));
    }
}
