//! A target for each language and each small value that callers write.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use ragstone_api::similar::DocumentName;
use ragstone_auth::{BearerToken, StoredToken};
use ragstone_core::access::AccessEntry;
use ragstone_core::facet::FacetField;
use ragstone_core::filter::{Field, Place, SourceGlob};
use ragstone_core::id::{
    ChunkId, CollectionId, CollectionName, Digest, DocumentId, SavedSearchName, SourceUri, TenantId,
};
use ragstone_core::model_context::ContextCursor;
use ragstone_core::query::QueryText;
use ragstone_core::{ByteSpan, Scope, SearchQuery, date};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::target::Target;
use crate::{filters, requests};

/// Every target of the binary `values`.
pub const TARGETS: &[Target] = &[
    Target { name: "filter", run: filters::run },
    Target { name: "query", run: query },
    Target { name: "places", run: places },
    Target { name: "ids", run: ids },
    Target { name: "requests", run: requests::run },
    Target { name: "cursors", run: requests::cursors },
];

/// What a query is taken apart into is part of it, in order.
fn query(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(parsed) = QueryText::parse(text) else {
        assert!(SearchQuery::try_new(text, 10).is_err(), "a query of a text that is refused");
        return;
    };
    let mut end = 0;
    for span in parsed.loose() {
        assert!(span.start() >= end && span.slice(text).is_some(), "words ascend between characters");
        end = span.end();
    }
    for part in parsed.phrases().iter().chain(parsed.exclusions()).chain(parsed.fields()) {
        assert!(!part.is_empty() && text.contains(part.as_str()), "{part:?}");
    }
    assert_eq!(QueryText::parse(text).ok().as_ref(), Some(&parsed), "the same text means the same");
    if let Ok(query) = SearchQuery::try_new(text, 10) {
        assert_eq!(query.parsed(), &parsed);
        assert_eq!(query.filter().is_some(), parsed.narrowed(None).is_some());
    }
}

/// Places and globs say again what they were written as, and mean the same.
fn places(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (pattern, source) = text.split_once('\n').unwrap_or((&text, &text));
    let Ok(source) = SourceUri::try_new(source) else { return };
    if let Ok(place) = Place::try_new(pattern) {
        assert_eq!(Place::try_new(place.as_str()).ok().as_ref(), Some(&place));
        assert_eq!(place.holds(&source), source.as_str().starts_with(place.as_str()));
    }
    if let Ok(glob) = SourceGlob::try_new(pattern) {
        assert_eq!(SourceGlob::try_new(&glob.to_string()).ok().as_ref(), Some(&glob));
        let is_below = glob.below().is_none_or(|place| place.holds(&source));
        assert!(is_below || !glob.matches(&source), "a glob matches what lies below its beginning");
    }
}

/// Whatever is read is shown so that it is read again as the same.
fn ids(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    shown::<ChunkId>(text);
    shown::<CollectionId>(text);
    shown::<DocumentId>(text);
    shown::<CollectionName>(text);
    shown::<TenantId>(text);
    shown::<SavedSearchName>(text);
    shown::<Digest>(text);
    shown::<Scope>(text);
    shown::<AccessEntry>(text);
    shown::<ContextCursor>(text);
    shown::<Field>(text);
    shown::<FacetField>(text);
    written::<ByteSpan>(text);
    written::<SourceUri>(text);
    written::<AccessEntry>(text);
    if let Ok(name) = text.parse::<DocumentName>() {
        let shown = match &name {
            DocumentName::Id(id) => id.to_string(),
            DocumentName::Source(source) => source.to_string(),
        };
        assert_eq!(shown.parse::<DocumentName>().ok(), Some(name));
    }
    if let Ok(token) = BearerToken::parse(text) {
        assert_eq!(token.expose(), text);
        let stored = StoredToken::of(&token).to_string();
        assert_eq!(stored.parse::<StoredToken>().map(|read| read.to_string()).ok(), Some(stored));
    }
    if let Ok(stored) = text.parse::<StoredToken>() {
        assert!(stored.to_string().eq_ignore_ascii_case(text));
    }
    let _instant = date::instant(text);
}

fn shown<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string().parse::<T>().ok(), Some(value));
    }
}

fn written<T: DeserializeOwned + Serialize + PartialEq + Debug>(json: &str) {
    if let Ok(value) = serde_json::from_str::<T>(json) {
        let again = serde_json::to_string(&value).expect("is written");
        assert_eq!(serde_json::from_str::<T>(&again).ok(), Some(value));
    }
}
