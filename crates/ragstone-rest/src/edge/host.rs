//! Refuses requests under a name that is not the server's own, against DNS rebinding.

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use ragstone_core::{Error, ErrorKind, Result};

use crate::config::{App, HostPolicy};
use crate::failure::Failure;

pub(crate) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    match admit(&app.config.hosts, &request) {
        Ok(()) => next.run(request).await,
        Err(error) => Failure(error).into_response(),
    }
}

fn admit(policy: &HostPolicy, request: &Request) -> Result<()> {
    let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    // HTTP/2 carries the name in the URI.
    let host = request.uri().authority().map(Authority::as_str);
    if !policy.allows(host.or_else(|| header(HOST)).unwrap_or_default()) {
        return Err(refused("the server may not be addressed by this name"));
    }
    let Some(origin) = header(ORIGIN) else {
        return Ok(());
    };
    let name = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")).unwrap_or_default();
    if policy.allows(name) {
        Ok(())
    } else {
        Err(refused("web pages of this origin may not call the server"))
    }
}

fn refused(message: &'static str) -> Error {
    Error::new(ErrorKind::PermissionDenied, message)
        .with_help("ask the operator to add the name to the allowed hosts")
}
