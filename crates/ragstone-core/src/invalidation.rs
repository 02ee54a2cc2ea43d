//! Invalidations: word that something which may be cached has changed.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::error::{Error, ErrorKind, Result};

/// Largest payload of a message in bytes: 64 KiB.
pub const MAX_INVALIDATION_PAYLOAD: usize = 64 << 10;

/// What messages are about, such as `search-answers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(&'static str);

impl Topic {
    /// Names a topic; the name is shared with other processes and must never change.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What a subscriber hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalidation {
    /// A payload that was published.
    Message(Arc<[u8]>),
    /// Messages may have been lost: whatever depends on hearing every one must be dropped.
    Gap,
}

/// Where a subscription comes from; adapters implement it.
pub trait InvalidationSource: Send + 'static {
    /// Answers with the next item; `None` once the adapter is closed and everything was heard.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Invalidation>>;
}

/// A running subscription; dropping it ends it.
pub struct Subscription(Box<dyn InvalidationSource>);

impl Subscription {
    /// Wraps a source.
    pub fn new(source: impl InvalidationSource) -> Self {
        Self(Box::new(source))
    }

    /// Waits for the next item; `None` at the end. Cancel-safe: a dropped call loses nothing.
    pub async fn next(&mut self) -> Option<Invalidation> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Polls for the next item, for those who wait for several things at once.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Invalidation>> {
        self.0.poll_next(cx)
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

/// Checks what every adapter refuses: a payload above [`MAX_INVALIDATION_PAYLOAD`].
pub fn check_payload(payload: &[u8]) -> Result<()> {
    if payload.len() <= MAX_INVALIDATION_PAYLOAD {
        return Ok(());
    }
    Err(Error::new(ErrorKind::TooLarge, "the payload of an invalidation is too large")
        .with_context("bytes", payload.len())
        .with_context("most_bytes", MAX_INVALIDATION_PAYLOAD))
}
