//! Fan-out of invalidations to every process.

use std::future::Future;

use super::dyn_twin;
use crate::context::CallContext;
use crate::error::Result;
use crate::invalidation::{Subscription, Topic};

/// Tells every process that something which may be cached has changed.
///
/// Serves the process itself: `ctx.tenant()` is not consulted; payloads name whose data they are about.
pub trait Invalidations: Send + Sync + 'static {
    /// Sends a payload to all who are subscribed to the topic now, in this process too.
    ///
    /// It is not kept for later ones. After an error, or when the future is dropped, it may have been sent.
    /// A payload above [`MAX_INVALIDATION_PAYLOAD`](crate::invalidation::MAX_INVALIDATION_PAYLOAD) is `TooLarge`.
    fn publish(
        &self,
        ctx: &CallContext,
        topic: Topic,
        payload: &[u8],
    ) -> impl Future<Output = Result<()>> + Send;

    /// Subscribes to a topic; everything that is published after the answer is heard, or a gap is.
    ///
    /// Payloads of one publisher that waits for each answer come in order, each at most once. A subscription
    /// survives the loss of its connection: it goes on by itself and then answers with
    /// [`Gap`](crate::invalidation::Invalidation::Gap). So does one that listens too slowly, after which it
    /// goes on with what is newest. While the backend is out of reach a subscription is silent.
    fn subscribe(&self, ctx: &CallContext, topic: Topic)
    -> impl Future<Output = Result<Subscription>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`Invalidations`].
    pub trait DynInvalidations for Invalidations {
        async fn publish<'a>(ctx: &'a CallContext, topic: Topic, payload: &'a [u8]) -> ();
        async fn subscribe<'a>(ctx: &'a CallContext, topic: Topic) -> Subscription;
    }
}
