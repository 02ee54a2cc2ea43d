//! Counters with one fault.

use std::sync::{Arc, Mutex};

use ragstone_core::clock::Clock;
use ragstone_core::counter::{CounterDecision, CounterKey, CounterLimit};
use ragstone_core::memory::MemoryCounters;
use ragstone_core::port::Counters;
use ragstone_core::{CallContext, Result};

/// What the counters do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CounterFault {
    FixesWindows,
    CountsDenied,
    CountsInTwoSteps,
    MixesKeys,
}

/// The reference counters behind the fault.
#[derive(Debug)]
pub(super) struct FaultyCounters {
    clock: Arc<dyn Clock>,
    inner: Mutex<Arc<MemoryCounters>>,
    window: Mutex<i64>,
    fault: Option<CounterFault>,
}

impl FaultyCounters {
    pub(super) fn new(clock: Arc<dyn Clock>, fault: Option<CounterFault>) -> Self {
        let inner = Mutex::new(Arc::new(MemoryCounters::new(clock.clone())));
        Self { clock, inner, window: Mutex::new(0), fault }
    }

    fn has(&self, fault: CounterFault) -> bool {
        self.fault == Some(fault)
    }

    /// The counters, emptied whenever a new window of the clock begins.
    fn counters(&self, limit: CounterLimit) -> Arc<MemoryCounters> {
        let mut inner = self.inner.lock().expect("is whole");
        if self.has(CounterFault::FixesWindows) {
            let length = i64::try_from(limit.window().as_millis()).expect("is small");
            let now = self.clock.now().as_millis() / length;
            if std::mem::replace(&mut *self.window.lock().expect("is whole"), now) != now {
                *inner = Arc::new(MemoryCounters::new(self.clock.clone()));
            }
        }
        Arc::clone(&inner)
    }
}

impl Counters for FaultyCounters {
    async fn record(
        &self,
        ctx: &CallContext,
        key: &CounterKey,
        limit: CounterLimit,
        hits: u32,
    ) -> Result<CounterDecision> {
        let key = if self.has(CounterFault::MixesKeys) { CounterKey::new("all", &[]) } else { *key };
        let counters = self.counters(limit);
        if self.has(CounterFault::CountsInTwoSteps) {
            let remaining = counters.record(ctx, &key, limit, 0).await?.remaining();
            tokio::task::yield_now().await;
            if hits > 0 && hits <= remaining {
                counters.record(ctx, &key, limit, hits).await?;
                return Ok(CounterDecision::Allowed { remaining: remaining - hits });
            }
        }
        let decision = counters.record(ctx, &key, limit, hits).await?;
        if self.has(CounterFault::CountsDenied) && !decision.is_allowed() {
            counters.record(ctx, &key, limit, decision.remaining()).await?;
        }
        Ok(decision)
    }
}
