//! Extractors whose refusals are core errors.

pub(crate) use self::body::{JsonBody, OptionalJsonBody, UploadBody};
pub(crate) use self::call::{Call, UnboundedCall};
pub(crate) use self::url::{UrlPath, UrlQuery};

mod body;
mod call;
mod url;
