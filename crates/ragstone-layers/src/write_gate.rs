//! The gate in front of writes: closed while a store is read-only, so that reads go on and nobody waits for a full disk.

use std::borrow::Cow;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ragstone_core::{CallContext, Error, ErrorKind, Result, Retry};

use crate::around::Around;
use crate::call::{Call, Effect};

/// When a refused caller should come back.
const COME_BACK: Duration = Duration::from_secs(5);

/// Lets writes through while it is open, and refuses them with the reason while it is closed.
///
/// A write that a store answers with [`ErrorKind::ReadOnly`] closes the gate; somebody who has found out that the store
/// takes writes again opens it. Reads pass always. Stores on one disk share one gate.
#[derive(Debug, Default)]
pub struct WriteGate {
    closed: Mutex<Option<Cow<'static, str>>>,
}

impl WriteGate {
    /// Closes the gate; `help` says why, and what to do, and is shown to callers. Says whether it was open.
    pub fn close(&self, help: impl Into<Cow<'static, str>>) -> bool {
        self.closed().replace(help.into()).is_none()
    }

    /// Opens the gate, and says whether it was closed.
    pub fn open(&self) -> bool {
        self.closed().take().is_some()
    }

    /// Why the gate is closed; none while it is open.
    pub fn reason(&self) -> Option<Cow<'static, str>> {
        self.closed().clone()
    }

    fn admit(&self, call: Call<'_>) -> Result<()> {
        let reason = match call.effect() {
            Effect::Read => None,
            Effect::Write => self.reason(),
        };
        let Some(help) = reason else { return Ok(()) };
        Err(Error::new(ErrorKind::ReadOnly, "writes are refused until the disk takes them again")
            .with_operation(call.method())
            .with_retry(Retry::After(COME_BACK))
            .with_help(help))
    }

    fn closed(&self) -> MutexGuard<'_, Option<Cow<'static, str>>> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Around for WriteGate {
    async fn once<T, F>(&self, call: Call<'_>, _ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        self.admit(call)?;
        let outcome = operation.await;
        if let Err(error) = &outcome
            && error.kind() == ErrorKind::ReadOnly
            && call.effect() == Effect::Write
        {
            let help = error.help().unwrap_or("free disk space, or mend the disk").to_owned();
            if self.close(help) {
                tracing::error!(%error, "writes are refused from now on");
            }
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITE: Call<'_> = Call::new("catalog", "put_documents");

    async fn call(gate: &WriteGate, call: Call<'_>, outcome: Result<()>) -> Result<(), ErrorKind> {
        let ctx = CallContext::system();
        gate.once(call, &ctx, async { outcome }).await.map_err(|error| error.kind())
    }

    #[tokio::test]
    async fn a_write_that_finds_the_store_read_only_keeps_others_away_and_no_reads() {
        let gate = WriteGate::default();
        let full = Error::new(ErrorKind::ReadOnly, "full").with_help("free disk space");
        assert_eq!(call(&gate, WRITE, Err(full)).await, Err(ErrorKind::ReadOnly));
        assert_eq!(gate.reason().as_deref(), Some("free disk space"));
        assert_eq!(call(&gate, WRITE, Ok(())).await, Err(ErrorKind::ReadOnly), "is not tried");
        assert_eq!(call(&gate, WRITE.reading(), Ok(())).await, Ok(()));
        assert!(gate.open() && !gate.open());
        assert_eq!(call(&gate, WRITE, Ok(())).await, Ok(()));
    }

    #[tokio::test]
    async fn other_failures_leave_the_gate_open() {
        let gate = WriteGate::default();
        for kind in ErrorKind::ALL.into_iter().filter(|kind| *kind != ErrorKind::ReadOnly) {
            assert_eq!(call(&gate, WRITE, Err(Error::new(kind, "other"))).await, Err(kind));
        }
        assert_eq!(gate.reason(), None);
    }
}
