//! Load shedding in front of a service.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower::{Layer, Service};

use super::{Answer, take_ready};
use crate::adaptive::LoadSign;
use crate::shedding::{LoadShedder, Priority, Shed};

/// Refuses requests by priority when the service is under pressure.
///
/// `priority` reads the priority of a request, `refuse` answers a refused one, and `judge` says what an answer
/// means for the load. A request is in flight until the head of its answer; a body that streams on is not counted.
#[derive(Clone)]
pub struct ShedLayer<P, R, J> {
    shedder: Arc<LoadShedder>,
    priority: P,
    refuse: R,
    judge: J,
}

impl<P, R, J> ShedLayer<P, R, J> {
    /// Admits requests by `shedder`, which other services may share.
    pub const fn new(shedder: Arc<LoadShedder>, priority: P, refuse: R, judge: J) -> Self {
        Self { shedder, priority, refuse, judge }
    }
}

impl<S, P: Clone, R: Clone, J: Clone> Layer<S> for ShedLayer<P, R, J> {
    type Service = ShedService<S, P, R, J>;

    fn layer(&self, inner: S) -> Self::Service {
        ShedService { inner, layer: self.clone() }
    }
}

/// See [`ShedLayer`].
#[derive(Clone)]
pub struct ShedService<S, P, R, J> {
    inner: S,
    layer: ShedLayer<P, R, J>,
}

impl<Q, S, P, R, J> Service<Q> for ShedService<S, P, R, J>
where
    Q: Send + 'static,
    S: Service<Q> + Clone + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: Send,
    P: Fn(&Q) -> Priority,
    R: Fn(Shed) -> Result<S::Response, S::Error> + Clone + Send + 'static,
    J: Fn(&Result<S::Response, S::Error>) -> LoadSign + Clone + Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Answer<S::Response, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Q) -> Self::Future {
        let mut inner = take_ready(&mut self.inner);
        let priority = (self.layer.priority)(&request);
        let shedder = Arc::clone(&self.layer.shedder);
        let (refuse, judge) = (self.layer.refuse.clone(), self.layer.judge.clone());
        Box::pin(async move {
            let slot = match shedder.try_admit(priority) {
                Ok(slot) => slot,
                Err(shed) => return refuse(shed),
            };
            let answer = inner.call(request).await;
            slot.end(judge(&answer));
            answer
        })
    }
}

impl<P, R, J> fmt::Debug for ShedLayer<P, R, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShedLayer").field("shedder", &self.shedder).finish_non_exhaustive()
    }
}

impl<S: fmt::Debug, P, R, J> fmt::Debug for ShedService<S, P, R, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShedService").field("inner", &self.inner).field("layer", &self.layer).finish()
    }
}
