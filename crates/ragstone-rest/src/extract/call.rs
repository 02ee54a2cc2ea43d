//! The call context of a request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ragstone_auth::AuthenticatedPrincipal;
use ragstone_core::context::Trace;
use ragstone_core::idempotency::KeyClaim;
use ragstone_core::{CallContext, Error, ErrorKind, Result};
use ragstone_observability::field;
use tracing::Span;

use crate::config::App;
use crate::edge::request_id::RequestId;
use crate::failure::Failure;

/// Context with the deadline of ordinary requests.
pub(crate) struct Call(pub(crate) CallContext);

impl FromRequestParts<App> for Call {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let ctx = context(parts)?.with_timeout(&*app.state.clock, app.config.timeout);
        Ok(Self(ctx))
    }
}

/// Context without deadline, for work that takes as long as there is of it.
pub(crate) struct UnboundedCall(pub(crate) CallContext);

impl FromRequestParts<App> for UnboundedCall {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        Ok(Self(context(parts)?))
    }
}

/// Context of the caller without deadline, under the key of the request where it has one.
pub(crate) fn context(parts: &Parts) -> Result<CallContext> {
    let AuthenticatedPrincipal(principal) = parts
        .extensions
        .get()
        .cloned()
        .ok_or_else(|| Error::new(ErrorKind::Unexpected, "a route lies outside the authentication"))?;
    Span::current().record(field::TENANT_ID, principal.tenant().as_str());
    let request_id = parts.extensions.get::<RequestId>();
    let ctx = CallContext::new(principal).with_trace(Trace {
        request_id: request_id.map(|id| Arc::clone(&id.0)),
        parent: trace_parent(&parts.headers),
    });
    Ok(match parts.extensions.get::<KeyClaim>() {
        Some(claim) => ctx.with_claim(claim.clone()),
        None => ctx,
    })
}

/// W3C Trace Context version 00; anything else counts as absent, as the recommendation asks.
fn trace_parent(headers: &HeaderMap) -> Option<Arc<str>> {
    let text = headers.get("traceparent")?.to_str().ok()?;
    let mut parts = text.split('-');
    let lengths = [parts.next()?, parts.next()?, parts.next()?, parts.next()?].map(str::len);
    let is_hex =
        text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let is_well_formed = lengths == [2, 32, 16, 2] && parts.next().is_none() && is_hex;
    (is_well_formed && text.starts_with("00-")).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_well_formed_parents_are_kept() {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        for (text, is_kept) in [
            (parent.to_owned(), true),
            (parent.replace("00-", "ff-"), false),
            (parent.to_uppercase(), false),
            (format!("{parent}-x"), false),
            (parent.replace('-', ""), false),
            (String::new(), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", HeaderValue::from_str(&text).expect("ASCII"));
            assert_eq!(trace_parent(&headers).is_some(), is_kept, "{text}");
        }
    }
}
