//! Bounded retries of one operation.

use std::fmt;
use std::time::Duration;

use crate::backoff::Backoff;
use crate::budget::RetryBudget;
use crate::deadline::Deadline;
use crate::jitter::Jitter;
use crate::policy::InvalidPolicy;

const MAX_ATTEMPTS: u32 = 100;
/// A server that asks for more than this is better reported to the caller than waited for.
const DEFAULT_HINT_CAP: Duration = Duration::from_mins(1);

/// How often and how patiently an operation is tried.
#[derive(Debug)]
pub struct RetryPolicy {
    backoff: Backoff,
    attempts: u32,
    hint_cap: Duration,
    jitter: Jitter,
}

impl RetryPolicy {
    /// Tries at most `attempts` times, 1 to 100, the first one included.
    ///
    /// Waits that a server asks for are honoured up to 60 seconds; the jitter is random.
    /// Try as often as the caller has patience for, not as often as the backend may be down: that is what a
    /// [`CircuitBreaker`](crate::CircuitBreaker) is for.
    pub fn try_new(backoff: Backoff, attempts: u32) -> Result<Self, InvalidPolicy> {
        if !(1..=MAX_ATTEMPTS).contains(&attempts) {
            return Err(InvalidPolicy::new("retry policy", "attempts", "must be from 1 to 100"));
        }
        Ok(Self { backoff, attempts, hint_cap: DEFAULT_HINT_CAP, jitter: Jitter::random() })
    }

    /// Policy of background work: 8 attempts with [`Backoff::for_background`].
    pub fn for_background() -> Self {
        Self {
            backoff: Backoff::for_background(),
            attempts: 8,
            hint_cap: DEFAULT_HINT_CAP,
            jitter: Jitter::random(),
        }
    }

    /// Policy of calls that somebody waits for: 3 attempts with [`Backoff::for_requests`], hints up to 1 s.
    pub fn for_requests() -> Self {
        Self {
            backoff: Backoff::for_requests(),
            attempts: 3,
            hint_cap: Duration::from_secs(1),
            jitter: Jitter::random(),
        }
    }

    /// Honours waits that a server asks for up to `cap`.
    ///
    /// No attempt is ever made sooner than the server asked for: a longer hint ends the operation with
    /// [`StopReason::Hint`], and the caller may come back when it is time.
    #[must_use]
    pub fn with_hint_cap(mut self, cap: Duration) -> Self {
        self.hint_cap = cap;
        self
    }

    /// Draws the waits from `jitter`.
    #[must_use]
    pub fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// The wait before retry `retry`. Behind a hint comes a back-off, because the callers that were given the
    /// same hint would come back together.
    fn wait(&self, retry: u32, verdict: Verdict) -> Result<Duration, StopReason> {
        match verdict {
            Verdict::Stop => Err(StopReason::Permanent),
            Verdict::Retry => Ok(self.backoff.wait(retry, &self.jitter)),
            Verdict::RetryAfter(hint) if hint > self.hint_cap => Err(StopReason::Hint),
            Verdict::RetryAfter(hint) => Ok(hint + self.backoff.wait(retry, &self.jitter)),
        }
    }
}

/// What a failure means for the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same call fails again.
    Stop,
    /// The same call may succeed after a back-off.
    Retry,
    /// The server asked to wait this long first.
    RetryAfter(Duration),
}

/// Why no further attempt was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The failure is one that stays.
    Permanent,
    /// The server asked for more patience than the policy has.
    Hint,
    /// All attempts were made.
    Attempts,
    /// The backend's retry budget is used up.
    Budget,
    /// The next attempt would begin after the deadline.
    Deadline,
}

/// The last failure of an operation that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryFailure<E> {
    /// Failure of the last attempt.
    pub error: E,
    /// Attempts that were made.
    pub attempts: u32,
    /// Why there was no other.
    pub reason: StopReason,
}

impl<E> RetryFailure<E> {
    /// Whether the failure was worth a retry and none is left; an outer layer must not start over.
    ///
    /// After [`StopReason::Hint`] it is not: an outer layer with more patience may wait and try again.
    pub fn is_exhausted(&self) -> bool {
        match self.reason {
            StopReason::Attempts | StopReason::Budget | StopReason::Deadline => true,
            StopReason::Permanent | StopReason::Hint => false,
        }
    }
}

impl<E: fmt::Display> fmt::Display for RetryFailure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { error, attempts, .. } = self;
        let noun = if *attempts == 1 { "attempt" } else { "attempts" };
        write!(f, "gave up after {attempts} {noun}: {error}")
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for RetryFailure<E> {}

/// Tries `operation` until it succeeds, fails for good, or a bound is reached.
///
/// The operation is given the number of the attempt, from 0, and must be safe to repeat. No attempt begins
/// after the deadline, but a running one is not cut off: combine with [`with_deadline`](crate::with_deadline)
/// for that. Dropping the future drops the attempt or the wait it is in; nothing goes on in the background.
pub async fn retry<T, E, F, O>(
    policy: &RetryPolicy,
    budget: &RetryBudget,
    deadline: Deadline,
    classify: impl Fn(&E) -> Verdict,
    mut operation: O,
) -> Result<T, RetryFailure<E>>
where
    O: FnMut(u32) -> F,
    F: Future<Output = Result<T, E>>,
{
    budget.deposit();
    let mut attempts = 0;
    loop {
        let error = match operation(attempts).await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        attempts += 1;
        let wait = match next_wait(policy, budget, deadline, attempts, classify(&error)) {
            Ok(wait) => wait,
            Err(reason) => {
                return Err(RetryFailure { error, attempts, reason });
            }
        };
        tokio::time::sleep(wait).await;
    }
}

/// Decides on the retry after `attempts` attempts. The budget comes last: it pays only for what will be done.
fn next_wait(
    policy: &RetryPolicy,
    budget: &RetryBudget,
    deadline: Deadline,
    attempts: u32,
    verdict: Verdict,
) -> Result<Duration, StopReason> {
    if verdict != Verdict::Stop && attempts >= policy.attempts {
        return Err(StopReason::Attempts);
    }
    let wait = policy.wait(attempts, verdict)?;
    if !deadline.allows(wait) {
        return Err(StopReason::Deadline);
    }
    if !budget.withdraw() {
        return Err(StopReason::Budget);
    }
    Ok(wait)
}
