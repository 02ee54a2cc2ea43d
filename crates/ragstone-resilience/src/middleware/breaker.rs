//! A circuit breaker in front of a service.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower::{Layer, Service};

use super::{Answer, take_ready};
use crate::breaker::{CallOutcome, CircuitBreaker, CircuitOpen};

/// Leaves a failing service alone.
///
/// `refuse` answers a refused request, and `judge` says what an answer means for the circuit.
#[derive(Clone)]
pub struct BreakerLayer<R, J> {
    breaker: Arc<CircuitBreaker>,
    refuse: R,
    judge: J,
}

impl<R, J> BreakerLayer<R, J> {
    /// Admits requests by `breaker`, which others of the same backend may share.
    pub const fn new(breaker: Arc<CircuitBreaker>, refuse: R, judge: J) -> Self {
        Self { breaker, refuse, judge }
    }
}

impl<S, R: Clone, J: Clone> Layer<S> for BreakerLayer<R, J> {
    type Service = BreakerService<S, R, J>;

    fn layer(&self, inner: S) -> Self::Service {
        BreakerService { inner, layer: self.clone() }
    }
}

/// See [`BreakerLayer`].
#[derive(Clone)]
pub struct BreakerService<S, R, J> {
    inner: S,
    layer: BreakerLayer<R, J>,
}

impl<Q, S, R, J> Service<Q> for BreakerService<S, R, J>
where
    Q: Send + 'static,
    S: Service<Q> + Clone + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: Send,
    R: Fn(CircuitOpen) -> Result<S::Response, S::Error> + Clone + Send + 'static,
    J: Fn(&Result<S::Response, S::Error>) -> CallOutcome + Clone + Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Answer<S::Response, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Q) -> Self::Future {
        let mut inner = take_ready(&mut self.inner);
        let breaker = Arc::clone(&self.layer.breaker);
        let (refuse, judge) = (self.layer.refuse.clone(), self.layer.judge.clone());
        Box::pin(async move {
            // The request is sent on the first poll, which the breaker allows or not.
            let call = async { inner.call(request).await };
            breaker.run(judge, call).await.unwrap_or_else(refuse)
        })
    }
}

impl<R, J> fmt::Debug for BreakerLayer<R, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BreakerLayer").field("breaker", &self.breaker).finish_non_exhaustive()
    }
}

impl<S: fmt::Debug, R, J> fmt::Debug for BreakerService<S, R, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BreakerService").field("inner", &self.inner).field("layer", &self.layer).finish()
    }
}
