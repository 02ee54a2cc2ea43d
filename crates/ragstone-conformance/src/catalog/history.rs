//! Earlier versions: what is kept, who reads it, how it comes back, how it goes for good.

use ragstone_core::change::{Change, ChangeKind};
use ragstone_core::clock::Timestamp;
use ragstone_core::document::WriteEffect::{Created, Unchanged, Updated};
use ragstone_core::document::WriteReceipt;
use ragstone_core::error::ErrorKind::{Conflict, InvalidArgument, NotFound};
use ragstone_core::history::{DEFAULT_KEPT_VERSIONS, StoredVersion};
use ragstone_core::id::{ChunkId, CollectionId, DocumentId, DocumentVersion, Sequence};
use ragstone_core::page::PageRequest;

use crate::draft::{DraftBuilder, access};
use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture, Verdict};

const LATER: Timestamp = Timestamp::from_millis(i64::MAX);

impl CatalogDriver {
    /// All versions of a document, read in pages of a size.
    async fn versions(&self, document: DocumentId, size: u32) -> Vec<StoredVersion> {
        let mut page = PageRequest::try_new(size).expect("valid");
        let mut versions = Vec::new();
        loop {
            let listed = self.catalog.versions(&self.ctx, document, &page).await.expect("lists versions");
            assert!(listed.items.len() <= size as usize, "a page has its size at most");
            versions.extend(listed.items);
            let Some(next) = listed.next else { return versions };
            page = page.after(next);
        }
    }

    async fn version_numbers(&self, document: DocumentId) -> Vec<u32> {
        self.versions(document, 100).await.iter().map(|version| version.document.version.0).collect()
    }

    /// All deleted documents of a collection, read in pages of a size.
    async fn deleted(&self, collection: CollectionId, size: u32) -> Vec<StoredVersion> {
        let mut page = PageRequest::try_new(size).expect("valid");
        let mut deleted = Vec::new();
        loop {
            let listed = self.catalog.deleted_documents(&self.ctx, collection, &page).await;
            let listed = listed.expect("lists deleted documents");
            assert!(listed.items.len() <= size as usize, "a page has its size at most");
            deleted.extend(listed.items);
            let Some(next) = listed.next else { return deleted };
            page = page.after(next);
        }
    }

    async fn put_text(&self, collection: CollectionId, uri: &str, text: &str) -> WriteReceipt {
        self.put(collection, DraftBuilder::new(uri).with_text(text).build()).await
    }

    async fn restore(&self, document: DocumentId, version: u32) -> WriteReceipt {
        let restored =
            self.catalog.restore_version(&self.ctx, document, DocumentVersion(version), None).await;
        restored.expect("restores a version")
    }

    async fn purge(&self, document: DocumentId) -> Sequence {
        self.catalog.purge_document(&self.ctx, document, None).await.expect("purges a document")
    }

    async fn misses_version(&self, document: DocumentId, version: u32) {
        let found = self.catalog.version_content(&self.ctx, document, DocumentVersion(version)).await;
        assert_refused(found, NotFound, "what is not there");
    }
}

fn page() -> PageRequest {
    PageRequest::try_new(10).expect("valid")
}

/// A version that was replaced is read as it was, with text and chunks.
pub async fn earlier_version_is_read_as_it_was(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let draft = DraftBuilder::new("text:a").with_title("Old").with_text("one\ntwo\n").build();
    let first = driver.put(id, draft.clone()).await;
    let before = driver.content(first.document).await;
    driver.put_text(id, "text:a", "three").await;

    let kept = driver.catalog.version_content(&driver.ctx, first.document, DocumentVersion(1)).await;
    let kept = kept.expect("reads an earlier version");
    assert_eq!(kept, before);
    assert!(
        kept.chunks
            .iter()
            .all(|chunk| { chunk.id == ChunkId::derive(first.document, DocumentVersion(1), chunk.span) })
    );
    let current = driver.catalog.version_content(&driver.ctx, first.document, DocumentVersion(2)).await;
    assert_eq!(current.expect("reads the current version"), driver.content(first.document).await);
    driver.misses_version(first.document, 3).await;
    driver.audit(id).await;
}

/// Versions are listed from the newest, each with the time at which it ended.
pub async fn versions_are_listed_from_the_newest(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let mut document = None;
    for number in 1..=5 {
        document = Some(driver.put_text(id, "text:a", &format!("text {number}")).await.document);
    }
    let document = document.expect("stored");
    for size in [1, 2, 5, 100] {
        let versions = driver.versions(document, size).await;
        let numbers: Vec<u32> = versions.iter().map(|version| version.document.version.0).collect();
        assert_eq!(numbers, [5, 4, 3, 2, 1]);
        assert_eq!(versions[0].ended_at, None);
        for pair in versions.windows(2) {
            assert_eq!(pair[1].ended_at, Some(pair[0].document.updated_at));
        }
    }
    let stray = driver.catalog.versions(&driver.ctx, document, &page().after("stray".to_owned())).await;
    assert_refused(stray, InvalidArgument, "what is out of range");
}

/// Of the versions of a document the newest are kept.
pub async fn only_so_many_versions_are_kept(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let last = DEFAULT_KEPT_VERSIONS + 3;
    let mut document = None;
    for number in 1..=last {
        document = Some(driver.put_text(id, "text:a", &format!("text {number}")).await.document);
    }
    let document = document.expect("stored");
    let expected: Vec<u32> = (last - DEFAULT_KEPT_VERSIONS..=last).rev().collect();
    assert_eq!(driver.version_numbers(document).await, expected);
    driver.misses_version(document, 2).await;
}

/// A deleted document is listed with its last version until it is there again.
pub async fn deleted_documents_are_listed(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let mut documents = Vec::new();
    for uri in ["text:a", "text:b", "text:c"] {
        driver.put_text(id, uri, "first").await;
        documents.push(driver.put_text(id, uri, uri).await.document);
    }
    assert_eq!(driver.deleted(id, 10).await, []);
    for document in &documents {
        driver.delete(*document).await;
    }
    for size in [1, 2, 10] {
        let deleted = driver.deleted(id, size).await;
        let mut sources: Vec<&str> = deleted.iter().map(|one| one.document.source.as_str()).collect();
        sources.sort_unstable();
        assert_eq!(sources, ["text:a", "text:b", "text:c"]);
        assert!(deleted.iter().all(|one| one.document.version == DocumentVersion(2)));
        assert!(deleted.iter().all(|one| one.ended_at.is_some()));
        assert!(deleted.is_sorted_by(|left, right| left.ended_at >= right.ended_at));
    }
    assert_eq!(driver.version_numbers(documents[0]).await, [2, 1]);
    driver.put_text(id, "text:b", "again").await;
    assert_eq!(driver.deleted(id, 10).await.len(), 2);
    let missing =
        driver.catalog.deleted_documents(&driver.ctx, crate::draft::fresh_collection_id(), &page()).await;
    assert_refused(missing, NotFound, "what is not there");
    let stray = driver.catalog.deleted_documents(&driver.ctx, id, &page().after("stray".to_owned())).await;
    assert_refused(stray, InvalidArgument, "what is out of range");
    driver.audit(id).await;
}

/// An earlier version comes back as a new one, and the one in between is kept.
pub async fn restored_version_is_a_new_one(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let draft = DraftBuilder::new("text:a").with_title("Old").with_text("one\ntwo\n").build();
    let first = driver.put(id, draft.clone()).await;
    let second = driver.put_text(id, "text:a", "three").await;
    let restored = driver.restore(first.document, 1).await;
    assert_eq!((restored.effect, restored.version), (Updated, DocumentVersion(3)));
    assert!(restored.sequence > second.sequence);
    let content = driver.content(first.document).await;
    assert_eq!((content.text.as_str(), content.document.title.as_str()), ("one\ntwo\n", "Old"));
    assert_eq!(content.document.content_digest, draft.content_digest);
    assert_eq!(driver.version_numbers(first.document).await, [3, 2, 1]);
    // The recipe came back too: the same draft is no news.
    assert_eq!(driver.put(id, draft).await.effect, Unchanged);
    driver.audit(id).await;
}

/// A deleted document comes back with a greater version.
pub async fn deleted_document_is_restored(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let first = driver.put_text(id, "text:a", "one").await;
    driver.delete(first.document).await;
    let restored = driver.restore(first.document, 1).await;
    assert_eq!((restored.effect, restored.version), (Created, DocumentVersion(2)));
    assert_eq!(driver.content(first.document).await.text, "one");
    assert_eq!(driver.deleted(id, 10).await, []);
    driver.audit(id).await;
}

/// What is not there, or no news, is not restored.
pub async fn restoring_says_what_it_did(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let first = driver.put_text(id, "text:a", "one").await;
    let current = driver.restore(first.document, 1).await;
    assert_eq!((current.effect, current.sequence), (Unchanged, first.sequence));
    let head = driver.head().await;
    let restore = |version, expected: Option<u32>| {
        let expected = expected.map(DocumentVersion);
        driver.catalog.restore_version(&driver.ctx, first.document, DocumentVersion(version), expected)
    };
    assert_refused(restore(7, None).await, NotFound, "what is not there");
    assert_refused(restore(1, Some(2)).await, Conflict, "another version");
    assert_eq!(driver.head().await, head);
    driver.delete(first.document).await;
    assert_refused(restore(1, Some(1)).await, Conflict, "another version");
    assert_eq!(driver.restore(first.document, 1).await.effect, Created);
}

/// Who may read a document stays as it is now, whichever version comes back.
pub async fn restoring_leaves_who_may_read(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let open = DraftBuilder::new("text:a").with_text("one").build();
    let guarded =
        DraftBuilder::new("text:a").with_text("two").with_access(access(&["user:ann"], &[])).build();
    let first = driver.put(id, open).await;
    driver.put(id, guarded).await;
    driver.restore(first.document, 1).await;
    let restored = driver.content(first.document).await;
    assert_eq!((restored.text.as_str(), restored.document.access), ("one", access(&["user:ann"], &[])));
}

/// An earlier version is read by those whom both its list and the newest one admit.
pub async fn versions_are_read_by_whom_both_lists_admit(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let draft = |uri: &str, text: &str, allow: &[&str]| {
        DraftBuilder::new(uri).with_text(text).with_access(access(allow, &[])).build()
    };
    let opened = driver.put(id, draft("text:opened", "one", &["user:ann"])).await.document;
    driver.put(id, draft("text:opened", "two", &[])).await;
    let closed = driver.put(id, draft("text:closed", "one", &[])).await.document;
    driver.put(id, draft("text:closed", "two", &["user:ann"])).await;
    let buried = driver.put(id, draft("text:buried", "one", &["user:ann"])).await.document;
    driver.delete(buried).await;

    let (ann, bob) = (driver.as_reader("ann", &[]), driver.as_reader("bob", &[]));
    assert_eq!(ann.version_numbers(opened).await, [2, 1]);
    assert_eq!(bob.version_numbers(opened).await, [2]);
    bob.misses_version(opened, 1).await;
    assert_eq!(ann.version_numbers(closed).await, [2, 1]);
    assert_refused(bob.catalog.versions(&bob.ctx, closed, &page()).await, NotFound, "what is not there");
    bob.misses_version(closed, 1).await;
    assert_eq!((ann.deleted(id, 10).await.len(), bob.deleted(id, 10).await.len()), (1, 0));
    for document in [closed, buried] {
        assert_refused(
            bob.catalog.restore_version(&bob.ctx, document, DocumentVersion(1), None).await,
            NotFound,
            "what is not there",
        );
        assert_refused(
            bob.catalog.purge_document(&bob.ctx, document, None).await,
            NotFound,
            "what is not there",
        );
    }
}

/// A purged document leaves nothing but its place in the feed and its version number.
pub async fn purged_document_is_gone_for_good(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    driver.put_text(id, "text:other", "stays").await;
    let receipts =
        [driver.put_text(id, "text:live", "one").await, driver.put_text(id, "text:dead", "one").await];
    for uri in ["text:live", "text:dead"] {
        driver.put_text(id, uri, "two").await;
    }
    driver.delete(receipts[1].document).await;
    for receipt in receipts {
        let document = receipt.document;
        let before = driver.head().await;
        let sequence = driver.purge(document).await;
        assert!(sequence > before);
        assert_refused(driver.catalog.document(&driver.ctx, document).await, NotFound, "what is not there");
        assert_refused(
            driver.catalog.versions(&driver.ctx, document, &page()).await,
            NotFound,
            "what is not there",
        );
        assert_refused(
            driver.catalog.purge_document(&driver.ctx, document, None).await,
            NotFound,
            "what is not there",
        );
        driver.misses_version(document, 1).await;
        driver.misses_version(document, 2).await;
        let change = Change { sequence, document, kind: ChangeKind::Purged };
        assert_eq!(driver.changes(id, before).await, [change]);
    }
    assert_eq!(driver.deleted(id, 10).await, []);
    assert_eq!(driver.audit(id).await.len(), 1);
    assert_eq!(driver.put_text(id, "text:live", "three").await.version, DocumentVersion(3));
    driver.audit(id).await;
}

/// A document at another version than expected, or deleted, is not purged.
pub async fn purge_at_another_version_is_a_conflict(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let first = driver.put_text(id, "text:a", "one").await;
    let purge = |expected| {
        driver.catalog.purge_document(&driver.ctx, first.document, Some(DocumentVersion(expected)))
    };
    assert_refused(purge(2).await, Conflict, "another version");
    driver.delete(first.document).await;
    assert_refused(purge(1).await, Conflict, "another version");
    assert_eq!(driver.version_numbers(first.document).await, [1]);
}

/// What ended before a time is forgotten, the oldest first, and nothing else.
pub async fn versions_are_forgotten_by_age(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    for number in 1..=4 {
        driver.put_text(id, "text:a", &format!("text {number}")).await;
    }
    let kept = driver.put_text(id, "text:a", "text 5").await.document;
    let deleted = driver.put_text(id, "text:b", "gone").await.document;
    driver.delete(deleted).await;
    let forget = |before, limit| driver.catalog.forget_versions(&driver.ctx, before, limit);
    assert_refused(forget(LATER, 0).await, InvalidArgument, "what is out of range");
    assert_eq!(forget(Timestamp::from_millis(0), 100).await.expect("forgets"), 0);
    assert_eq!(driver.version_numbers(kept).await, [5, 4, 3, 2, 1]);
    assert_eq!(forget(LATER, 2).await.expect("forgets"), 2);
    assert_eq!(forget(LATER, 100).await.expect("forgets"), 3);
    assert_eq!(driver.version_numbers(kept).await, [5]);
    assert_refused(
        driver.catalog.versions(&driver.ctx, deleted, &page()).await,
        NotFound,
        "what is not there",
    );
    assert_eq!(driver.deleted(id, 10).await, []);
    driver.audit(id).await;
}

/// Nobody of another tenant sees, restores or purges a version.
pub async fn versions_belong_to_their_tenant(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let document = driver.put_text(id, "text:a", "one").await.document;
    driver.put_text(id, "text:a", "two").await;
    let other = driver.as_tenant("second");
    assert_refused(
        other.catalog.versions(&other.ctx, document, &page()).await,
        NotFound,
        "what is not there",
    );
    other.misses_version(document, 1).await;
    assert_refused(
        other.catalog.deleted_documents(&other.ctx, id, &page()).await,
        NotFound,
        "what is not there",
    );
    let restored = other.catalog.restore_version(&other.ctx, document, DocumentVersion(1), None).await;
    assert_refused(restored, NotFound, "what is not there");
    assert_refused(
        other.catalog.purge_document(&other.ctx, document, None).await,
        NotFound,
        "what is not there",
    );
    assert_eq!(driver.version_numbers(document).await, [2, 1]);
}

/// Versions end with their collection.
pub async fn versions_end_with_their_collection(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let collection = driver.create("notes").await;
    let document = driver.put_text(collection.id, "text:a", "one").await.document;
    driver.put_text(collection.id, "text:a", "two").await;
    driver.catalog.delete_collection(&driver.ctx, &collection.name).await.expect("deletes a collection");
    assert_refused(
        driver.catalog.versions(&driver.ctx, document, &page()).await,
        NotFound,
        "what is not there",
    );
    driver.misses_version(document, 1).await;
    driver.catalog.purge_collection(&driver.ctx, collection.id).await.expect("purges a collection");
    driver.misses_version(document, 1).await;
}

/// Earlier versions are there after reopening.
pub async fn versions_survive_reopening(mut fixture: CatalogFixture) -> Verdict {
    if !fixture.can_reopen() {
        return Verdict::NotApplicable("the catalog cannot be opened again");
    }
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let document = driver.put_text(id, "text:a", "one").await.document;
    driver.put_text(id, "text:a", "two").await;
    let before = driver.versions(document, 10).await;
    drop(driver);
    fixture.reopen().await;
    let driver = CatalogDriver::new(&fixture);
    assert_eq!(driver.versions(document, 10).await, before);
    let kept = driver.catalog.version_content(&driver.ctx, document, DocumentVersion(1)).await;
    assert_eq!(kept.expect("reads an earlier version").text, "one");
    Verdict::Held
}
