//! Listings of documents and sources.

use ragstone_core::error::ErrorKind::{InvalidArgument, NotFound};
use ragstone_core::page::PageRequest;
use ragstone_core::stamp::{MAX_STAMPS, SourceStamp, StampedDocument};

use crate::draft::{fresh_collection_id, tenant_context};
use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

/// Sources in the order of their bytes, which is not the order of any language.
const SORTED: [&str; 8] =
    ["file:///A", "file:///Z", "file:///a", "file:///a b", "file:///a/b", "file:///é", "text:10", "text:9"];

async fn store_shuffled(driver: &CatalogDriver) -> ragstone_core::CollectionId {
    let id = driver.create("notes").await.id;
    for place in [5, 2, 7, 0, 3, 6, 1, 4] {
        driver.put(id, DraftBuilder::new(SORTED[place]).build()).await;
    }
    id
}

/// Documents are listed by the bytes of their source; pages neither repeat nor miss one.
pub async fn documents_are_listed_by_source_in_pages(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = store_shuffled(&driver).await;
    for size in [1, 3, 4, 8, 9] {
        let listed = driver.documents(id, size).await;
        let sources: Vec<_> = listed.iter().map(|document| document.source.to_string()).collect();
        assert_eq!(sources, SORTED, "pages of {size}");
    }
    let whole = PageRequest::try_new(8).expect("is a size");
    let page = driver.catalog.documents(&driver.ctx, id, &whole).await;
    assert_eq!(page.expect("lists").next, None, "a full last page is the last");
    let behind = PageRequest::try_new(8).expect("is a size").after("file:///a!");
    let page = driver.catalog.documents(&driver.ctx, id, &behind).await;
    assert_eq!(page.expect("lists").items.len(), 4, "an after key need not exist");
}

/// Listings of a collection that does not exist are `NotFound`, not empty.
pub async fn listing_of_a_missing_collection_is_not_found(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let page = PageRequest::try_new(1).expect("is a size");
    let missing = fresh_collection_id();
    let documents = driver.catalog.documents(&driver.ctx, missing, &page).await;
    assert_refused(documents, NotFound, "documents");
    let states = driver.catalog.source_states(&driver.ctx, missing, "", &page).await;
    assert_refused(states, NotFound, "source_states");
}

/// Documents that come and go between two pages do not make others appear twice or not at all.
pub async fn listing_is_stable_while_documents_come(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    for name in ["text:b", "text:d", "text:f", "text:h"] {
        driver.put(id, DraftBuilder::new(name).build()).await;
    }
    let request = PageRequest::try_new(2).expect("is a size");
    let first = driver.catalog.documents(&driver.ctx, id, &request).await;
    let first = first.expect("lists");
    driver.put(id, DraftBuilder::new("text:a").build()).await;
    driver.put(id, DraftBuilder::new("text:g").build()).await;
    driver.delete(first.items[1].id).await;
    let next = request.after(first.next.expect("there is more"));
    let second = driver.catalog.documents(&driver.ctx, id, &next).await;
    let sources: Vec<_> =
        second.expect("lists").items.iter().map(|document| document.source.to_string()).collect();
    assert_eq!(sources, ["text:f", "text:g"]);
}

/// Source states hold what an incremental ingest compares, of the current version.
pub async fn source_states_tell_digest_and_recipe(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    driver.put(id, DraftBuilder::new("text:a").build()).await;
    let draft = DraftBuilder::new("text:a").with_text("new").with_recipe("second").build();
    let receipt = driver.put(id, draft.clone()).await;
    let page = PageRequest::try_new(5).expect("is a size");
    let listed = driver.catalog.source_states(&driver.ctx, id, "", &page).await;
    let listed = listed.expect("lists");
    assert_eq!((listed.items.len(), listed.next), (1, None));
    let state = &listed.items[0];
    assert_eq!((state.document, &state.source), (receipt.document, &draft.source));
    assert_eq!((state.content_digest, state.recipe.as_str()), (draft.content_digest, "second"));
    driver.delete(receipt.document).await;
    assert!(driver.sources(id, "", 5).await.is_empty());
}

/// A stamp comes with the draft, is noted without a new version, and goes with the content that it was made of.
pub async fn stamp_stays_with_the_content(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let stamp = |text: &str| Some(SourceStamp::try_new(text).expect("is a stamp"));
    let draft = DraftBuilder::new("text:a").with_stamp("one").build();
    let receipt = driver.put(id, draft.clone()).await;
    assert_eq!(driver.stamp(id).await, stamp("one"));
    let head = driver.catalog.head(&driver.ctx).await.expect("tells");
    let noted = StampedDocument {
        document: receipt.document,
        content_digest: draft.content_digest,
        stamp: SourceStamp::try_new("two").expect("is a stamp"),
    };
    driver.catalog.note_stamps(&driver.ctx, id, vec![noted.clone()]).await.expect("notes");
    assert_eq!(driver.stamp(id).await, stamp("two"));
    assert_eq!(driver.catalog.head(&driver.ctx).await.expect("tells"), head, "nothing has changed");
    driver.put(id, DraftBuilder::new("text:a").with_text("new").build()).await;
    assert_eq!(driver.stamp(id).await, None);
    driver.catalog.note_stamps(&driver.ctx, id, vec![noted.clone()]).await.expect("leaves it alone");
    assert_eq!(driver.stamp(id).await, None, "the stamp is of other content");
    let stranger = tenant_context("globex");
    assert_refused(driver.catalog.note_stamps(&stranger, id, vec![noted.clone()]).await, NotFound, "stamps");
    let many = vec![noted; MAX_STAMPS + 1];
    assert_refused(driver.catalog.note_stamps(&driver.ctx, id, many).await, InvalidArgument, "stamps");
}

/// A prefix is a text, not a pattern: `%`, `_`, `*`, `?`, `[` and `\` stand for themselves, and case counts.
pub async fn source_prefix_is_literal(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let sources = [
        "file:///100%/a",
        "file:///100%25/a",
        "file:///1000/a",
        "file:///AXb/x",
        "file:///A_b/x",
        "file:///[a]/*?",
        "file:///a_b/x",
        "file:///axb/x",
        "file:///back\\slash",
        "file:///back\\slash/x",
        "file:///é/x",
    ];
    for name in sources {
        driver.put(id, DraftBuilder::new(name).build()).await;
    }
    let prefixes = [
        "",
        "file:///",
        "file:///100%",
        "file:///100%/",
        "file:///a_",
        "file:///A_",
        "file:///[a]/*",
        "file:///back\\",
        "file:///back\\slash",
        "file:///é",
        "%",
        "_",
        "file:///b%",
        "file:///axb/x",
        "file:///axb/x/longer",
        "\u{10ffff}",
    ];
    for prefix in prefixes {
        let expected: Vec<&str> = sources.into_iter().filter(|source| source.starts_with(prefix)).collect();
        assert_eq!(driver.sources(id, prefix, 100).await, expected, "prefix {prefix}");
    }
}

/// Source states are paged as documents are, within the prefix.
pub async fn source_states_come_in_pages(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = store_shuffled(&driver).await;
    for size in [1, 2, 3, 6, 7] {
        assert_eq!(driver.sources(id, "", size).await, SORTED, "pages of {size}");
        assert_eq!(driver.sources(id, "file:", size).await, SORTED[..6], "pages of {size}");
    }
    let full = PageRequest::try_new(6).expect("is a size");
    let page = driver.catalog.source_states(&driver.ctx, id, "file:", &full).await;
    assert_eq!(page.expect("lists").next, None, "a full last page is the last");
    let before = PageRequest::try_new(10).expect("is a size").after("aaa");
    let page = driver.catalog.source_states(&driver.ctx, id, "text:", &before).await;
    assert_eq!(page.expect("lists").items.len(), 2, "a key before the prefix leaves nothing out");
}
