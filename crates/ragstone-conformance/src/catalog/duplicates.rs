//! Laws of signatures: they are those of current versions, and nobody's who may not read the document.

use std::collections::BTreeMap;

use ragstone_core::document::DocumentDraft;
use ragstone_core::duplicate::{MAX_SIGNED, SIGNATURE_LEN, Signature, SignedDocument};
use ragstone_core::error::ErrorKind::{InvalidArgument, NotFound};
use ragstone_core::id::{CollectionId, Digest, DocumentId};
use ragstone_core::page::PageRequest;

use crate::draft::{access, collection_name, fresh_collection_id};
use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

/// A signature of its own for each number.
fn signature(number: u32) -> Signature {
    let mut numbers = [number; SIGNATURE_LEN];
    for (place, number) in (0_u32..).zip(&mut numbers) {
        *number = number.wrapping_mul(0x9e37_79b9).wrapping_add(place);
    }
    Signature::new(numbers)
}

fn signed(source: &str, text: &str, number: u32) -> DocumentDraft {
    DraftBuilder::new(source).with_text(text).with_signature(signature(number)).build()
}

impl CatalogDriver {
    async fn signed(&self, collection: CollectionId, documents: &[DocumentId]) -> Vec<SignedDocument> {
        self.catalog.signatures(&self.ctx, collection, documents).await.expect("finds signatures")
    }

    async fn signature(&self, collection: CollectionId, document: DocumentId) -> Option<SignedDocument> {
        let mut found = self.signed(collection, &[document]).await;
        assert!(found.len() <= 1, "a document is found once");
        found.pop()
    }
}

/// A document has the signature of its current version, none where that came without one, and is gone when it is deleted.
pub async fn signatures_are_those_of_the_current_version(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let document = driver.put(id, signed("text:a", "a", 7)).await.document;
    let found = driver.signature(id, document).await.expect("is there");
    assert_eq!((found.document, found.source.as_str()), (document, "text:a"));
    assert_eq!((found.title.as_str(), found.content_digest), ("Title of text:a", Digest::of(b"a")));
    assert_eq!(found.signature, Some(signature(7)));
    driver.put(id, signed("text:a", "b", 8)).await;
    let found = driver.signature(id, document).await.expect("is there");
    assert_eq!((found.signature, found.content_digest), (Some(signature(8)), Digest::of(b"b")));
    driver.put(id, DraftBuilder::new("text:a").with_text("c").build()).await;
    assert_eq!(driver.signature(id, document).await.expect("is there").signature, None);
    driver.delete(document).await;
    assert_eq!(driver.signature(id, document).await, None);
    driver.put(id, DraftBuilder::new("text:a").with_text("d").build()).await;
    assert_eq!(driver.signature(id, document).await.expect("is there again").signature, None);
}

/// Many signatures are asked for at once; what is not there is left out.
pub async fn many_signatures_are_asked_for_at_once(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let drafts =
        (0..300_u32).map(|number| signed(&format!("text:{number:03}"), &format!("text {number}"), number));
    let receipts = driver.put_all(id, drafts.collect()).await;
    let mut documents: Vec<DocumentId> = receipts.iter().map(|receipt| receipt.document).collect();
    documents.push(DocumentId::from_uuid(uuid::Uuid::from_u128(7)));
    let found = driver.signed(id, &documents).await;
    let found: BTreeMap<DocumentId, Option<Signature>> =
        found.into_iter().map(|signed| (signed.document, signed.signature)).collect();
    let expected: BTreeMap<DocumentId, Option<Signature>> =
        documents.iter().take(300).copied().zip((0..300).map(|number| Some(signature(number)))).collect();
    assert_eq!(found, expected);
    assert_eq!(driver.signed(id, &[]).await, []);
    let too_many = vec![DocumentId::from_uuid(uuid::Uuid::nil()); MAX_SIGNED + 1];
    let refused = driver.catalog.signatures(&driver.ctx, id, &too_many).await;
    assert_refused(refused, InvalidArgument, "too many documents");
}

/// Documents are listed with the signatures that they brought, by source.
pub async fn signatures_are_listed_by_source(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    driver.put(id, signed("text:b", "b", 7)).await;
    driver.put(id, DraftBuilder::new("text:a").with_text("a").build()).await;
    let page = PageRequest::try_new(1).expect("valid");
    let first = driver.catalog.signed_documents(&driver.ctx, id, &page).await.expect("lists");
    let held = first.items.first().expect("one");
    assert_eq!((held.source.as_str(), &held.signature), ("text:a", &None));
    assert_eq!(held.content_digest, Digest::of(b"a"));
    let page = page.after(first.next.expect("there is more"));
    let second = driver.catalog.signed_documents(&driver.ctx, id, &page).await.expect("lists");
    let held = second.items.first().expect("one");
    assert_eq!((held.source.as_str(), &held.signature), ("text:b", &Some(signature(7))));
    assert_eq!(second.next, None);
}

/// A caller learns nothing of documents that it may not read.
pub async fn hidden_documents_have_no_signatures(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let id = owner.create("notes").await.id;
    let open = owner.put(id, signed("text:open", "a", 7)).await.document;
    let hidden = DraftBuilder::new("text:hidden").with_text("a").with_signature(signature(7));
    let hidden = owner.put(id, hidden.with_access(access(&["user:ann"], &[])).build()).await.document;
    let bob = owner.as_reader("bob", &[]);
    let found: Vec<DocumentId> =
        bob.signed(id, &[hidden, open]).await.iter().map(|signed| signed.document).collect();
    assert_eq!(found, [open]);
    let page = PageRequest::try_new(100).expect("valid");
    let listed = bob.catalog.signed_documents(&bob.ctx, id, &page).await.expect("lists");
    let sources: Vec<String> = listed.items.iter().map(|held| held.source.to_string()).collect();
    assert_eq!(sources, ["text:open"]);
    let ann = owner.as_reader("ann", &[]);
    assert_eq!(ann.signed(id, &[hidden, open]).await.len(), 2);
}

/// Another tenant neither finds nor lists anything, and a missing collection has nothing.
pub async fn signatures_belong_to_their_tenant_and_collection(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let own = driver.put(id, signed("text:own", "a", 7)).await.document;
    let there = driver.create("there").await.id;
    assert_eq!(driver.signed(there, &[own]).await, []);
    let (other, page) = (driver.as_tenant("second"), PageRequest::try_new(10).expect("valid"));
    for (driver, gone) in [(&other, id), (&driver, fresh_collection_id())] {
        let found = driver.catalog.signatures(&driver.ctx, gone, &[own]).await;
        assert_refused(found, NotFound, "signatures in a missing collection");
        let listed = driver.catalog.signed_documents(&driver.ctx, gone, &page).await;
        assert_refused(listed, NotFound, "signatures of a missing collection");
    }
}

/// Signatures end with their collection.
pub async fn signatures_end_with_their_collection(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let own = driver.put(id, signed("text:own", "a", 1)).await.document;
    driver.catalog.delete_collection(&driver.ctx, &collection_name("notes")).await.expect("deletes");
    let found = driver.catalog.signatures(&driver.ctx, id, &[own]).await;
    assert_refused(found, NotFound, "signatures of a deleted collection");
    driver.catalog.purge_collection(&driver.ctx, id).await.expect("purges");
    let again = driver.create("notes").await.id;
    assert_eq!(driver.signed(again, &[own]).await, []);
}
