//! The end of a call that takes too long or that nobody waits for any more.

use std::time::Duration;

use ragstone_core::{Error, ErrorKind, Result};
use tokio_util::sync::CancellationToken;

/// Drops the work after `timeout`, or once the client has cancelled the request or gone away.
pub(crate) async fn within<T>(
    timeout: Duration,
    cancelled: &CancellationToken,
    work: impl Future<Output = Result<T>> + Send,
) -> Result<T> {
    tokio::select! {
        biased;
        () = cancelled.cancelled() => Err(Error::new(ErrorKind::Cancelled, "the client cancelled the request")),
        result = tokio::time::timeout(timeout, work) => {
            result.unwrap_or_else(|_| Err(Error::new(ErrorKind::DeadlineExceeded, "the deadline passed")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;

    #[tokio::test(start_paused = true)]
    async fn work_ends_at_its_deadline() {
        let token = CancellationToken::new();
        let outcome = within(Duration::from_secs(30), &token, pending::<Result<()>>()).await;
        assert_eq!(outcome.map_err(|error| error.kind()), Err(ErrorKind::DeadlineExceeded));
    }

    #[tokio::test(start_paused = true)]
    async fn cancelled_work_is_dropped() {
        let token = CancellationToken::new();
        let (held, dropped) = tokio::sync::oneshot::channel::<()>();
        let work = async move {
            let _held = held;
            pending::<Result<()>>().await
        };
        let cancel = async {
            tokio::task::yield_now().await;
            token.cancel();
        };
        let (outcome, ()) = tokio::join!(within(Duration::from_secs(30), &token, work), cancel);
        assert_eq!(outcome.map_err(|error| error.kind()), Err(ErrorKind::Cancelled));
        assert!(dropped.await.is_err(), "what the work held is gone");
    }
}
