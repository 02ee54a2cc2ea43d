//! The HTTP client of remote models and of downloads, and what its failures mean.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::{Error, ErrorKind, Result, Retry};
use reqwest::{Client, Response, StatusCode, header, redirect};
use rustls_platform_verifier::BuilderVerifierExt;

/// Longest time to connect.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest time that a server may ask to wait for.
const LONGEST_WAIT: Duration = Duration::from_mins(5);
/// Bytes of an error's body that go into the log.
const MOST_DETAIL: usize = 512;

/// Builds a client that follows `redirects` at most. It speaks TLS with rustls and ring, and installs nothing global.
pub(crate) fn client(redirects: usize) -> Result<Client> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(|source| Error::new(ErrorKind::Unexpected, "cannot set up TLS").with_source(source))?
        .with_no_client_auth();
    let policy = if redirects == 0 { redirect::Policy::none() } else { redirect::Policy::limited(redirects) };
    Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(CONNECT)
        .redirect(policy)
        .user_agent(concat!("ragstone/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|source| {
            Error::new(ErrorKind::Unexpected, "cannot set up an HTTP client").with_source(source)
        })
}

/// A request that got no answer, or an answer that broke off. The address is left out: it may hold a secret.
pub(crate) fn broken(error: reqwest::Error) -> Error {
    let error = error.without_url();
    let message = if error.is_connect() { "the server cannot be reached" } else { "the server broke off" };
    Error::new(ErrorKind::Unavailable, message).with_source(error)
}

/// The error of an answer that is no success; reads the start of its body for the log.
pub(crate) async fn refused(response: Response) -> Error {
    let status = response.status();
    let wait = retry_after(&response);
    let error =
        Error::new(kind_of(status), "the server refused the request").with_context("status", status.as_u16());
    let error = match wait {
        Some(wait) if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
            error.with_retry(Retry::After(wait.min(LONGEST_WAIT)))
        }
        _ => error,
    };
    match body(response, MOST_DETAIL, Cut::Short).await {
        Ok(bytes) => error.with_detail(String::from_utf8_lossy(&bytes).into_owned()),
        Err(_unread) => error,
    }
}

const fn kind_of(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        429 => ErrorKind::RateLimited,
        408 | 500 | 502 | 503 | 504 => ErrorKind::Unavailable,
        // A wrong key, a wrong address, a model that the server does not have: to be mended in the configuration.
        401 | 403 | 404 => ErrorKind::FailedPrecondition,
        413 => ErrorKind::TooLarge,
        _ => ErrorKind::Unexpected,
    }
}

/// Seconds only; dates are rare and need the server's clock.
fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

/// What becomes of a body that is larger than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Its start is enough.
    Short,
    /// It is an error.
    Refuse,
}

/// Reads a body of at most `most` bytes.
pub(crate) async fn body(mut response: Response, most: usize, cut: Cut) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        let room = most - bytes.len();
        if chunk.len() <= room {
            bytes.extend_from_slice(&chunk);
            continue;
        }
        match cut {
            Cut::Short => {
                bytes.extend(chunk.iter().take(room));
                break;
            }
            Cut::Refuse => {
                let error =
                    Error::new(ErrorKind::Unavailable, "the server's answer is larger than any right one");
                return Err(error.with_context("most_bytes", most));
            }
        }
    }
    Ok(bytes)
}
