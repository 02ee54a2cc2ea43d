//! Bodies.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use ragstone_api::json;
use ragstone_core::{Error, ErrorKind, Result};
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// The body as a value of `T`.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        check_headers(request.headers())?;
        let body = Bytes::from_request(request, state).await.map_err(unreadable)?;
        Ok(Self(json::decode(&body)?))
    }
}

/// The body as a value of `T`, which is the default one where there is no body.
pub(crate) struct OptionalJsonBody<T>(pub(crate) T);

impl<S: Send + Sync, T: Default + DeserializeOwned> FromRequest<S> for OptionalJsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let headers = check_headers(request.headers());
        let body = Bytes::from_request(request, state).await.map_err(unreadable)?;
        if body.is_empty() {
            return Ok(Self(T::default()));
        }
        headers?;
        Ok(Self(json::decode(&body)?))
    }
}

/// The body as it is, whatever its media type.
pub(crate) struct RawBody(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        check_encoding(request.headers())?;
        Ok(Self(Bytes::from_request(request, state).await.map_err(unreadable)?))
    }
}

fn check_headers(headers: &HeaderMap) -> Result<()> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(is_json) {
        return Err(Error::new(ErrorKind::UnsupportedMedia, "the body is not declared as JSON")
            .with_help("send the header `Content-Type: application/json`"));
    }
    check_encoding(headers)
}

pub(super) fn check_encoding(headers: &HeaderMap) -> Result<()> {
    match headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(()),
        Some(_) => Err(Error::new(ErrorKind::UnsupportedMedia, "the body is encoded")
            .with_help("send the body without a `Content-Encoding`")),
    }
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let Some((kind, subtype)) = essence.split_once('/') else {
        return false;
    };
    let subtype = subtype.to_ascii_lowercase();
    kind.eq_ignore_ascii_case("application") && (subtype == "json" || subtype.ends_with("+json"))
}

fn unreadable(rejection: BytesRejection) -> Error {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Error::new(ErrorKind::TooLarge, "the body is longer than this path accepts")
        }
        rejection => Error::invalid(json::BODY, "could not be read to its end").with_source(rejection),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_several_media_types() {
        for json in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
            assert!(is_json(json), "{json}");
        }
        for other in ["", "json", "text/json", "text/plain", "application/xml", "application/jsonl"] {
            assert!(!is_json(other), "{other}");
        }
    }
}
