//! Which of several processes does work that one is enough for.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::lease::{Lease, LeaseName};
use ragstone_core::port::DynLeases;
use ragstone_core::{CallContext, Error, ErrorKind, HolderId, Result};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Projects into an index that all share.
const PROJECTION: &str = "projection/chunk-index";
/// Embeds the passages of a catalog that all share.
const EMBEDDING: &str = "embedding";
/// Gathers the words of a catalog that all share.
const WORDS: &str = "words";

/// Builds vectors of models that are to answer later.
const BUILDING: &str = "embedding/next";
/// After a crash another process takes over when this has passed.
const TTL: Duration = Duration::from_secs(6);
/// A holder stops this long before its lease ends, for clocks that run at different speeds and calls under way.
const MARGIN: Duration = Duration::from_secs(1);

/// The right to the work: for ever where this process is alone, else a lease.
///
/// The index cannot check a fencing token, so a holder stops by its own monotonic clock, ahead of the lease's end,
/// and bounds each call by what is left. Operations name whole documents and are idempotent: should one arrive
/// late after all, the document is put right by its next change or the next rebuild.
#[derive(Debug)]
pub(crate) enum Leadership {
    Alone,
    Shared { leases: Shared, holder: HolderId, name: LeaseName, held: Mutex<Option<Held>> },
}

#[derive(Debug)]
pub(crate) struct Held {
    lease: Lease,
    /// The end less the margin.
    until: Instant,
}

/// The store of the leases.
pub(crate) struct Shared(Arc<dyn DynLeases>);

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Leases")
    }
}

impl Leadership {
    /// The right to project.
    pub(crate) fn for_projection(leases: Option<Arc<dyn DynLeases>>, holder: HolderId) -> Result<Self> {
        Self::new(leases, holder, PROJECTION)
    }

    /// The right to embed.
    pub(crate) fn for_embedding(leases: Option<Arc<dyn DynLeases>>, holder: HolderId) -> Result<Self> {
        Self::new(leases, holder, EMBEDDING)
    }

    /// The right to gather words.
    pub(crate) fn for_words(leases: Option<Arc<dyn DynLeases>>, holder: HolderId) -> Result<Self> {
        Self::new(leases, holder, WORDS)
    }

    /// The right to build vectors that do not answer yet.
    pub(crate) fn for_building(leases: Option<Arc<dyn DynLeases>>, holder: HolderId) -> Result<Self> {
        Self::new(leases, holder, BUILDING)
    }

    fn new(leases: Option<Arc<dyn DynLeases>>, holder: HolderId, name: &'static str) -> Result<Self> {
        let Some(leases) = leases else { return Ok(Self::Alone) };
        let name = LeaseName::try_new(name)?;
        Ok(Self::Shared { leases: Shared(leases), holder, name, held: Mutex::new(None) })
    }

    /// Takes or prolongs the right; false while another process has it. An error where nobody can say.
    pub(crate) async fn take(&self, ctx: &CallContext) -> Result<bool> {
        let Self::Shared { leases, holder, name, held } = self else { return Ok(true) };
        let mut held = held.lock().await;
        let start = Instant::now();
        if let Some(current) = held.as_ref()
            && current.until.saturating_duration_since(start) > TTL / 2
        {
            return Ok(true);
        }
        let renewed = match held.take() {
            Some(current) if current.until > start => match leases.0.renew(ctx, &current.lease, TTL).await {
                Ok(lease) => Some(lease),
                Err(error) if error.kind() == ErrorKind::Conflict => None,
                Err(error) => {
                    *held = Some(current);
                    return Err(error);
                }
            },
            _ => None,
        };
        let lease = match renewed {
            Some(lease) => Some(lease),
            None => leases.0.acquire(ctx, name, *holder, TTL).await?,
        };
        let is_taken = lease.is_some();
        *held = lease.map(|lease| Held { lease, until: start + TTL - MARGIN });
        Ok(is_taken)
    }

    /// A context for one more step of the work, which ends before the right does.
    ///
    /// `Conflict` when the right is gone: another process may have it.
    pub(crate) async fn step(
        &self,
        ctx: &CallContext,
        clock: &dyn ragstone_core::Clock,
    ) -> Result<CallContext> {
        if !self.take(ctx).await? {
            return Err(lost());
        }
        let Self::Shared { held, .. } = self else { return Ok(ctx.clone()) };
        let left =
            held.lock().await.as_ref().map(|held| held.until.saturating_duration_since(Instant::now()));
        let left = left.filter(|left| !left.is_zero()).ok_or_else(lost)?;
        Ok(ctx.clone().with_timeout(clock, left))
    }

    /// Whether an error of the work says that the right is gone.
    pub(crate) fn is_lost(&self, error: &Error) -> bool {
        matches!(self, Self::Shared { .. }) && error.kind() == ErrorKind::Conflict
    }

    /// Gives the right back, so that another process need not wait.
    pub(crate) async fn resign(&self, ctx: &CallContext) {
        let Self::Shared { leases, held, name, .. } = self else { return };
        if let Some(current) = held.lock().await.take()
            && let Err(error) = leases.0.release(ctx, &current.lease).await
        {
            tracing::warn!(%error, "cannot give back the lease {name}; it runs out by itself");
        }
    }
}

fn lost() -> Error {
    Error::new(ErrorKind::Conflict, "another process has the work now")
}
