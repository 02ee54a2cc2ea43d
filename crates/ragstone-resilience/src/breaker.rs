//! A circuit breaker: a backend that keeps failing is left alone for a while, then tried with a few calls.

use std::collections::VecDeque;
use std::fmt;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use crate::jitter::Jitter;

use self::machine::{Machine, Ticket};
pub use self::policy::BreakerPolicy;

mod machine;
mod policy;
#[cfg(test)]
mod tests;
mod window;

/// Whether calls pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// Every call passes, and its outcome is watched.
    Closed,
    /// No call passes until the cool-down is over.
    Open,
    /// A bounded number of calls passes, as probes.
    HalfOpen,
}

impl BreakerState {
    /// Name for metrics and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

impl fmt::Display for BreakerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a call says of the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// The backend answered, if only to refuse the caller's input.
    Success,
    /// The backend did not do its part.
    Failure,
    /// Nothing is known, such as after a caller gave up.
    Ignored,
}

/// A call was refused because the circuit is open; it has not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the circuit is open")]
pub struct CircuitOpen {
    /// When a call may pass again, from now.
    pub retry_after: Duration,
}

/// A change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerChange {
    /// State before.
    pub from: BreakerState,
    /// State after.
    pub to: BreakerState,
    /// How long no call passes, where `to` is open.
    pub cool_down: Option<Duration>,
}

type Observer = Box<dyn Fn(&BreakerChange) + Send + Sync>;

/// Leaves a failing backend alone.
///
/// Closed, it counts failures; enough of them in a row, or as a share of the calls of a sliding window, open
/// it. Open, it refuses at once, for a cool-down that grows from opening to opening. Then it is half-open:
/// few calls pass as probes, and their outcome closes or opens it. The outcome of a call that began in an
/// earlier state is ignored.
///
/// One breaker stands for one backend. A decision takes one short lock and no allocation.
pub struct CircuitBreaker {
    policy: BreakerPolicy,
    machine: Mutex<Machine>,
    jitter: Jitter,
    state: watch::Sender<BreakerState>,
    observer: Option<Observer>,
    /// Changes the observer has not seen, in order.
    unseen: Mutex<VecDeque<BreakerChange>>,
    /// Held by the one call that tells the observer.
    telling: Mutex<()>,
}

impl CircuitBreaker {
    /// Builds a closed breaker; cool-downs are drawn at random.
    pub fn new(policy: BreakerPolicy) -> Self {
        Self {
            policy,
            machine: Mutex::new(Machine::new(policy)),
            jitter: Jitter::random(),
            state: watch::Sender::new(BreakerState::Closed),
            observer: None,
            unseen: Mutex::new(VecDeque::new()),
            telling: Mutex::new(()),
        }
    }

    /// Draws cool-downs from `jitter`.
    #[must_use]
    pub fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// Calls `observer` once for each change of state, in order, outside of any lock of the state.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&BreakerChange) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// The policy that the breaker follows.
    pub const fn policy(&self) -> &BreakerPolicy {
        &self.policy
    }

    /// State after the last change. One whose cool-down is over stays open until a call asks.
    pub fn state(&self) -> BreakerState {
        *self.state.borrow()
    }

    /// Follows the state; a slow reader sees the newest and may miss those between.
    pub fn subscribe(&self) -> watch::Receiver<BreakerState> {
        self.state.subscribe()
    }

    /// Waits until calls are refused. Dropping the future is fine.
    pub async fn refusing(&self) -> CircuitOpen {
        let mut states = self.subscribe();
        loop {
            if let Err(open) = self.check() {
                return open;
            }
            if states.changed().await.is_err() {
                // The sender lives as long as the breaker that this borrows.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Waits until the circuit is not closed. Dropping the future is fine.
    pub async fn left_closed(&self) {
        let mut states = self.subscribe();
        if states.wait_for(|state| *state != BreakerState::Closed).await.is_err() {
            // The sender lives as long as the breaker that this borrows.
            std::future::pending::<()>().await;
        }
    }

    /// Says whether a call would be refused now, without taking the slot of a probe.
    pub fn check(&self) -> Result<(), CircuitOpen> {
        self.lock().refusal(Instant::now()).map_or(Ok(()), |retry_after| Err(CircuitOpen { retry_after }))
    }

    /// Admits a call, or refuses it at once.
    pub fn try_admit(&self) -> Result<BreakerPermit<'_>, CircuitOpen> {
        let admitted = self.change(|machine| machine.admit(Instant::now()));
        match admitted {
            Ok(ticket) => Ok(BreakerPermit { breaker: self, ticket: Some(ticket) }),
            Err(retry_after) => Err(CircuitOpen { retry_after }),
        }
    }

    /// Runs a future as one call; `judge` says what its output means.
    ///
    /// With [`BreakerPolicy::with_slow_calls`] a call counts as a failure as soon as it has taken that long,
    /// and goes on. Dropping the returned future before counts as nothing and frees a probe's slot.
    pub async fn run<F: Future>(
        &self,
        judge: impl FnOnce(&F::Output) -> CallOutcome,
        future: F,
    ) -> Result<F::Output, CircuitOpen> {
        let permit = self.try_admit()?;
        let mut future = pin!(future);
        let Some(limit) = self.policy.slow_call() else {
            let output = future.await;
            permit.report(judge(&output));
            return Ok(output);
        };
        let in_time = timeout(limit, future.as_mut()).await;
        permit.report(in_time.as_ref().map_or(CallOutcome::Failure, judge));
        match in_time {
            Ok(output) => Ok(output),
            Err(_) => Ok(future.await),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one step of the machine and tells of the change that it made.
    fn change<T>(&self, step: impl FnOnce(&mut Machine) -> T) -> T {
        let mut machine = self.lock();
        let from = machine.state();
        let answer = step(&mut machine);
        let to = machine.state();
        if from == to {
            return answer;
        }
        let change = BreakerChange { from, to, cool_down: machine.cool_down() };
        // Inside of the lock, so that both follow the order of the changes.
        self.state.send_replace(to);
        self.unseen.lock().unwrap_or_else(PoisonError::into_inner).push_back(change);
        drop(machine);
        self.tell();
        answer
    }

    /// Tells the observer what it has not seen. One call does so at a time; another's change is left to it.
    fn tell(&self) {
        while let Ok(turn) = self.telling.try_lock() {
            while let Some(change) = self.next_unseen() {
                if let Some(observer) = &self.observer {
                    observer(&change);
                }
            }
            drop(turn);
            // A change that came between the last look and the end of the turn found the turn taken.
            if self.unseen.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
                return;
            }
        }
    }

    fn next_unseen(&self) -> Option<BreakerChange> {
        self.unseen.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreaker")
            .field("policy", &self.policy)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

/// An admitted call. Dropping it without a report says nothing of the backend and frees a probe's slot.
#[derive(Debug)]
#[must_use = "dropping the permit ends the call without an outcome"]
pub struct BreakerPermit<'a> {
    breaker: &'a CircuitBreaker,
    ticket: Option<Ticket>,
}

impl BreakerPermit<'_> {
    /// Ends the call with its outcome.
    pub fn report(mut self, outcome: CallOutcome) {
        self.end(outcome);
    }

    fn end(&mut self, outcome: CallOutcome) {
        if let Some(ticket) = self.ticket.take() {
            let jitter = &self.breaker.jitter;
            self.breaker.change(|machine| machine.report(Instant::now(), ticket, outcome, jitter));
        }
    }
}

impl Drop for BreakerPermit<'_> {
    fn drop(&mut self) {
        self.end(CallOutcome::Ignored);
    }
}
