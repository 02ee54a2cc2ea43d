//! Writing and deleting documents.

use std::collections::BTreeSet;

use ragstone_core::document::DocumentDraft;
use ragstone_core::document::WriteEffect::{Created, Unchanged, Updated};
use ragstone_core::error::ErrorKind::{Conflict, InvalidArgument, NotFound};
use ragstone_core::id::{Digest, DocumentId, DocumentVersion, Sequence};
use ragstone_core::metadata::{MAX_METADATA_TEXT_LEN, MAX_TAG_LEN, MetadataValue};

use crate::draft::access;
use crate::draft::{fresh_collection_id, source};
use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

/// A stored document has everything that its draft had, version 1, and a derived id.
pub async fn put_stores_what_was_given(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let draft = DraftBuilder::new("file:///tmp/ü b.md")
        .with_text("# Ünï\n\nbody 🦀 of text\n")
        .with_title("Ünï 'quoted' \"title\"")
        .with_language(Some("de"))
        .with_tag("b")
        .with_tag("a, b")
        .with_metadata("text", MetadataValue::Text("é\"'\\".to_owned()))
        .with_metadata("whole", MetadataValue::Integer(i64::MAX))
        .with_metadata("number", MetadataValue::Float(0.1))
        .with_metadata("flag", MetadataValue::Boolean(false))
        .build();
    let receipt = driver.put(id, draft.clone()).await;
    assert_eq!(receipt.document, DocumentId::derive(id, &draft.source));
    assert_eq!((receipt.effect, receipt.version), (Created, DocumentVersion(1)));
    let content = driver.content(receipt.document).await;
    let document = &content.document;
    assert_eq!((document.collection, document.sequence), (id, receipt.sequence));
    assert_eq!(document.version, receipt.version);
    assert_eq!(document.source, draft.source);
    assert_eq!(document.title, draft.title);
    assert_eq!(document.format, draft.format);
    assert_eq!(document.language, draft.language);
    assert_eq!(document.content_digest, draft.content_digest);
    assert_eq!(document.is_verbatim, draft.is_verbatim);
    assert_eq!(document.tags, draft.tags);
    assert_eq!(document.metadata, draft.metadata);
    assert_eq!(document.created_at, document.updated_at);
    assert_eq!(content.text, draft.text);
    assert_eq!(content.chunks.len(), draft.chunks.len());
    for (stored, given) in content.chunks.iter().zip(&draft.chunks) {
        assert_eq!((stored.span, stored.lines, stored.pages), (given.span, given.lines, given.pages));
        assert_eq!((&stored.headings, stored.terms), (&given.headings, given.terms));
    }
    driver.audit(id).await;
}

/// An update keeps id and creation time and takes the next version and a new sequence.
pub async fn update_raises_the_version_and_keeps_the_creation(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let first = driver.put(id, DraftBuilder::new("text:a").build()).await;
    let before = driver.document(first.document).await;
    let second = driver.put(id, DraftBuilder::new("text:a").with_text("new text").build()).await;
    let after = driver.document(first.document).await;
    assert_eq!((second.effect, second.version), (Updated, DocumentVersion(2)));
    assert_eq!(second.document, first.document);
    assert!(second.sequence > first.sequence);
    assert_eq!(after.created_at, before.created_at);
    assert!(after.updated_at >= before.updated_at);
    assert_eq!(driver.audit(id).await.len(), 1);
}

/// Content digest, recipe, title, tags, metadata and access list each make another version when they differ.
pub async fn every_part_that_counts_makes_a_version(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let base = || DraftBuilder::new("text:a");
    let drafts = [
        base(),
        base().with_digest(Digest::of(b"other bytes, same text")),
        base().with_recipe("conformance-2"),
        base().with_title("Another title"),
        base().with_tag("tag"),
        base().with_metadata("key", MetadataValue::Integer(1)),
        base().with_metadata("key", MetadataValue::Integer(2)),
        base().with_metadata("key", MetadataValue::Text("1".to_owned())),
        base().with_access(access(&["user:a"], &[])),
        base().with_access(access(&[], &["user:a"])),
        base().with_access(access(&["group:a"], &[])),
    ];
    for (version, draft) in (1..).zip(drafts) {
        let receipt = driver.put(id, draft.build()).await;
        assert_eq!(receipt.version, DocumentVersion(version));
    }
    driver.audit(id).await;
}

/// An equal draft writes nothing and is answered with the stored version and sequence.
pub async fn unchanged_draft_writes_nothing(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let draft = DraftBuilder::new("text:a").with_tag("tag").with_metadata("key", MetadataValue::Float(1.5));
    let first = driver.put(id, draft.clone().build()).await;
    let before = driver.document(first.document).await;
    let head = driver.head().await;
    let again = driver.put(id, draft.build()).await;
    assert_eq!(again.effect, Unchanged);
    assert_eq!((again.document, again.version), (first.document, first.version));
    assert_eq!(again.sequence, first.sequence);
    assert_eq!(driver.document(first.document).await, before);
    assert_eq!(driver.head().await, head);
    assert_eq!(driver.changes(id, first.sequence).await, Vec::new());
}

/// A batch is answered with one receipt each, in its order, whatever each draft did.
pub async fn receipts_come_in_order(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let draft = |name: &str| DraftBuilder::new(name);
    driver.put_all(id, vec![draft("text:c").build(), draft("text:a").build()]).await;
    let batch = vec![
        draft("text:d").build(),
        draft("text:c").build(),
        draft("text:b").build(),
        draft("text:a").with_text("new").build(),
    ];
    let sources: Vec<_> = batch.iter().map(|draft| draft.source.clone()).collect();
    let receipts = driver.put_all(id, batch).await;
    let effects: Vec<_> = receipts.iter().map(|receipt| receipt.effect).collect();
    assert_eq!(effects, [Created, Unchanged, Created, Updated]);
    for (receipt, source) in receipts.iter().zip(&sources) {
        assert_eq!(receipt.document, DocumentId::derive(id, source));
    }
    let sequences: BTreeSet<_> = receipts.iter().map(|receipt| receipt.sequence).collect();
    assert_eq!(sequences.len(), receipts.len(), "sequences are distinct");
    driver.audit(id).await;
}

/// The same source twice in one batch is refused, even with equal drafts, and nothing of the batch is stored.
pub async fn source_twice_in_a_batch_is_refused(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let draft = |name: &str| DraftBuilder::new(name).build();
    let batch = vec![draft("text:a"), draft("text:b"), draft("text:a")];
    let result = driver.catalog.put_documents(&driver.ctx, id, batch).await;
    assert_refused(result, InvalidArgument, "a source twice");
    assert!(driver.audit(id).await.is_empty());
}

/// A batch with a bad draft at its end changes nothing at all.
pub async fn failed_batch_stores_nothing(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let kept = driver.put(id, DraftBuilder::new("text:a").build()).await;
    let head = driver.head().await;
    let batch = vec![
        DraftBuilder::new("text:a").with_text("new").with_metadata("key", MetadataValue::Integer(1)).build(),
        DraftBuilder::new("text:b").build(),
        DraftBuilder::new("text:c").with_title("").build(),
    ];
    let result = driver.catalog.put_documents(&driver.ctx, id, batch).await;
    assert_refused(result, InvalidArgument, "a bad batch");
    let documents = driver.audit(id).await;
    assert_eq!(documents.len(), 1);
    assert_eq!((documents[0].version, documents[0].sequence), (kept.version, kept.sequence));
    assert_eq!(driver.head().await, head);
    let keys = driver.catalog.metadata_keys(&driver.ctx, id).await;
    assert!(keys.expect("lists keys").is_empty());
}

/// What `DocumentDraft::check` refuses is refused.
pub async fn bad_drafts_are_refused(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    for (draft, what) in bad_drafts() {
        let result = driver.catalog.put_documents(&driver.ctx, id, vec![draft]).await;
        assert_refused(result, InvalidArgument, what);
    }
    assert!(driver.audit(id).await.is_empty());
}

fn bad_drafts() -> Vec<(DocumentDraft, &'static str)> {
    // The text has 8 bytes; the character é covers bytes 1 and 2.
    let cut = |spans: &[(usize, usize)]| DraftBuilder::new("text:a").with_text("aébcdef").with_spans(spans);
    let with = |key: &str, value| DraftBuilder::new("text:a").with_metadata(key, value);
    let long = MetadataValue::Text("x".repeat(MAX_METADATA_TEXT_LEN + 1));
    [
        (cut(&[(0, 9)]), "a span that leaves the text"),
        (cut(&[(0, 2)]), "a span that ends inside a character"),
        (cut(&[(2, 4)]), "a span that starts inside a character"),
        (cut(&[(0, 4), (0, 8)]), "spans that begin together"),
        (cut(&[(0, 8), (3, 8)]), "spans that end together"),
        (cut(&[(4, 8), (0, 4)]), "spans that descend"),
        (cut(&[(0, 1), (4, 4)]), "an empty span"),
        (DraftBuilder::new("text:a").with_title(""), "an empty title"),
        (DraftBuilder::new("text:a").with_language(Some("")), "an empty language"),
        (DraftBuilder::new("text:a").with_language(Some("DE")), "a language in capital letters"),
        (DraftBuilder::new("text:a").with_tag(""), "an empty tag"),
        (DraftBuilder::new("text:a").with_tag(&"x".repeat(MAX_TAG_LEN + 1)), "a long tag"),
        (with("no space", MetadataValue::Integer(1)), "a bad key"),
        (with("key", MetadataValue::Float(f64::NAN)), "not a number"),
        (with("key", long), "a long value"),
    ]
    .map(|(draft, what)| (draft.build(), what))
    .into()
}

/// An empty batch is answered without receipts and writes nothing.
pub async fn empty_batch_is_fine(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let head = driver.head().await;
    driver.put_all(id, Vec::new()).await;
    assert_eq!(driver.head().await, head);
}

/// Documents cannot be put into a collection that does not exist.
pub async fn put_into_a_missing_collection_is_not_found(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let drafts = vec![DraftBuilder::new("text:a").build()];
    let missing = fresh_collection_id();
    let result = driver.catalog.put_documents(&driver.ctx, missing, drafts).await;
    assert_refused(result, NotFound, "a missing collection");
    assert_eq!(driver.head().await, Sequence::ZERO);
}

/// A deleted document is gone with its text and chunks; others stay.
pub async fn delete_removes_the_document(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let gone = driver.put(id, DraftBuilder::new("text:a").build()).await;
    let kept = driver.put(id, DraftBuilder::new("text:b").build()).await;
    let chunk = driver.content(gone.document).await.chunks[0].id;
    let sequence = driver.delete(gone.document).await;
    assert!(sequence > kept.sequence);
    let found = driver.catalog.document(&driver.ctx, gone.document).await;
    assert_refused(found, NotFound, "a deleted document");
    assert!(driver.passages(&[chunk]).await.is_empty());
    let documents = driver.audit(id).await;
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0].id, kept.document);
}

/// A document that never was, or is no more, cannot be deleted.
pub async fn delete_of_a_missing_document_is_not_found(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let missing = DocumentId::derive(id, &source("text:missing"));
    for expected in [None, Some(DocumentVersion(1))] {
        let result = driver.catalog.delete_document(&driver.ctx, missing, expected).await;
        assert_refused(result, NotFound, "a missing document");
    }
    let receipt = driver.put(id, DraftBuilder::new("text:a").build()).await;
    driver.delete(receipt.document).await;
    let again = driver.catalog.delete_document(&driver.ctx, receipt.document, None).await;
    assert_refused(again, NotFound, "a deleted document");
}

/// A deletion that expects another version leaves the document alone; one that expects this version deletes it.
pub async fn delete_at_another_version_is_a_conflict(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    driver.put(id, DraftBuilder::new("text:a").build()).await;
    let current = driver.put(id, DraftBuilder::new("text:a").with_text("new").build()).await;
    let head = driver.head().await;
    let delete =
        async |version| driver.catalog.delete_document(&driver.ctx, current.document, Some(version)).await;
    for version in [DocumentVersion(1), DocumentVersion(3)] {
        assert_refused(delete(version).await, Conflict, "another version");
    }
    assert_eq!(driver.audit(id).await.len(), 1);
    assert_eq!(driver.head().await, head);
    delete(current.version).await.expect("deletes this version");
    assert!(driver.audit(id).await.is_empty());
}

/// A document that is created again, before projections have seen its deletion, continues its versions, so that
/// no chunk id comes back with another text.
pub async fn created_again_has_a_greater_version(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let draft = |text: &str| DraftBuilder::new("text:a").with_text(text).build();
    driver.put(id, draft("one")).await;
    let second = driver.put(id, draft("two")).await;
    let former = driver.content(second.document).await.chunks[0].id;
    let deletion = driver.delete(second.document).await;
    let again = driver.put(id, draft("six")).await;
    assert_eq!(again.effect, Created);
    assert_eq!(again.document, second.document);
    assert!(again.version > second.version);
    assert!(again.sequence > deletion);
    assert!(driver.passages(&[former]).await.is_empty());
    driver.audit(id).await;
}
