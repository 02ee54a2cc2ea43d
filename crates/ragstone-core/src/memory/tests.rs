//! What is particular to the in-memory stores; the laws of the ports are tested by `ragstone-conformance`.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::{MemoryCatalog, MemoryIndex};
use crate::access::AccessList;
use crate::change::{ProjectionMark, ProjectionName};
use crate::clock::ManualClock;
use crate::collection::{KeywordSettings, NewCollection};
use crate::context::CallContext;
use crate::document::{DocumentDraft, WriteEffect};
use crate::id::{CollectionId, CollectionName, Digest, DocumentVersion, GenerationId, SourceUri};
use crate::metadata::Metadata;
use crate::port::{ChangeFeed, CollectionStore, DocumentStore, DynCatalog, DynChunkIndex};

/// Polls once, for futures that are ready at once.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("an in-memory store waited"),
    }
}

fn draft(text: &str) -> DocumentDraft {
    DocumentDraft {
        source: SourceUri::try_new("text:a").expect("is a source"),
        title: "A".to_owned(),
        format: "text".to_owned(),
        language: None,
        content_digest: Digest::of(text.as_bytes()),
        recipe: "plain-1".to_owned(),
        is_verbatim: true,
        text: text.to_owned(),
        chunks: Vec::new(),
        signature: None,
        stamp: None,
        tags: std::collections::BTreeSet::new(),
        metadata: Metadata::new(),
        access: AccessList::OPEN,
    }
}

fn catalog() -> (Arc<ManualClock>, MemoryCatalog, CollectionId) {
    let clock = Arc::new(ManualClock::new());
    let catalog = MemoryCatalog::new(clock.clone());
    let new = NewCollection {
        id: CollectionId::from_uuid(uuid::Uuid::from_u128(1)),
        name: CollectionName::default(),
        description: String::new(),
        keyword: KeywordSettings::default(),
    };
    let collection = ready(catalog.create_collection(&CallContext::system(), new)).expect("creates");
    (clock, catalog, collection.id)
}

#[test]
fn timestamps_come_from_the_clock() {
    let (clock, catalog, collection) = catalog();
    let ctx = CallContext::system();
    let first = ready(catalog.put_documents(&ctx, collection, vec![draft("one")])).expect("stores");
    clock.advance(Duration::from_secs(1));
    ready(catalog.put_documents(&ctx, collection, vec![draft("two")])).expect("stores");
    let document = ready(catalog.document(&ctx, first[0].document)).expect("finds");
    assert_eq!(document.created_at, ManualClock::START);
    assert_eq!(document.updated_at.as_millis(), ManualClock::START.as_millis() + 1000);
}

#[test]
fn versions_start_again_once_the_deletion_was_pruned_and_none_is_kept() {
    let (_, catalog, collection) = catalog();
    let catalog = catalog.with_kept_versions(0).expect("in range");
    let ctx = CallContext::system();
    let put = |text| ready(catalog.put_documents(&ctx, collection, vec![draft(text)])).expect("stores")[0];
    let first = put("one");
    let deletion = ready(catalog.delete_document(&ctx, first.document, None)).expect("deletes");
    assert_eq!(put("two").version, DocumentVersion(2));
    let deletion = ready(catalog.delete_document(&ctx, first.document, None)).expect("deletes").max(deletion);
    let mark = ProjectionMark {
        generation: GenerationId::from_uuid(uuid::Uuid::nil()),
        watermark: deletion,
        average_length: 0.0,
        model: None,
    };
    ready(catalog.mark(&ctx, ProjectionName::new("p"), collection, mark)).expect("marks");
    let again = put("three");
    assert_eq!((again.effect, again.version), (WriteEffect::Created, DocumentVersion(1)));
}

#[test]
fn the_stores_are_usable_behind_the_object_safe_twins() {
    let (_, catalog, _) = catalog();
    let catalog: Arc<dyn DynCatalog> = Arc::new(catalog);
    let index: Arc<dyn DynChunkIndex> = Arc::new(MemoryIndex::new());
    let ctx = CallContext::system();
    assert!(ready(catalog.head(&ctx)).expect("answers").0 > 0);
    assert_eq!(ready(index.targets(&ctx)).expect("answers"), Vec::new());
}
