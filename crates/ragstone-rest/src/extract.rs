//! Extractors whose refusals are core errors.

pub(crate) use self::body::{JsonBody, OptionalJsonBody, RawBody};
pub(crate) use self::call::{Call, UnboundedCall, context};
pub(crate) use self::parts::{Parts, StreamedBody};
pub(crate) use self::url::{UrlPair, UrlPath, UrlQuery};

mod body;
mod call;
mod parts;
mod url;
