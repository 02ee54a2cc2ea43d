//! Requests as callers write them, and the cursors that they give back.

use std::fmt::Debug;

use ragstone_api::citation::VerifyRequest;
use ragstone_api::collection::CreateCollectionRequest;
use ragstone_api::context::ContextRequest;
use ragstone_api::facets::FacetsRequest;
use ragstone_api::ingest::{IngestPathsRequest, IngestTextRequest};
use ragstone_api::job::{JobsQuery, WaitQuery};
use ragstone_api::json::decode;
use ragstone_api::migration::MigrateRequest;
use ragstone_api::page::{CursorKey, PageQuery};
use ragstone_api::place::Span;
use ragstone_api::saved_search::{RunSearchRequest, SaveSearchRequest};
use ragstone_api::search::SearchRequest;
use ragstone_api::suggest::SuggestRequest;
use ragstone_api::upload::{UploadAttributes, UploadQuery};
use ragstone_core::facet::FacetsRequest as Facets;
use ragstone_core::page::Page;
use ragstone_core::request::{CitationReference, CreateCollection, MigrateCollection};
use ragstone_core::suggestion::SuggestQuery;
use ragstone_core::{CollectionName, Error, ErrorKind, SearchDefinition, TenantId};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads a body as every request; what is read can be written and read again, and is refused in words.
pub fn run(bytes: &[u8]) {
    let (key, tenant) = (CursorKey::derive(b"secret"), TenantId::default());
    check::<SearchRequest>(bytes, |request| {
        SearchDefinition::try_from(request).and_then(|definition| definition.query()).map(drop)
    });
    check::<ContextRequest>(bytes, |request| request.open(&key, &tenant).map(drop));
    check::<FacetsRequest>(bytes, |request| Facets::try_from(request).map(drop));
    check::<SuggestRequest>(bytes, |request| SuggestQuery::try_from(request).map(drop));
    check::<VerifyRequest>(bytes, |request| CitationReference::try_from(request).map(drop));
    check::<CreateCollectionRequest>(bytes, |request| CreateCollection::try_from(request).map(drop));
    check::<MigrateRequest>(bytes, |request| MigrateCollection::try_from(request).map(drop));
    check::<IngestTextRequest>(bytes, |request| request.into_text(CollectionName::default()).map(drop));
    check::<IngestPathsRequest>(bytes, |request| request.into_paths(CollectionName::default()).map(drop));
    check::<JobsQuery>(bytes, |request| request.into_parts().map(drop));
    check::<WaitQuery>(bytes, |request| request.into_wait().map(drop));
    check::<Span>(bytes, |request| request.into_span().map(drop));
    check::<SaveSearchRequest>(bytes, |_| Ok(()));
    check::<RunSearchRequest>(bytes, |_| Ok(()));
    check::<UploadAttributes>(bytes, |request| request.access.into_list().map(drop));
    check::<UploadQuery>(bytes, |request| {
        request.into_document(CollectionName::default(), None, Vec::new()).map(drop)
    });
}

fn check<T>(bytes: &[u8], open: impl FnOnce(T) -> Result<(), Error>)
where
    T: DeserializeOwned + Serialize + PartialEq + Debug,
{
    let value = match decode::<T>(bytes) {
        Ok(value) => value,
        Err(error) => return refused(&error),
    };
    let again = serde_json::to_vec(&value).expect("is written");
    assert_eq!(decode::<T>(&again).as_ref().ok(), Some(&value), "{}", String::from_utf8_lossy(&again));
    if let Err(error) = open(value) {
        refused(&error);
    }
}

fn refused(error: &Error) {
    let kind = error.kind();
    assert!(
        matches!(kind, ErrorKind::InvalidArgument | ErrorKind::TooLarge | ErrorKind::Unsupported),
        "{error}"
    );
    assert!(!error.public_message().is_empty());
}

/// A cursor is good for its own listing only, and none is made up.
pub fn cursors(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (key, other) = (CursorKey::derive(b"secret"), CursorKey::derive(b"other"));
    let query = |cursor: &str| PageQuery { page_size: None, cursor: Some(cursor.to_owned()) };
    assert!(key.open("listing", query(&text)).is_err(), "a cursor that nobody gave out");
    let page: Page<()> = Page { items: Vec::new(), next: Some(text.clone().into_owned()) };
    let sealed = key.seal("listing", &page).expect("there is a next page");
    if let Ok(request) = key.open("listing", query(&sealed)) {
        assert_eq!(request.after_key(), Some(text.as_ref()));
    } else {
        assert!(text.len() > 4096, "a cursor that was given out is refused");
    }
    assert!(key.open("elsewhere", query(&sealed)).is_err() && other.open("listing", query(&sealed)).is_err());
}
