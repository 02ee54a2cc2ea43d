//! In-memory fan-out, between the tasks of one process.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker};

use super::lock;
use crate::context::CallContext;
use crate::error::Result;
use crate::invalidation::{Invalidation, InvalidationSource, Subscription, Topic, check_payload};
use crate::port::Invalidations;

/// Fan-out in memory: between the tasks of one process, and for tests.
///
/// A subscription that leaves [`MemoryInvalidations::MOST_WAITING`] items unheard loses them and hears a gap.
#[derive(Default)]
pub struct MemoryInvalidations {
    inboxes: Mutex<Inboxes>,
}

type Inboxes = BTreeMap<Topic, Vec<Weak<Mutex<Inbox>>>>;

#[derive(Default)]
struct Inbox {
    waiting: VecDeque<Invalidation>,
    is_closed: bool,
    waker: Option<Waker>,
}

impl Inbox {
    fn push(&mut self, item: Invalidation) {
        if self.waiting.len() >= MemoryInvalidations::MOST_WAITING {
            self.waiting.clear();
            self.waiting.push_back(Invalidation::Gap);
        }
        self.waiting.push_back(item);
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl MemoryInvalidations {
    /// Items that wait for one subscription at most.
    pub const MOST_WAITING: usize = 1024;

    /// Builds a fan-out without subscriptions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Acts as if the connection had been lost and found again: every subscription hears a gap.
    pub fn interrupt(&self) {
        self.each(|inbox| inbox.push(Invalidation::Gap));
    }

    fn each(&self, act: impl Fn(&mut Inbox)) {
        for inbox in lock(&self.inboxes).values().flatten().filter_map(Weak::upgrade) {
            act(&mut lock(&inbox));
        }
    }
}

impl Invalidations for MemoryInvalidations {
    async fn publish(&self, _ctx: &CallContext, topic: Topic, payload: &[u8]) -> Result<()> {
        check_payload(payload)?;
        let payload: Arc<[u8]> = payload.into();
        if let Some(subscribed) = lock(&self.inboxes).get_mut(&topic) {
            subscribed.retain(|inbox| match inbox.upgrade() {
                Some(inbox) => {
                    lock(&inbox).push(Invalidation::Message(Arc::clone(&payload)));
                    true
                }
                None => false,
            });
        }
        Ok(())
    }

    async fn subscribe(&self, _ctx: &CallContext, topic: Topic) -> Result<Subscription> {
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        let mut inboxes = lock(&self.inboxes);
        let subscribed = inboxes.entry(topic).or_default();
        subscribed.retain(|inbox| inbox.strong_count() > 0);
        subscribed.push(Arc::downgrade(&inbox));
        Ok(Subscription::new(Listener(inbox)))
    }
}

impl Drop for MemoryInvalidations {
    fn drop(&mut self) {
        self.each(|inbox| {
            inbox.is_closed = true;
            inbox.wake();
        });
    }
}

impl fmt::Debug for MemoryInvalidations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryInvalidations").finish_non_exhaustive()
    }
}

/// The receiving end of one subscription.
struct Listener(Arc<Mutex<Inbox>>);

impl InvalidationSource for Listener {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Invalidation>> {
        let mut inbox = lock(&self.0);
        match inbox.waiting.pop_front() {
            Some(item) => Poll::Ready(Some(item)),
            None if inbox.is_closed => Poll::Ready(None),
            None => {
                inbox.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
