//! The breaker on a paused clock, and its state machine under random calls.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use tokio::time::{advance, sleep};

use super::*;
use crate::backoff::Backoff;

const SECOND: Duration = Duration::from_secs(1);

fn cool_down() -> Backoff {
    Backoff::exponential(SECOND, 2.0, SECOND * 8).expect("valid")
}

/// Opens after 3 failures, cools down for up to 1, 2, 4, 8 s, and closes after 2 probes.
fn policy() -> BreakerPolicy {
    BreakerPolicy::try_new(3, cool_down())
        .and_then(|policy| policy.with_probes(2, SECOND * 5))
        .expect("valid")
}

fn breaker(policy: BreakerPolicy) -> CircuitBreaker {
    CircuitBreaker::new(policy).with_jitter(Jitter::seeded(3))
}

fn report(breaker: &CircuitBreaker, outcome: CallOutcome, times: usize) {
    for _ in 0..times {
        breaker.try_admit().expect("passes").report(outcome);
    }
}

fn refused_for(breaker: &CircuitBreaker) -> Duration {
    breaker.try_admit().expect_err("is refused").retry_after
}

#[tokio::test(start_paused = true)]
async fn failures_in_a_row_open_and_probes_close() {
    let breaker = breaker(policy());
    report(&breaker, CallOutcome::Failure, 2);
    report(&breaker, CallOutcome::Success, 1);
    report(&breaker, CallOutcome::Failure, 2);
    assert_eq!(breaker.state(), BreakerState::Closed);
    report(&breaker, CallOutcome::Failure, 1);
    assert_eq!(breaker.state(), BreakerState::Open);
    let wait = refused_for(&breaker);
    assert!((SECOND / 2..=SECOND).contains(&wait), "{wait:?}");
    advance(wait).await;
    assert!(breaker.check().is_ok());
    report(&breaker, CallOutcome::Success, 1);
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    report(&breaker, CallOutcome::Success, 1);
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_share_of_failures_opens_once_there_are_enough_calls() {
    let policy = BreakerPolicy::try_new(1000, cool_down())
        .and_then(|policy| policy.with_failure_rate(50, SECOND * 10, 20))
        .expect("valid");
    let breaker = breaker(policy);
    for _ in 0..9 {
        report(&breaker, CallOutcome::Success, 1);
        report(&breaker, CallOutcome::Failure, 1);
    }
    report(&breaker, CallOutcome::Success, 1);
    assert_eq!(breaker.state(), BreakerState::Closed);
    report(&breaker, CallOutcome::Failure, 1);
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn failures_that_left_the_window_do_not_count() {
    let policy = BreakerPolicy::try_new(1000, cool_down())
        .and_then(|policy| policy.with_failure_rate(50, SECOND * 10, 20))
        .expect("valid");
    let breaker = breaker(policy);
    report(&breaker, CallOutcome::Failure, 19);
    advance(SECOND * 11).await;
    report(&breaker, CallOutcome::Failure, 19);
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_failed_probe_opens_for_longer_up_to_the_cap() {
    let breaker = breaker(policy());
    report(&breaker, CallOutcome::Failure, 3);
    for ceiling in [1, 2, 4, 8, 8, 8] {
        let wait = refused_for(&breaker);
        assert!((SECOND * ceiling / 2..=SECOND * ceiling).contains(&wait), "{ceiling}: {wait:?}");
        advance(wait).await;
        report(&breaker, CallOutcome::Failure, 1);
        assert_eq!(breaker.state(), BreakerState::Open);
    }
}

#[tokio::test(start_paused = true)]
async fn a_calm_time_makes_cool_downs_short_again() {
    let breaker = breaker(policy());
    let cool_downs = async |calm: Duration| {
        report(&breaker, CallOutcome::Failure, 3);
        let first = refused_for(&breaker);
        advance(first).await;
        report(&breaker, CallOutcome::Success, 2);
        advance(calm).await;
        first
    };
    assert!(cool_downs(SECOND).await <= SECOND);
    assert!(cool_downs(SECOND * 8).await >= SECOND, "the second opening came soon after the first");
    assert!(cool_downs(SECOND).await <= SECOND, "the third came after a calm time");
}

#[tokio::test(start_paused = true)]
async fn probes_are_bounded_and_a_dropped_one_frees_its_slot() {
    let breaker = breaker(policy());
    report(&breaker, CallOutcome::Failure, 3);
    advance(SECOND).await;
    let first = breaker.try_admit().expect("a probe");
    let second = breaker.try_admit().expect("a probe");
    assert_eq!(refused_for(&breaker), SECOND * 5);
    assert!(breaker.check().is_err());
    drop(first);
    assert!(breaker.check().is_ok());
    let third = breaker.try_admit().expect("the slot is free");
    assert!(breaker.try_admit().is_err());
    second.report(CallOutcome::Success);
    third.report(CallOutcome::Success);
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_hangs_loses_its_slot_but_not_its_word() {
    let breaker = breaker(policy());
    report(&breaker, CallOutcome::Failure, 3);
    advance(SECOND).await;
    let hanging = [breaker.try_admit().expect("a probe"), breaker.try_admit().expect("a probe")];
    advance(SECOND * 5).await;
    let fresh = breaker.try_admit().expect("a slot was given up");
    fresh.report(CallOutcome::Success);
    for probe in hanging {
        probe.report(CallOutcome::Success);
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn the_outcome_of_a_call_from_an_earlier_state_is_ignored() {
    let breaker = breaker(policy());
    let early = breaker.try_admit().expect("closed");
    report(&breaker, CallOutcome::Failure, 3);
    advance(SECOND).await;
    report(&breaker, CallOutcome::Success, 1);
    early.report(CallOutcome::Failure);
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
}

#[tokio::test(start_paused = true)]
async fn slow_calls_fail_while_they_run_and_still_answer() {
    let breaker = breaker(policy().with_slow_calls(SECOND).expect("valid"));
    let start = Instant::now();
    let slow = || breaker.run(|()| CallOutcome::Success, sleep(SECOND * 10));
    let opened = async {
        breaker.refusing().await;
        start.elapsed()
    };
    let (one, two, three, opened) = tokio::join!(slow(), slow(), slow(), opened);
    assert_eq!((one, two, three), (Ok(()), Ok(()), Ok(())));
    assert!(opened < SECOND + Duration::from_millis(10), "{opened:?}");
}

#[tokio::test(start_paused = true)]
async fn a_caller_with_little_patience_says_nothing_of_the_backend() {
    let breaker = breaker(policy().with_slow_calls(SECOND).expect("valid"));
    for _ in 0..10 {
        let call = breaker.run(|()| CallOutcome::Failure, sleep(SECOND * 10));
        assert!(timeout(SECOND / 2, call).await.is_err());
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_never_polls_the_future() {
    let breaker = breaker(policy());
    report(&breaker, CallOutcome::Failure, 3);
    let answer = breaker.run(|()| CallOutcome::Success, async { panic!("polled") }).await;
    assert!(answer.is_err());
}

#[tokio::test(start_paused = true)]
async fn every_change_is_told_once_and_in_order() {
    use BreakerState::{Closed, HalfOpen, Open};

    let seen = Arc::new(Mutex::new(Vec::new()));
    let changes = Arc::clone(&seen);
    let breaker = breaker(policy())
        .with_observer(move |change| changes.lock().expect("no panic").push((change.from, change.to)));
    for _ in 0..2 {
        report(&breaker, CallOutcome::Failure, 3);
        advance(SECOND * 8).await;
        report(&breaker, CallOutcome::Success, 2);
    }
    let round = [(Closed, Open), (Open, HalfOpen), (HalfOpen, Closed)];
    assert_eq!(*seen.lock().expect("no panic"), [round, round].concat());
}

#[test]
fn concurrent_changes_are_told_in_order() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let changes = Arc::clone(&seen);
    let instant =
        Backoff::linear(Duration::from_nanos(1), Duration::ZERO, Duration::from_nanos(1)).expect("valid");
    let policy = BreakerPolicy::try_new(1, instant).expect("valid");
    let breaker = CircuitBreaker::new(policy)
        .with_observer(move |change| changes.lock().expect("no panic").push((change.from, change.to)));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let breaker = &breaker;
            scope.spawn(move || {
                for call in 0..2000 {
                    let outcome =
                        if (call + thread) % 2 == 0 { CallOutcome::Failure } else { CallOutcome::Success };
                    if let Ok(permit) = breaker.try_admit() {
                        permit.report(outcome);
                    }
                }
            });
        }
    });
    let seen = seen.lock().expect("no panic");
    assert!(seen.len() > 100, "{}", seen.len());
    assert_eq!(seen.first().map(|(from, _)| *from), Some(BreakerState::Closed));
    assert!(seen.windows(2).all(|pair| pair[0].1 == pair[1].0), "a change was lost or told out of turn");
    assert_eq!(seen.last().map(|(_, to)| *to), Some(breaker.state()));
}

#[test]
fn senseless_numbers_are_refused() {
    let whole = || BreakerPolicy::try_new(1, cool_down()).expect("valid");
    let day = SECOND * 86_400;
    for (built, field) in [
        (BreakerPolicy::try_new(0, cool_down()), "consecutive"),
        (whole().with_failure_rate(0, SECOND, 1), "percent"),
        (whole().with_failure_rate(101, SECOND, 1), "percent"),
        (whole().with_failure_rate(1, Duration::ZERO, 1), "window"),
        (whole().with_failure_rate(1, SECOND, 0), "min_calls"),
        (whole().with_probes(0, SECOND), "probes"),
        (whole().with_probes(1, day), "probe_time"),
        (whole().with_slow_calls(Duration::ZERO), "slow_call"),
    ] {
        assert_eq!(built.map_err(|error| error.field), Err(field));
    }
}

/// One step of a random history.
#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    Admit,
    /// Ends one of the running calls.
    End(usize, CallOutcome),
}

fn step() -> impl Strategy<Value = Step> {
    let outcome =
        prop_oneof![Just(CallOutcome::Success), Just(CallOutcome::Failure), Just(CallOutcome::Ignored)];
    prop_oneof![
        1 => (0_u64..3000).prop_map(Step::Wait),
        4 => Just(Step::Admit),
        4 => (any::<usize>(), outcome).prop_map(|(which, outcome)| Step::End(which, outcome)),
    ]
}

fn is_allowed(from: BreakerState, to: BreakerState) -> bool {
    use BreakerState::{Closed, HalfOpen, Open};
    from == to || matches!((from, to), (Closed, Open) | (Open, HalfOpen) | (HalfOpen, Closed | Open))
}

proptest! {
    #[test]
    fn random_calls_keep_the_laws(seed: u64, steps in proptest::collection::vec(step(), 1..300)) {
        let policy = policy().with_failure_rate(50, SECOND * 5, 6).expect("valid");
        let jitter = Jitter::seeded(seed);
        let mut machine = Machine::new(policy);
        let mut now = Instant::now();
        let mut running: Vec<(Ticket, Instant, BreakerState)> = Vec::new();
        let mut opened: Option<(Instant, Duration)> = None;
        for step in steps {
            let before = machine.state();
            match step {
                Step::Wait(millis) => now += Duration::from_millis(millis),
                Step::Admit => match machine.admit(now) {
                    Ok(ticket) => {
                        if let (BreakerState::Open, Some((at, cool_down))) = (before, opened) {
                            prop_assert!(now >= at + cool_down, "passed during the cool-down");
                        }
                        running.push((ticket, now, machine.state()));
                    }
                    Err(wait) => {
                        prop_assert!(before != BreakerState::Closed, "a closed circuit refused");
                        prop_assert!(wait > Duration::ZERO && wait <= SECOND * 8);
                    }
                },
                Step::End(which, outcome) if !running.is_empty() => {
                    let (ticket, ..) = running.swap_remove(which % running.len());
                    machine.report(now, ticket, outcome, &jitter);
                }
                Step::End(..) => {}
            }
            let after = machine.state();
            prop_assert!(is_allowed(before, after), "{before} became {after}");
            if after == BreakerState::Open && before != after {
                let cool_down = machine.cool_down().expect("open");
                prop_assert!((SECOND / 2..=SECOND * 8).contains(&cool_down));
                opened = Some((now, cool_down));
            }
            let probing = running
                .iter()
                .filter(|(ticket, began, state)| {
                    *state == BreakerState::HalfOpen
                        && ticket.epoch() == machine.epoch()
                        && now < *began + SECOND * 5
                })
                .count();
            prop_assert!(probing <= 2, "{probing} probes at once");
        }
        // Whatever happened: once the backend is well, the circuit closes.
        now += SECOND * 8;
        for _ in 0..2 {
            let ticket = machine.admit(now).expect("passes after the longest cool-down");
            machine.report(now, ticket, CallOutcome::Success, &jitter);
        }
        prop_assert_eq!(machine.state(), BreakerState::Closed);
    }
}
