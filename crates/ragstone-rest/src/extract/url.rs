//! Parts of the URL.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use ragstone_core::{Error, Result};
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// The one variable segment of the path.
pub(crate) struct UrlPath<T>(pub(crate) T);

impl<S: Send + Sync, T: FromStr<Err = Error>> FromRequestParts<S> for UrlPath<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(segment) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Error::invalid("path", rejection.body_text()))?;
        Ok(Self(segment.parse()?))
    }
}

/// The two variable segments of the path.
pub(crate) struct UrlPair<A, B>(pub(crate) A, pub(crate) B);

impl<S: Send + Sync, A: FromStr<Err = Error>, B: FromStr<Err = Error>> FromRequestParts<S> for UrlPair<A, B> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path((first, second)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Error::invalid("path", rejection.body_text()))?;
        Ok(Self(first.parse()?, second.parse()?))
    }
}

/// The query string.
pub(crate) struct UrlQuery<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for UrlQuery<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Query(query) = Query::<T>::try_from_uri(&parts.uri)
            .map_err(|rejection| Error::invalid("query string", rejection.body_text()))?;
        Ok(Self(query))
    }
}
