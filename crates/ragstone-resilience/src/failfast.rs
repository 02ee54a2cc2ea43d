//! Fail fast: a backend that is known to be dead is not asked until a probe says that it lives.

use std::time::Duration;

use tokio::sync::watch;

use crate::backoff::Backoff;
use crate::jitter::Jitter;

/// A call was refused because the backend is known to be dead; it has not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the backend is known to be dead")]
pub struct KnownDead;

/// Remembers whether a backend lives.
///
/// Unlike a [`CircuitBreaker`](crate::CircuitBreaker), which finds out from the calls themselves, it is told:
/// by whoever holds the connection or runs a health check. No call is spent on finding out.
#[derive(Debug)]
pub struct FailFast {
    lives: watch::Sender<bool>,
    jitter: Jitter,
}

impl FailFast {
    /// Takes the backend for alive until it is told otherwise.
    pub fn new() -> Self {
        Self { lives: watch::Sender::new(true), jitter: Jitter::random() }
    }

    /// Draws the waits between probes from `jitter`.
    #[must_use]
    pub fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// Refuses calls from now on; `true` if the backend was taken for alive.
    pub fn mark_dead(&self) -> bool {
        self.lives.send_if_modified(|lives| std::mem::replace(lives, false))
    }

    /// Fails at once if the backend is known to be dead.
    pub fn check(&self) -> Result<(), KnownDead> {
        if *self.lives.borrow() { Ok(()) } else { Err(KnownDead) }
    }

    /// Runs a future, unless the backend is known to be dead.
    pub async fn run<F: Future>(&self, future: F) -> Result<F::Output, KnownDead> {
        self.check()?;
        Ok(future.await)
    }

    /// Follows whether the backend lives.
    pub fn subscribe(&self) -> watch::Receiver<bool> {
        self.lives.subscribe()
    }

    /// Probes a dead backend until a probe succeeds, and takes it for alive then; at once for a live one.
    ///
    /// Each probe is cut off after `timeout`; before each but the first there is a wait of `backoff`. Dropping the
    /// future ends the probes and leaves the backend as it was.
    pub async fn revive<F>(&self, backoff: &Backoff, timeout: Duration, probe: impl Fn() -> F)
    where
        F: Future<Output = bool>,
    {
        let mut failures = 0_u32;
        while self.check().is_err() {
            if failures > 0 {
                tokio::time::sleep(backoff.wait(failures, &self.jitter)).await;
            }
            failures = failures.saturating_add(1);
            if tokio::time::timeout(timeout, probe()).await.unwrap_or(false) {
                self.lives.send_replace(true);
            }
        }
    }
}

impl Default for FailFast {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::time::{Instant, sleep};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_dead_backend_is_not_asked_until_a_probe_succeeds() {
        let failfast = FailFast::new().with_jitter(Jitter::seeded(1));
        assert_eq!(failfast.run(async { 1 }).await, Ok(1));
        assert!(failfast.mark_dead());
        assert!(!failfast.mark_dead());
        let polled = failfast.run(async { panic!("polled") }).await;
        assert_eq!(polled, Err::<(), _>(KnownDead));

        let (start, probes) = (Instant::now(), Cell::new(0));
        let probe = || async {
            probes.set(probes.get() + 1);
            start.elapsed() > SECOND * 10
        };
        let backoff = Backoff::exponential(SECOND, 2.0, SECOND * 4).expect("valid");
        let mut lives = failfast.subscribe();
        let (revived, ()) =
            tokio::join!(lives.wait_for(|lives| *lives), failfast.revive(&backoff, SECOND, probe));
        assert!(revived.is_ok());
        assert!(start.elapsed() <= SECOND * 14, "{:?}", start.elapsed());
        assert!(probes.get() >= 4, "{}", probes.get());
        assert_eq!(failfast.check(), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_hangs_is_cut_off() {
        let failfast = FailFast::new();
        failfast.mark_dead();
        let probes = Cell::new(0);
        let probe = || {
            probes.set(probes.get() + 1);
            let hangs = probes.get() == 1;
            async move {
                if hangs {
                    sleep(SECOND * 3600).await;
                }
                true
            }
        };
        let start = Instant::now();
        failfast.revive(&Backoff::for_background(), SECOND, probe).await;
        assert!(start.elapsed() <= SECOND * 3, "{:?}", start.elapsed());
    }
}
