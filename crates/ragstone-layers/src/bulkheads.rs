//! Bulkheads: a backend has so many places, and the tenants share them fairly.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::{CallContext, Error, ErrorKind, Result};
use ragstone_resilience::Rejected;
use ragstone_resilience::fair::Place;

use crate::around::Around;
use crate::backend::{Backend, Lane};
use crate::breakers::refused;
use crate::call::Call;
use crate::deadlines::deadline_of;
use crate::refusal::Refusal;

/// When a caller that found the queue full may come back.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Bounds how many calls one backend has at once and how many wait, over all tenants and for each.
///
/// A full queue is `Unavailable`; a deadline that passes in the queue is `DeadlineExceeded`. A call fails fast: one that
/// the circuit breaker would refuse does not queue, and one that waits when the circuit opens is refused
/// then. The process itself is a tenant of its own, so that projections and callers cannot starve each other.
#[derive(Clone, Debug)]
pub struct Bulkheads {
    backend: Arc<Backend>,
}

impl Bulkheads {
    /// Shares out the places of `backend`.
    pub const fn new(backend: Arc<Backend>) -> Self {
        Self { backend }
    }

    async fn admit(&self, call: Call<'_>, ctx: &CallContext) -> Result<Place<Lane>> {
        let backend = &*self.backend;
        backend.breaker().check().map_err(|open| refused(backend, open))?;
        let lane = Lane::of(call, ctx);
        if let Some(place) = backend.bulkhead().try_admit(&lane) {
            return Ok(place);
        }
        let deadline = deadline_of(ctx, &**backend.clock())?;
        tokio::select! {
            biased;
            place = backend.bulkhead().admit(&lane, deadline) => {
                place.map_err(|rejected| rejection(backend, rejected))
            }
            open = backend.breaker().refusing() => Err(refused(backend, open)),
        }
    }
}

impl Around for Bulkheads {
    async fn once<T, F>(&self, call: Call<'_>, ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        let _place = self.admit(call, ctx).await.map_err(|error| error.with_operation(call.method()))?;
        operation.await
    }
}

fn rejection(backend: &Backend, rejected: Rejected) -> Error {
    match rejected {
        Rejected::QueueFull => Refusal::QueueFull.refuse(backend.name(), RETRY_AFTER),
        Rejected::Closed => Refusal::Closed.refuse(backend.name(), RETRY_AFTER),
        Rejected::DeadlinePassed => {
            Error::new(ErrorKind::DeadlineExceeded, "the deadline passed before the backend had a place")
                .with_context("backend", backend.name())
        }
    }
}
