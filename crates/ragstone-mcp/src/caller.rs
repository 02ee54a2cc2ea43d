//! Who calls, and the call context made from a request.

use std::sync::Arc;
use std::time::Duration;

use axum::http::request::Parts;
use ragstone_core::context::Trace;
use ragstone_core::{CallContext, Error, ErrorKind, Principal, Result, SystemClock};
use rmcp::RoleServer;
use rmcp::service::RequestContext;

const REQUEST_ID_HEADER: &str = "x-request-id";
const TRACE_PARENT_HEADER: &str = "traceparent";

/// Where the principal of a request comes from.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// The authentication layer put it into the extensions of the HTTP request.
    Request,
    /// One for the whole connection.
    Fixed(Arc<Principal>),
}

impl Caller {
    /// The principal; fails with `Unauthenticated` where no layer named one.
    pub(crate) fn principal(&self, request: &RequestContext<RoleServer>) -> Result<Arc<Principal>> {
        let found = match self {
            Self::Fixed(principal) => Some(principal),
            Self::Request => parts(request).and_then(|parts| parts.extensions.get::<Arc<Principal>>()),
        };
        found.cloned().ok_or_else(|| {
            Error::new(ErrorKind::Unauthenticated, "no valid token was given")
                .with_help("send Authorization: Bearer and a token")
        })
    }

    /// The context of a call that may take `timeout`.
    pub(crate) fn context(
        &self,
        request: &RequestContext<RoleServer>,
        timeout: Duration,
    ) -> Result<CallContext> {
        let principal = self.principal(request)?;
        Ok(CallContext::new(principal).with_timeout(&SystemClock, timeout).with_trace(trace(request)))
    }
}

/// Id of the HTTP request that the message came with.
pub(crate) fn request_id(request: &RequestContext<RoleServer>) -> Option<Arc<str>> {
    header(request, REQUEST_ID_HEADER)
}

fn header(request: &RequestContext<RoleServer>, name: &str) -> Option<Arc<str>> {
    let value = parts(request)?.headers.get(name)?;
    value.to_str().ok().map(Arc::from)
}

/// The trace of the message wins over that of the HTTP request, which may come from a proxy.
fn trace(request: &RequestContext<RoleServer>) -> Trace {
    let parent = request.meta.get_traceparent().map(Arc::from);
    Trace { request_id: request_id(request), parent: parent.or_else(|| header(request, TRACE_PARENT_HEADER)) }
}

fn parts(request: &RequestContext<RoleServer>) -> Option<&Parts> {
    request.extensions.get::<Parts>()
}
