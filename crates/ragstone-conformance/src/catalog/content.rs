//! Reading documents, texts and passages.

use ragstone_core::document::{ContentBatch, MAX_CONTENTS};
use ragstone_core::error::ErrorKind::{InvalidArgument, NotFound};
use ragstone_core::id::{ChunkId, DocumentId, DocumentVersion};
use tokio::task::JoinSet;

use crate::draft::{access, fresh_collection_id, source, span};
use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

/// Reads of a document that does not exist are `NotFound`.
pub async fn missing_document_is_not_found(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let (catalog, ctx) = (&driver.catalog, &driver.ctx);
    let missing = DocumentId::derive(fresh_collection_id(), &source("text:missing"));
    assert_refused(catalog.document(ctx, missing).await, NotFound, "document");
    assert_refused(catalog.document_content(ctx, missing).await, NotFound, "document_content");
    let text = catalog.document_text(ctx, missing, span(0, 0)).await;
    assert_refused(text, NotFound, "document_text");
}

/// Control characters, zero bytes, line ends of all kinds and characters of every length come back unchanged.
pub async fn text_is_kept_byte_for_byte(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let texts = [
        "",
        "\0zero\0",
        "\u{feff}mark",
        "line\r\nline\rline\n",
        "aé漢🦀\u{301}",
        "\u{1}\u{7f}\u{85}",
        "  spaces  ",
    ];
    for (number, text) in texts.iter().enumerate() {
        let draft = DraftBuilder::new(&format!("text:{number}")).with_text(text).build();
        let receipt = driver.put(id, draft).await;
        let whole = span(0, text.len());
        let read = driver.catalog.document_text(&driver.ctx, receipt.document, whole).await;
        assert_eq!(read.expect("reads the text"), *text);
    }
    driver.audit(id).await;
}

/// Every span between character boundaries reads the text there; every other one is refused.
pub async fn text_is_read_at_character_boundaries_only(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let text = "aé\0漢🦀z";
    let draft = DraftBuilder::new("text:a").with_text(text).build();
    let document = driver.put(id, draft).await.document;
    for start in 0..text.len() + 2 {
        for end in start..text.len() + 2 {
            let asked = span(start, end);
            let read = driver.catalog.document_text(&driver.ctx, document, asked).await;
            match asked.slice(text) {
                Some(expected) => assert_eq!(read.expect("reads the span"), expected, "{asked}"),
                None => assert_refused(read, InvalidArgument, &format!("span {asked}")),
            }
        }
    }
    let far = span(usize::MAX - 1, usize::MAX);
    let read = driver.catalog.document_text(&driver.ctx, document, far).await;
    assert_refused(read, InvalidArgument, "a span far behind the text");
}

/// A content that is read while versions change is one of the versions, never a mixture.
pub async fn content_is_one_version(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let draft = |version: u32| {
        let text = format!("version {version}\n").repeat(version as usize % 5 + 1);
        DraftBuilder::new("text:a").with_text(&text).build()
    };
    let document = driver.put(id, draft(1)).await.document;
    let mut tasks = JoinSet::new();
    let writer = driver.clone();
    tasks.spawn(async move {
        for version in 2..40 {
            assert_eq!(writer.put(id, draft(version)).await.version, DocumentVersion(version));
        }
    });
    for _ in 0..2 {
        let reader = driver.clone();
        tasks.spawn(async move {
            loop {
                let content = reader.content(document).await;
                let version = content.document.version;
                let expected = draft(version.0);
                assert_eq!(content.text, expected.text);
                assert_eq!(content.document.content_digest, expected.content_digest);
                assert_eq!(content.chunks.len(), expected.chunks.len());
                for chunk in &content.chunks {
                    assert_eq!(chunk.id, ChunkId::derive(document, version, chunk.span));
                }
                if version == DocumentVersion(39) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        });
    }
    tasks.join_all().await;
}

/// Documents are read in the order asked, as many as may be at once; what is missing or hidden is left out.
pub async fn many_documents_are_read_in_parts(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let draft = |number: usize| {
        let text = format!("{number}\n").repeat(number % 4);
        DraftBuilder::new(&format!("text:{number:02}")).with_text(&text).build()
    };
    let receipts = driver.put_all(id, (0..40).map(draft).collect()).await;
    let hidden = DraftBuilder::new("text:hidden").with_access(access(&["user:ann"], &[])).build();
    let hidden = driver.put(id, hidden).await.document;
    let mut asked: Vec<DocumentId> = receipts.iter().rev().map(|receipt| receipt.document).collect();
    asked.insert(1, DocumentId::derive(id, &source("text:missing")));
    asked.push(hidden);
    let bob = driver.as_reader("bob", &[]);
    for most_bytes in [0, 12, u64::MAX] {
        let (mut rest, mut read) = (&asked[..], Vec::new());
        while !rest.is_empty() {
            let batch = bob.catalog.document_contents(&bob.ctx, rest, most_bytes).await.expect("reads");
            let bytes: u64 = batch.contents.iter().map(|content| content.document.text_len).sum();
            assert!(bytes <= most_bytes || batch.contents.len() == 1, "{bytes} of {most_bytes}");
            assert!(batch.answered > 0, "a part answers something");
            rest = &rest[batch.answered..];
            read.extend(batch.contents);
        }
        assert_eq!(read.len(), 40);
        for (content, receipt) in read.iter().zip(receipts.iter().rev()) {
            assert_eq!(*content, driver.content(receipt.document).await);
        }
    }
    let none = driver.catalog.document_contents(&driver.ctx, &[], 1).await.expect("reads nothing");
    assert_eq!(none, ContentBatch::default());
    let too_many = vec![hidden; MAX_CONTENTS + 1];
    let refused = driver.catalog.document_contents(&driver.ctx, &too_many, 1).await;
    assert_refused(refused, InvalidArgument, "too many documents");
}

/// Passages come in the order asked; ids that are not there are left out.
pub async fn passages_come_in_the_order_asked(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let mut chunks = Vec::new();
    for name in ["text:a", "text:b"] {
        let draft = DraftBuilder::new(name).with_text("erste Zeile\nzweite é Zeile\ndritte").build();
        let document = driver.put(id, draft).await.document;
        chunks.extend(driver.content(document).await.chunks);
    }
    let missing = ChunkId::derive(DocumentId::derive(id, &source("text:c")), DocumentVersion(1), span(0, 1));
    let order = [4, 0, 5, 2, 1, 3];
    let mut asked: Vec<ChunkId> = order.iter().map(|place| chunks[*place].id).collect();
    asked.insert(0, missing);
    asked.insert(3, missing);
    let found: Vec<ChunkId> = driver.passages(&asked).await.iter().map(|passage| passage.chunk.id).collect();
    asked.retain(|chunk| *chunk != missing);
    assert_eq!(found, asked);
    assert!(driver.passages(&[missing]).await.is_empty());
    assert!(driver.passages(&[]).await.is_empty());
}

/// Chunks of a version that is no longer current are not passages, even where their span and text are the same.
pub async fn passages_of_former_versions_are_left_out(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let document = driver.put(id, DraftBuilder::new("text:a").build()).await.document;
    let former = driver.content(document).await.chunks[0].id;
    driver.put(id, DraftBuilder::new("text:a").with_title("New title").build()).await;
    assert!(driver.passages(&[former]).await.is_empty());
    let current = driver.content(document).await.chunks[0].id;
    assert_eq!(driver.passages(&[current, former]).await.len(), 1);
}

/// More chunks than a statement of a database takes parameters are stored and read in one call each.
pub async fn many_passages_are_read_at_once(fixture: CatalogFixture) {
    const DOCUMENTS: usize = 50;
    const LINES: usize = 60;
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let drafts = (0..DOCUMENTS).map(|number| {
        let text = format!("line of {number}\n").repeat(LINES);
        DraftBuilder::new(&format!("text:{number}")).with_text(&text).build()
    });
    let receipts = driver.put_all(id, drafts.collect()).await;
    let mut chunks = Vec::new();
    for receipt in receipts {
        let content = driver.content(receipt.document).await;
        chunks.extend(content.chunks.iter().map(|chunk| chunk.id));
    }
    assert_eq!(chunks.len(), DOCUMENTS * LINES);
    chunks.reverse();
    let found: Vec<ChunkId> = driver.passages(&chunks).await.iter().map(|passage| passage.chunk.id).collect();
    assert!(found == chunks, "all passages come, in order");
}
