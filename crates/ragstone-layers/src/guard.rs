//! The guard: refuses what no adapter may see.

use std::future::Future;

use ragstone_core::{CallContext, Error, ErrorKind, Result};

use crate::around::Around;
use crate::call::{Audience, Call};

/// Refuses calls that no adapter may see, so that none can forget to.
///
/// - A target of another tenant than the context's is `NotFound`, as if it did not exist.
/// - A limit of 0 is `InvalidArgument`.
/// - A call that serves the process itself, such as the change feed's, is `PermissionDenied` to anybody else.
///
/// The process itself ([`Principal::system`](ragstone_core::Principal::system)) may act on every tenant.
/// No port has an option yet that an adapter's capability can leave out; the refusal of those belongs here.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guard;

impl Around for Guard {
    async fn once<T, F>(&self, call: Call<'_>, ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        check(call, ctx).map_err(|error| error.with_operation(call.method()))?;
        operation.await
    }
}

fn check(call: Call<'_>, ctx: &CallContext) -> Result<()> {
    if call.limit() == Some(0) {
        return Err(Error::invalid("limit", "must be at least 1"));
    }
    if ctx.principal().is_system() {
        return Ok(());
    }
    if call.tenant().is_some_and(|tenant| tenant != ctx.tenant()) {
        return Err(Error::new(ErrorKind::NotFound, "no such target"));
    }
    match call.audience() {
        Audience::Tenants => Ok(()),
        Audience::System => {
            Err(Error::new(ErrorKind::PermissionDenied, "only the process itself may make this call"))
        }
    }
}
