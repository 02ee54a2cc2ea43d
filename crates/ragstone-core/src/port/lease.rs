//! Leases: who of several processes may do a piece of work.

use std::future::Future;
use std::time::Duration;

use super::dyn_twin;
use crate::context::CallContext;
use crate::error::Result;
use crate::id::HolderId;
use crate::lease::{Lease, LeaseName};

/// Gives rights to one holder at a time, each for a time.
///
/// Serves the process itself: `ctx.tenant()` is not consulted. A lease is a hint about who works, not a lock: the
/// clock of a holder may be wrong, so what it acts on must check the fencing token.
pub trait Leases: Send + Sync + 'static {
    /// Takes the lease for `ttl`; `None` while another holder has it.
    ///
    /// Its token is greater than that of every lease that was ever given under the name, also after leases were
    /// released or ran out. A holder that takes what it already holds gets a new lease, and loses the former one:
    /// that is how it finds out what became of a call that it dropped. A `ttl` below 1 ms or above
    /// [`MAX_LEASE_TTL`](crate::lease::MAX_LEASE_TTL) is `InvalidArgument`.
    fn acquire(
        &self,
        ctx: &CallContext,
        name: &LeaseName,
        holder: HolderId,
        ttl: Duration,
    ) -> impl Future<Output = Result<Option<Lease>>> + Send;

    /// Prolongs a lease to `ttl` from now, with the same token; `ttl` is checked as by `acquire`.
    ///
    /// A lease that was lost, released or ran out is `Conflict`, even if nobody else has taken it.
    fn renew(
        &self,
        ctx: &CallContext,
        lease: &Lease,
        ttl: Duration,
    ) -> impl Future<Output = Result<Lease>> + Send;

    /// Gives a lease back; one that was lost, released or ran out is left alone, whoever holds the name now.
    fn release(&self, ctx: &CallContext, lease: &Lease) -> impl Future<Output = Result<()>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`Leases`].
    pub trait DynLeases for Leases {
        async fn acquire<'a>(
            ctx: &'a CallContext,
            name: &'a LeaseName,
            holder: HolderId,
            ttl: Duration,
        ) -> Option<Lease>;
        async fn renew<'a>(ctx: &'a CallContext, lease: &'a Lease, ttl: Duration) -> Lease;
        async fn release<'a>(ctx: &'a CallContext, lease: &'a Lease) -> ();
    }
}
