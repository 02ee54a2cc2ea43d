//! Deadlines: no call begins or goes on after the context's.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result};
use ragstone_resilience::{Deadline, with_deadline};

use crate::around::Around;
use crate::call::Call;

/// Refuses a call whose deadline has passed and drops one that outlives it; both are `DeadlineExceeded`.
///
/// A write that is dropped may or may not have happened, which the laws of the ports allow.
#[derive(Clone, Debug)]
pub struct Deadlines {
    clock: Arc<dyn Clock>,
    longest: Option<Duration>,
}

impl Deadlines {
    /// Measures deadlines with `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, longest: None }
    }

    /// Ends a call after `longest`, also one without a deadline, such as a projector's.
    ///
    /// A connection whose other side vanished without a word would otherwise hold its call for ever.
    #[must_use]
    pub const fn with_longest(mut self, longest: Duration) -> Self {
        self.longest = Some(longest);
        self
    }
}

impl Around for Deadlines {
    async fn once<T, F>(&self, call: Call<'_>, ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        let in_call = |error: Error| error.with_operation(call.method()).with_context("port", call.port());
        let deadline = deadline_of(ctx, &*self.clock).map_err(in_call)?;
        let deadline = self.longest.map_or(deadline, |longest| deadline.earlier(Deadline::after(longest)));
        with_deadline(deadline, operation).await.unwrap_or_else(|passed| {
            let error = Error::new(ErrorKind::DeadlineExceeded, "the backend did not answer in time");
            Err(in_call(error.with_source(passed)))
        })
    }
}

/// The context's deadline on tokio's clock; fails when it has passed.
pub(crate) fn deadline_of(ctx: &CallContext, clock: &dyn Clock) -> Result<Deadline> {
    Ok(ctx.remaining(clock)?.map_or(Deadline::NEVER, Deadline::after))
}
