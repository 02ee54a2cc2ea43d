//! The trait that layers implement, and how two of them become one.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use ragstone_core::{CallContext, Result};

use crate::call::Call;

/// Something that happens around the calls of a port.
///
/// Laws of both methods:
///
/// - **Once or never.** [`Around::once`] polls its operation or leaves it; it cannot run it twice, and answers
///   soon after it has left it, because only then the operation is dropped.
/// - **Cancel-safety.** Dropping the returned future drops the operation; nothing goes on in the background.
/// - **Transparency.** What the operation answers is passed on, unless the layer exists to change it.
pub trait Around: Send + Sync + 'static {
    /// Runs a call that must not be repeated, or whose arguments are too expensive to copy.
    fn once<T, F>(
        &self,
        call: Call<'_>,
        ctx: &CallContext,
        operation: F,
    ) -> impl Future<Output = Result<T>> + Send
    where
        T: Send,
        F: Future<Output = Result<T>> + Send;

    /// Runs a call that may be repeated: it is idempotent and begins anew each time `operation` is called.
    ///
    /// Only a layer that repeats calls needs its own implementation.
    fn repeatable<T, F, O>(
        &self,
        call: Call<'_>,
        ctx: &CallContext,
        operation: O,
    ) -> impl Future<Output = Result<T>> + Send
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
        O: Fn() -> F + Send + Sync,
    {
        async move {
            // By reference: a future that is handed on by value is held twice, and by each layer anew.
            let operation = pin!(operation());
            self.once(call, ctx, operation).await
        }
    }

    /// Puts this layer around another: `a.over(b)` sees a call first and its answer last.
    fn over<A: Around>(self, inner: A) -> Over<Self, A>
    where
        Self: Sized,
    {
        Over { outer: self, inner }
    }
}

/// Two layers as one; see [`Around::over`].
#[derive(Clone, Copy, Debug)]
pub struct Over<Outer, Inner> {
    outer: Outer,
    inner: Inner,
}

impl<Outer: Around, Inner: Around> Around for Over<Outer, Inner> {
    async fn once<T, F>(&self, call: Call<'_>, ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        // By reference, as above. When the outer layer drops the reference, it is about to answer, and the inner
        // call ends with this one.
        let inner = pin!(self.inner.once(call, ctx, operation));
        self.outer.once(call, ctx, inner).await
    }

    async fn repeatable<T, F, O>(&self, call: Call<'_>, ctx: &CallContext, operation: O) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
        O: Fn() -> F + Send + Sync,
    {
        let inner = || self.inner.repeatable(call, ctx, &operation);
        self.outer.repeatable(call, ctx, inner).await
    }
}

/// A layer that something else keeps a handle on.
impl<L: Around> Around for Arc<L> {
    async fn once<T, F>(&self, call: Call<'_>, ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        L::once(self, call, ctx, operation).await
    }

    async fn repeatable<T, F, O>(&self, call: Call<'_>, ctx: &CallContext, operation: O) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
        O: Fn() -> F + Send + Sync,
    {
        L::repeatable(self, call, ctx, operation).await
    }
}

/// A layer that may be left out; without it calls pass untouched.
impl<L: Around> Around for Option<L> {
    async fn once<T, F>(&self, call: Call<'_>, ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        match self {
            Some(layer) => layer.once(call, ctx, operation).await,
            None => operation.await,
        }
    }

    async fn repeatable<T, F, O>(&self, call: Call<'_>, ctx: &CallContext, operation: O) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
        O: Fn() -> F + Send + Sync,
    {
        match self {
            Some(layer) => layer.repeatable(call, ctx, operation).await,
            None => operation().await,
        }
    }
}
