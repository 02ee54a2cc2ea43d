//! A fan-out with one fault.

use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use ragstone_core::invalidation::{Invalidation, InvalidationSource, Subscription, Topic};
use ragstone_core::memory::MemoryInvalidations;
use ragstone_core::port::Invalidations;
use ragstone_core::{CallContext, Result};

/// What the fan-out does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InvalidationFault {
    MixesTopics,
    Repeats,
    HidesGaps,
    LosesMessages,
}

/// The reference fan-out behind the fault.
#[derive(Debug)]
pub(super) struct FaultyInvalidations {
    inner: MemoryInvalidations,
    fault: Option<InvalidationFault>,
    published: AtomicU64,
}

impl FaultyInvalidations {
    pub(super) fn new(fault: Option<InvalidationFault>) -> Self {
        Self { inner: MemoryInvalidations::new(), fault, published: AtomicU64::new(0) }
    }

    pub(super) fn interrupt(&self) {
        self.inner.interrupt();
    }

    fn has(&self, fault: InvalidationFault) -> bool {
        self.fault == Some(fault)
    }

    fn topic(&self, topic: Topic) -> Topic {
        if self.has(InvalidationFault::MixesTopics) { Topic::new("all") } else { topic }
    }
}

impl Invalidations for FaultyInvalidations {
    async fn publish(&self, ctx: &CallContext, topic: Topic, payload: &[u8]) -> Result<()> {
        let number = self.published.fetch_add(1, Ordering::Relaxed);
        if self.has(InvalidationFault::LosesMessages) && number % 50 == 49 {
            return Ok(());
        }
        if self.has(InvalidationFault::Repeats) {
            self.inner.publish(ctx, self.topic(topic), payload).await?;
        }
        self.inner.publish(ctx, self.topic(topic), payload).await
    }

    async fn subscribe(&self, ctx: &CallContext, topic: Topic) -> Result<Subscription> {
        let subscription = self.inner.subscribe(ctx, self.topic(topic)).await?;
        if self.has(InvalidationFault::HidesGaps) {
            return Ok(Subscription::new(Gapless(subscription)));
        }
        Ok(subscription)
    }
}

/// Says something else where there is a gap.
struct Gapless(Subscription);

impl InvalidationSource for Gapless {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Invalidation>> {
        self.0.poll_next(cx).map(|item| {
            item.map(|item| match item {
                Invalidation::Gap => Invalidation::Message(b"?"[..].into()),
                Invalidation::Message(payload) => Invalidation::Message(payload),
            })
        })
    }
}
