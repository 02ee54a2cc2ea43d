//! A fair bulkhead in front of a service.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower::{Layer, Service};

use super::{Answer, take_ready};
use crate::bulkhead::Rejected;
use crate::deadline::Deadline;
use crate::fair::{FairBulkhead, Key};

/// Bounds the requests in flight over all keys and for each.
///
/// `key` reads the key and the deadline of a request, and `refuse` answers a refused one.
pub struct BulkheadLayer<K: Key, N, R> {
    bulkhead: Arc<FairBulkhead<K>>,
    key: N,
    refuse: R,
}

impl<K: Key, N, R> BulkheadLayer<K, N, R> {
    /// Admits requests by `bulkhead`, which other services may share.
    pub const fn new(bulkhead: Arc<FairBulkhead<K>>, key: N, refuse: R) -> Self {
        Self { bulkhead, key, refuse }
    }
}

impl<K: Key, N: Clone, R: Clone> Clone for BulkheadLayer<K, N, R> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.bulkhead), self.key.clone(), self.refuse.clone())
    }
}

impl<S, K: Key, N: Clone, R: Clone> Layer<S> for BulkheadLayer<K, N, R> {
    type Service = BulkheadService<S, K, N, R>;

    fn layer(&self, inner: S) -> Self::Service {
        BulkheadService { inner, layer: self.clone() }
    }
}

/// See [`BulkheadLayer`].
pub struct BulkheadService<S, K: Key, N, R> {
    inner: S,
    layer: BulkheadLayer<K, N, R>,
}

impl<S: Clone, K: Key, N: Clone, R: Clone> Clone for BulkheadService<S, K, N, R> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), layer: self.layer.clone() }
    }
}

impl<Q, S, K, N, R> Service<Q> for BulkheadService<S, K, N, R>
where
    Q: Send + 'static,
    S: Service<Q> + Clone + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: Send,
    K: Key + Sync,
    N: Fn(&Q) -> (K, Deadline),
    R: Fn(Rejected) -> Result<S::Response, S::Error> + Clone + Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Answer<S::Response, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Q) -> Self::Future {
        let mut inner = take_ready(&mut self.inner);
        let (key, deadline) = (self.layer.key)(&request);
        let (bulkhead, refuse) = (Arc::clone(&self.layer.bulkhead), self.layer.refuse.clone());
        Box::pin(async move {
            let call = async { inner.call(request).await };
            bulkhead.run(&key, deadline, call).await.unwrap_or_else(refuse)
        })
    }
}

impl<K: Key, N, R> fmt::Debug for BulkheadLayer<K, N, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkheadLayer").field("bulkhead", &self.bulkhead).finish_non_exhaustive()
    }
}

impl<S: fmt::Debug, K: Key, N, R> fmt::Debug for BulkheadService<S, K, N, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkheadService").field("inner", &self.inner).field("layer", &self.layer).finish()
    }
}
