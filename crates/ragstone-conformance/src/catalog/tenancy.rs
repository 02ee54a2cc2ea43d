//! No call reaches another tenant's data, whatever ids it knows.

use ragstone_core::error::ErrorKind::NotFound;
use ragstone_core::metadata::MetadataValue;
use ragstone_core::page::PageRequest;

use crate::draft::span;
use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

/// Two tenants can have the same names and sources, which are different things.
pub async fn names_and_sources_are_free_in_every_tenant(fixture: CatalogFixture) {
    let first = CatalogDriver::new(&fixture);
    let second = first.as_tenant("second");
    let (one, two) = (first.create("notes").await, second.create("notes").await);
    assert_ne!(one.id, two.id);
    let mine = first.put(one.id, DraftBuilder::new("text:a").with_text("mine").build()).await;
    let theirs = second.put(two.id, DraftBuilder::new("text:a").with_text("theirs").build()).await;
    assert_ne!(mine.document, theirs.document);
    assert_eq!(first.content(mine.document).await.text, "mine");
    assert_eq!(second.content(theirs.document).await.text, "theirs");
    for (driver, held) in [(&first, &one), (&second, &two)] {
        let found = driver.catalog.collection(&driver.ctx, &held.name).await;
        assert_eq!(found.expect("finds"), *held);
    }
    let deleted = second.catalog.delete_collection(&second.ctx, &two.name).await;
    deleted.expect("deletes the second tenant's collection");
    assert_eq!(first.audit(one.id).await.len(), 1);
}

/// Every read with another tenant's id is `NotFound`, or leaves it out.
pub async fn reads_of_another_tenants_data_are_not_found(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let held = owner.create("notes").await;
    let draft = DraftBuilder::new("text:a").with_metadata("key", MetadataValue::Integer(1));
    let document = owner.put(held.id, draft.build()).await.document;
    let chunk = owner.content(document).await.chunks[0].id;
    let other = owner.as_tenant("second");
    let (catalog, ctx) = (&other.catalog, &other.ctx);
    let page = PageRequest::try_new(10).expect("is a size");
    assert_refused(catalog.collection(ctx, &held.name).await, NotFound, "collection");
    assert_refused(catalog.statistics(ctx, held.id).await, NotFound, "statistics");
    assert_refused(catalog.metadata_keys(ctx, held.id).await, NotFound, "metadata_keys");
    assert_refused(catalog.document(ctx, document).await, NotFound, "document");
    assert_refused(catalog.documents(ctx, held.id, &page).await, NotFound, "documents");
    assert_refused(catalog.document_text(ctx, document, span(0, 1)).await, NotFound, "document_text");
    assert_refused(catalog.document_content(ctx, document).await, NotFound, "document_content");
    assert_refused(catalog.source_states(ctx, held.id, "", &page).await, NotFound, "source_states");
    assert!(other.passages(&[chunk]).await.is_empty());
    assert_eq!(owner.passages(&[chunk]).await.len(), 1);
}

/// Every write with another tenant's id is `NotFound` and changes nothing.
pub async fn writes_to_another_tenants_data_are_not_found(fixture: CatalogFixture) {
    let owner = CatalogDriver::new(&fixture);
    let held = owner.create("notes").await;
    let receipt = owner.put(held.id, DraftBuilder::new("text:a").build()).await;
    let other = owner.as_tenant("second");
    let (catalog, ctx) = (&other.catalog, &other.ctx);
    let deleted = catalog.delete_collection(ctx, &held.name).await;
    assert_refused(deleted, NotFound, "delete_collection");
    for name in ["text:a", "text:b"] {
        let drafts = vec![DraftBuilder::new(name).with_text("theirs").build()];
        let put = catalog.put_documents(ctx, held.id, drafts).await;
        assert_refused(put, NotFound, "put_documents");
    }
    for expected in [None, Some(receipt.version)] {
        let deleted = catalog.delete_document(ctx, receipt.document, expected).await;
        assert_refused(deleted, NotFound, "delete_document");
    }
    let documents = owner.audit(held.id).await;
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0].sequence, receipt.sequence);
    assert_eq!(owner.head().await, receipt.sequence);
}

/// A tenant's list of collections holds its own, in every page.
pub async fn listings_hold_the_own_tenant_only(fixture: CatalogFixture) {
    let first = CatalogDriver::new(&fixture);
    let second = first.as_tenant("second");
    for name in ["a", "c", "e"] {
        first.create(name).await;
    }
    for name in ["b", "d"] {
        second.create(name).await;
    }
    let expected =
        [(&first, vec!["a", "c", "e"]), (&second, vec!["b", "d"]), (&first.as_tenant("third"), vec![])];
    for (driver, names) in expected {
        let mut request = PageRequest::try_new(2).expect("is a size");
        let mut listed = Vec::new();
        loop {
            let page = driver.catalog.collections(&driver.ctx, &request).await;
            let page = page.expect("lists");
            listed.extend(page.items.into_iter().map(|item| item.name.to_string()));
            match page.next {
                Some(next) => request = request.after(next),
                None => break,
            }
        }
        assert_eq!(listed, names);
    }
}
