//! The state machine of a breaker: pure, with its time and its chance given.

use std::time::Duration;

use tokio::time::Instant;

use super::policy::BreakerPolicy;
use super::window::Window;
use super::{BreakerState, CallOutcome};
use crate::jitter::Jitter;

/// Proof of admission; says in which stretch of one state the call began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket {
    epoch: u64,
    number: u64,
}

#[cfg(test)]
impl Ticket {
    pub(super) fn epoch(self) -> u64 {
        self.epoch
    }
}

#[derive(Debug)]
pub(super) struct Machine {
    policy: BreakerPolicy,
    phase: Phase,
    window: Window,
    /// Counts the changes of state, so that a late outcome is told from a fresh one.
    epoch: u64,
    /// Counts the admitted calls.
    number: u64,
    /// Openings without a calm time between them.
    openings: u32,
    closed_at: Option<Instant>,
}

#[derive(Debug)]
enum Phase {
    Closed { failures: u32 },
    Open { until: Instant, cool_down: Duration },
    HalfOpen { probes: Vec<Probe>, successes: u32 },
}

#[derive(Debug)]
struct Probe {
    number: u64,
    /// When its slot is given to another.
    until: Instant,
}

impl Machine {
    pub(super) fn new(policy: BreakerPolicy) -> Self {
        let window = policy.rate().map_or(Duration::from_secs(1), |rate| rate.window);
        Self {
            policy,
            phase: Phase::Closed { failures: 0 },
            window: Window::new(window),
            epoch: 0,
            number: 0,
            openings: 0,
            closed_at: None,
        }
    }

    pub(super) fn state(&self) -> BreakerState {
        match self.phase {
            Phase::Closed { .. } => BreakerState::Closed,
            Phase::Open { .. } => BreakerState::Open,
            Phase::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    /// The cool-down that runs.
    pub(super) fn cool_down(&self) -> Option<Duration> {
        if let Phase::Open { cool_down, .. } = self.phase { Some(cool_down) } else { None }
    }

    /// Time until a call may pass; `None` if one may now.
    pub(super) fn refusal(&mut self, now: Instant) -> Option<Duration> {
        match &mut self.phase {
            Phase::Closed { .. } => None,
            Phase::Open { until, .. } => (now < *until).then(|| *until - now),
            Phase::HalfOpen { probes, .. } => {
                probes.retain(|probe| now < probe.until);
                let is_full = probes.len() >= usize::try_from(self.policy.probes()).unwrap_or(usize::MAX);
                let next = probes.iter().map(|probe| probe.until).min();
                next.filter(|_| is_full).map(|until| until - now)
            }
        }
    }

    /// Admits a call, or says when to come back.
    pub(super) fn admit(&mut self, now: Instant) -> Result<Ticket, Duration> {
        if let Some(wait) = self.refusal(now) {
            return Err(wait);
        }
        if self.state() == BreakerState::Open {
            self.enter(Phase::HalfOpen { probes: Vec::new(), successes: 0 });
        }
        self.number += 1;
        let number = self.number;
        if let Phase::HalfOpen { probes, .. } = &mut self.phase {
            probes.push(Probe { number, until: now + self.policy.probe_time() });
        }
        Ok(Ticket { epoch: self.epoch, number })
    }

    /// Takes in how an admitted call ended; the end of one from an earlier state changes nothing.
    pub(super) fn report(&mut self, now: Instant, ticket: Ticket, outcome: CallOutcome, jitter: &Jitter) {
        if ticket.epoch != self.epoch {
            return;
        }
        match &mut self.phase {
            Phase::Open { .. } => {}
            Phase::Closed { failures } => {
                match outcome {
                    CallOutcome::Ignored => return,
                    CallOutcome::Success => *failures = 0,
                    CallOutcome::Failure => *failures = failures.saturating_add(1),
                }
                self.window.record(now, outcome == CallOutcome::Failure);
                if outcome == CallOutcome::Failure && self.is_tripped(now) {
                    self.open(now, jitter);
                }
            }
            Phase::HalfOpen { probes, successes } => {
                probes.retain(|probe| probe.number != ticket.number);
                match outcome {
                    CallOutcome::Ignored => {}
                    CallOutcome::Failure => self.open(now, jitter),
                    CallOutcome::Success => {
                        *successes += 1;
                        if *successes >= self.policy.probes() {
                            self.close(now);
                        }
                    }
                }
            }
        }
    }

    #[cfg(test)]
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    fn is_tripped(&mut self, now: Instant) -> bool {
        if let Phase::Closed { failures } = self.phase
            && failures >= self.policy.consecutive()
        {
            return true;
        }
        self.policy.rate().is_some_and(|rate| {
            let counts = self.window.total(now);
            counts.calls >= u64::from(rate.min_calls)
                && counts.failures * 100 >= u64::from(rate.percent) * counts.calls
        })
    }

    fn open(&mut self, now: Instant, jitter: &Jitter) {
        let was_calm = self
            .closed_at
            .take()
            .is_some_and(|closed| now.saturating_duration_since(closed) >= self.policy.calm());
        self.openings = if was_calm { 1 } else { self.openings.saturating_add(1) };
        let cool_down = self.policy.cool_down().wait_at_least_half(self.openings, jitter);
        self.enter(Phase::Open { until: now + cool_down, cool_down });
    }

    fn close(&mut self, now: Instant) {
        self.closed_at = Some(now);
        self.window.clear();
        self.enter(Phase::Closed { failures: 0 });
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.epoch += 1;
    }
}
