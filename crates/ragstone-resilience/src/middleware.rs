//! The policies as tower layers, for edges and outbound clients with one method.
//!
//! Every layer turns its refusal into the service's own answer through a closure, so that an HTTP service
//! answers 503 with `Retry-After` and a client returns its own error. The inner service must be `Clone`, as
//! routers are; a call costs one box.

use std::pin::Pin;

pub use self::breaker::{BreakerLayer, BreakerService};
pub use self::bulkhead::{BulkheadLayer, BulkheadService};
pub use self::shed::{ShedLayer, ShedService};

mod breaker;
mod bulkhead;
mod shed;
#[cfg(test)]
mod tests;

/// What the services of this module answer with.
pub type Answer<R, E> = Pin<Box<dyn Future<Output = Result<R, E>> + Send>>;

/// Takes the service that is ready and leaves its clone behind.
fn take_ready<S: Clone>(service: &mut S) -> S {
    let clone = service.clone();
    std::mem::replace(service, clone)
}
