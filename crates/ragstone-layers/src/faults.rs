//! Fault injection: fails, delays and loses calls by plan, for tests.

use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;

use ragstone_core::{CallContext, Error, ErrorKind, Result, Retry};
use ragstone_resilience::Jitter;

use crate::around::Around;
use crate::call::Call;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call fails before it reaches the store.
    Fail(ErrorKind, Retry),
    /// The call reaches the store late.
    Delay(Duration),
    /// The call is done, but its answer is lost: the caller sees `Unavailable`.
    LoseAnswer,
    /// The call never reaches the store and never ends.
    Hang,
    /// The call panics before it reaches the store.
    Panic,
}

/// Which calls a fault hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultRule {
    method: &'static str,
    fault: Fault,
    permille: u16,
    left: u32,
}

impl FaultRule {
    /// Hits every call of a method; `*` stands for all methods.
    pub const fn new(method: &'static str, fault: Fault) -> Self {
        Self { method, fault, permille: 1000, left: u32::MAX }
    }

    /// Hits at most `times` calls.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.left = times;
        self
    }

    /// Hits `permille` of 1,000 calls, by chance.
    #[must_use]
    pub const fn with_chance(mut self, permille: u16) -> Self {
        self.permille = permille;
        self
    }

    fn covers(&self, method: &str) -> bool {
        self.left > 0 && (self.method == "*" || self.method == method)
    }
}

/// Makes calls fail by rules, of which the first that hits is used; the same seed gives the same faults.
///
/// The innermost layer, so that the others meet its faults as they would meet a store's.
#[derive(Debug)]
pub struct Faults {
    jitter: Jitter,
    rules: Mutex<Vec<FaultRule>>,
}

impl Faults {
    /// Injects nothing until rules are added.
    pub const fn seeded(seed: u64) -> Self {
        Self { jitter: Jitter::seeded(seed), rules: Mutex::new(Vec::new()) }
    }

    /// Adds a rule behind the others.
    #[must_use]
    pub fn with_rule(self, rule: FaultRule) -> Self {
        self.rules().push(rule);
        self
    }

    /// Replaces all rules, while calls are running too.
    pub fn set_rules(&self, rules: Vec<FaultRule>) {
        *self.rules() = rules;
    }

    fn rules(&self) -> std::sync::MutexGuard<'_, Vec<FaultRule>> {
        self.rules.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn draw(&self, method: &str) -> Option<Fault> {
        let mut rules = self.rules();
        let hit = rules
            .iter_mut()
            .find(|rule| rule.covers(method) && self.jitter.below(1000) < u64::from(rule.permille))?;
        if hit.left != u32::MAX {
            hit.left -= 1;
        }
        Some(hit.fault)
    }
}

impl Around for Faults {
    async fn once<T, F>(&self, call: Call<'_>, _ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        match self.draw(call.method()) {
            None => operation.await,
            Some(Fault::Fail(kind, retry)) => Err(injected(kind).with_retry(retry)),
            Some(Fault::Delay(delay)) => {
                tokio::time::sleep(delay).await;
                operation.await
            }
            Some(Fault::LoseAnswer) => {
                operation.await?;
                Err(injected(ErrorKind::Unavailable))
            }
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Panic) => panic_now(),
        }
    }
}

#[expect(clippy::panic, reason = "the fault is a panic")]
fn panic_now() -> ! {
    panic!("injected panic")
}

fn injected(kind: ErrorKind) -> Error {
    Error::new(kind, "injected fault")
}
