//! A tower layer that authenticates `Authorization: Bearer` and passes the principal on.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{AUTHORIZATION, HeaderMap, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, Request, Response};
use ragstone_core::port::BoxFuture;
use ragstone_core::{Error, ErrorKind, Result};
use tower::{Layer, Service};

use crate::token::{BearerToken, PREFIX};
use crate::verifier::{AuthenticatedPrincipal, TokenVerifier};

/// Writes the answer to a request that was refused; the layer adds the challenge to it.
pub trait Respond<B>: Send + Sync + 'static {
    /// Answers with the status of the error's kind. Only the public part of the error may be shown.
    fn respond(&self, request: &Parts, error: Error) -> Response<B>;
}

impl<B, F> Respond<B> for F
where
    F: Fn(&Parts, Error) -> Response<B> + Send + Sync + 'static,
{
    fn respond(&self, request: &Parts, error: Error) -> Response<B> {
        self(request, error)
    }
}

/// Lets only authenticated requests pass.
///
/// A request that passes carries [`AuthenticatedPrincipal`] as extension and no `Authorization` header any more, so
/// that nothing behind can log or forward the token. A request without a valid token is answered with
/// `Unauthenticated`; one that gives a token in its query string, or several tokens, with `InvalidArgument`; both
/// with a `WWW-Authenticate` challenge (RFC 6750 §3).
pub struct AuthenticateLayer<R> {
    shared: Arc<Shared<R>>,
}

struct Shared<R> {
    verifier: Arc<dyn TokenVerifier>,
    respond: R,
}

impl<R> AuthenticateLayer<R> {
    /// Verifies with `verifier` and answers refused requests with `respond`.
    pub fn new(verifier: Arc<dyn TokenVerifier>, respond: R) -> Self {
        Self { shared: Arc::new(Shared { verifier, respond }) }
    }
}

impl<R> Clone for AuthenticateLayer<R> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<R> fmt::Debug for AuthenticateLayer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuthenticateLayer").field(&self.shared.verifier).finish()
    }
}

impl<S, R> Layer<S> for AuthenticateLayer<R> {
    type Service = Authenticate<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        Authenticate { inner, shared: Arc::clone(&self.shared) }
    }
}

/// Service of [`AuthenticateLayer`].
pub struct Authenticate<S, R> {
    inner: S,
    shared: Arc<Shared<R>>,
}

impl<S: Clone, R> Clone for Authenticate<S, R> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), shared: Arc::clone(&self.shared) }
    }
}

impl<S: fmt::Debug, R> fmt::Debug for Authenticate<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticate").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<S, R, ReqBody, ResBody> Service<Request<ReqBody>> for Authenticate<S, R>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    R: Respond<ResBody>,
    ReqBody: Send + 'static,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = BoxFuture<'static, std::result::Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<std::result::Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        // The clone may not be ready; the one that was polled is.
        let fresh = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match authenticate(&*shared.verifier, &parts).await {
                Ok(principal) => {
                    parts.headers.remove(AUTHORIZATION);
                    parts.extensions.insert(principal);
                    inner.call(Request::from_parts(parts, body)).await
                }
                Err(error) => Ok(refusal(&shared.respond, &parts, error)),
            }
        })
    }
}

fn refusal<B>(respond: &impl Respond<B>, parts: &Parts, error: Error) -> Response<B> {
    let challenge = challenge(parts, error.kind());
    let mut response = respond.respond(parts, error);
    if let Some(challenge) = challenge {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

/// A request without credentials gets no error code (RFC 6750 §3.1); a fault of the server no challenge.
fn challenge(parts: &Parts, kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::Unauthenticated if parts.headers.contains_key(AUTHORIZATION) => {
            Some(r#"Bearer realm="ragstone", error="invalid_token""#)
        }
        ErrorKind::Unauthenticated => Some(r#"Bearer realm="ragstone""#),
        ErrorKind::InvalidArgument => Some(r#"Bearer realm="ragstone", error="invalid_request""#),
        _ => None,
    }
}

async fn authenticate(verifier: &dyn TokenVerifier, parts: &Parts) -> Result<AuthenticatedPrincipal> {
    if has_token_in_query(parts.uri.query().unwrap_or_default()) {
        return Err(Error::invalid("authorization", "must not stand in the query string")
            .with_help("send the token in the header `Authorization: Bearer <token>`"));
    }
    let token = bearer(&parts.headers)?;
    let principal = verifier.verify(&token).await?;
    Ok(AuthenticatedPrincipal(principal))
}

/// A token in a URL ends in logs and histories, so it is refused even beside a valid header.
fn has_token_in_query(query: &str) -> bool {
    query.split('&').any(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_token = value.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('_'));
        name == "access_token" || is_token
    })
}

fn bearer(headers: &HeaderMap) -> Result<BearerToken> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Err(Error::new(ErrorKind::Unauthenticated, "no token was given")
            .with_operation("authenticate")
            .with_help("send the header `Authorization: Bearer <token>`"));
    };
    if values.next().is_some() {
        return Err(Error::invalid("authorization", "must be given once"));
    }
    let credentials = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map_or("", |(_, credentials)| credentials.trim());
    BearerToken::parse(credentials)
}
