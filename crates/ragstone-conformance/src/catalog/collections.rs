//! Collections: creation, names, deletion, statistics.

use ragstone_core::collection::{AnalyzerChoice, CollectionStatistics, KeywordSettings, NewCollection};
use ragstone_core::error::ErrorKind::{AlreadyExists, InvalidArgument, NotFound};
use ragstone_core::metadata::MetadataValue;
use ragstone_core::page::PageRequest;

use crate::draft::{collection_name, fresh_collection_id, new_collection, span};
use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

/// A created collection is found by its name, as it was given.
pub async fn created_collection_is_found(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let new = NewCollection {
        description: "é \"quoted\" 'text'; --".to_owned(),
        keyword: KeywordSettings { analyzer: AnalyzerChoice::Simple, k1: 0.9, b: 0.4 },
        ..new_collection("notes")
    };
    let created = driver.catalog.create_collection(&driver.ctx, new.clone()).await;
    let created = created.expect("creates");
    assert_eq!(created.id, new.id);
    assert_eq!(created.tenant, *driver.ctx.tenant());
    assert_eq!(created.name, new.name);
    assert_eq!(created.description, new.description);
    assert_eq!(created.keyword, new.keyword);
    let found = driver.catalog.collection(&driver.ctx, &new.name).await;
    assert_eq!(found.expect("finds"), created);
}

/// A live collection's name cannot be given again, and the attempt changes nothing.
pub async fn live_name_is_taken(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let first = driver.create("notes").await;
    let head = driver.head().await;
    let again = driver.catalog.create_collection(&driver.ctx, new_collection("notes")).await;
    assert_refused(again, AlreadyExists, "a name that is taken");
    let found = driver.catalog.collection(&driver.ctx, &first.name).await;
    assert_eq!(found.expect("finds").id, first.id);
    assert_eq!(driver.head().await, head);
}

/// What `NewCollection::check` refuses is refused, and not stored.
pub async fn bad_collections_are_refused(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let long = NewCollection {
        description: "x".repeat(NewCollection::MAX_DESCRIPTION_LEN + 1),
        ..new_collection("notes")
    };
    let mut steep = new_collection("notes");
    steep.keyword.k1 = 11.0;
    let mut not_a_number = new_collection("notes");
    not_a_number.keyword.b = f32::NAN;
    for (new, what) in [(long, "a long description"), (steep, "k1"), (not_a_number, "b")] {
        let name = new.name.clone();
        assert_refused(driver.catalog.create_collection(&driver.ctx, new).await, InvalidArgument, what);
        assert_refused(driver.catalog.collection(&driver.ctx, &name).await, NotFound, what);
    }
}

/// Every call on a collection that never was is `NotFound`.
pub async fn missing_collection_is_not_found(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let (catalog, ctx) = (&driver.catalog, &driver.ctx);
    let name = collection_name("missing");
    assert_refused(catalog.collection(ctx, &name).await, NotFound, "collection");
    assert_refused(catalog.delete_collection(ctx, &name).await, NotFound, "delete_collection");
    let id = fresh_collection_id();
    assert_refused(catalog.statistics(ctx, id).await, NotFound, "statistics");
    assert_refused(catalog.metadata_keys(ctx, id).await, NotFound, "metadata_keys");
}

/// Collections are listed by name; pages neither repeat nor miss one, and the last one says that it is the last.
pub async fn collections_are_listed_by_name_in_pages(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let sorted = ["0", "a", "a-b", "a0", "a_b", "b"];
    for name in ["b", "a_b", "0", "a-b", "a0", "a"] {
        driver.create(name).await;
    }
    for size in [1, 2, 3, 6, 7] {
        let mut names = Vec::new();
        let mut pages = 0;
        let mut request = PageRequest::try_new(size).expect("is a size");
        loop {
            let page = driver.catalog.collections(&driver.ctx, &request).await;
            let page = page.expect("lists");
            pages += 1;
            names.extend(page.items.into_iter().map(|item| item.name.to_string()));
            match page.next {
                Some(next) => request = request.after(next),
                None => break,
            }
        }
        assert_eq!(names, sorted, "pages of {size}");
        assert_eq!(pages, 6_u32.div_ceil(size), "no empty page follows the last");
    }
    let request = PageRequest::try_new(10).expect("is a size").after("a-c");
    let page = driver.catalog.collections(&driver.ctx, &request).await;
    let names: Vec<_> = page.expect("lists").items.into_iter().map(|item| item.name.to_string()).collect();
    assert_eq!(names, ["a0", "a_b", "b"], "an after key need not exist");
}

/// A deleted collection and all it held cannot be reached by any call.
pub async fn deleted_collection_is_invisible_at_once(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let (catalog, ctx) = (&driver.catalog, &driver.ctx);
    let held = driver.create("notes").await;
    let receipt = driver.put(held.id, DraftBuilder::new("text:a").build()).await;
    let chunk = driver.content(receipt.document).await.chunks[0].id;
    let sequence = catalog.delete_collection(ctx, &held.name).await.expect("deletes");
    assert!(sequence > receipt.sequence);
    let page = PageRequest::try_new(10).expect("is a size");
    assert_refused(catalog.collection(ctx, &held.name).await, NotFound, "collection");
    assert_refused(catalog.delete_collection(ctx, &held.name).await, NotFound, "delete_collection");
    assert_refused(catalog.statistics(ctx, held.id).await, NotFound, "statistics");
    assert_refused(catalog.metadata_keys(ctx, held.id).await, NotFound, "metadata_keys");
    assert_refused(catalog.documents(ctx, held.id, &page).await, NotFound, "documents");
    assert_refused(catalog.source_states(ctx, held.id, "", &page).await, NotFound, "source_states");
    let drafts = vec![DraftBuilder::new("text:b").build()];
    assert_refused(catalog.put_documents(ctx, held.id, drafts).await, NotFound, "put_documents");
    let id = receipt.document;
    assert_refused(catalog.document(ctx, id).await, NotFound, "document");
    assert_refused(catalog.document_content(ctx, id).await, NotFound, "document_content");
    assert_refused(catalog.document_text(ctx, id, span(0, 1)).await, NotFound, "document_text");
    assert_refused(catalog.delete_document(ctx, id, None).await, NotFound, "delete_document");
    assert!(driver.passages(&[chunk]).await.is_empty());
    let listed = catalog.collections(ctx, &page).await.expect("lists");
    assert!(listed.items.is_empty());
}

/// The name of a deleted collection can be given to a new one, which has nothing of the old.
pub async fn deleted_name_is_free_for_another_collection(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let old = driver.create("notes").await;
    let draft = DraftBuilder::new("text:a").with_metadata("old", MetadataValue::Boolean(true));
    let former = driver.put(old.id, draft.build()).await;
    let deleted = driver.catalog.delete_collection(&driver.ctx, &old.name).await;
    deleted.expect("deletes");
    let new = driver.create("notes").await;
    assert_ne!(new.id, old.id);
    assert!(driver.audit(new.id).await.is_empty());
    let keys = driver.catalog.metadata_keys(&driver.ctx, new.id).await;
    assert!(keys.expect("lists keys").is_empty());
    let receipt = driver.put(new.id, DraftBuilder::new("text:a").build()).await;
    assert_ne!(receipt.document, former.document);
    assert_eq!(driver.audit(new.id).await.len(), 1);
}

/// Statistics are exact after every creation, update, repetition and deletion.
pub async fn statistics_follow_every_write(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    assert_eq!(driver.statistics(id).await, CollectionStatistics::default());
    let draft = |source: &str, text: &str| DraftBuilder::new(source).with_text(text).build();
    let first = driver.put(id, draft("text:a", "one two\nthree\n")).await.document;
    driver.put(id, draft("text:b", "é ü\n")).await;
    let expected =
        |documents, chunks, text_bytes, terms| CollectionStatistics { documents, chunks, text_bytes, terms };
    assert_eq!(driver.statistics(id).await, expected(2, 3, 20, 5));
    driver.put(id, draft("text:b", "é ü\n")).await;
    assert_eq!(driver.statistics(id).await, expected(2, 3, 20, 5), "repeated");
    driver.put(id, draft("text:a", "one")).await;
    assert_eq!(driver.statistics(id).await, expected(2, 2, 9, 3), "updated");
    driver.delete(first).await;
    assert_eq!(driver.statistics(id).await, expected(1, 1, 6, 2), "deleted");
    driver.put(id, draft("text:b", "")).await;
    assert_eq!(driver.statistics(id).await, expected(1, 0, 0, 0), "emptied");
    driver.audit(id).await;
}

/// Every key that any document ever had stays known, in order, once.
pub async fn metadata_keys_only_grow(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let keys = async || {
        let listed = driver.catalog.metadata_keys(&driver.ctx, id).await;
        listed.expect("lists keys")
    };
    assert!(keys().await.is_empty());
    let draft = |key: &str| {
        DraftBuilder::new("text:a")
            .with_metadata(key, MetadataValue::Integer(1))
            .with_metadata("Year", MetadataValue::Integer(2))
            .build()
    };
    driver.put(id, draft("year")).await;
    let document = driver.put(id, draft("_draft")).await.document;
    assert_eq!(keys().await, ["Year", "_draft", "year"]);
    driver.delete(document).await;
    assert_eq!(keys().await, ["Year", "_draft", "year"]);
}
