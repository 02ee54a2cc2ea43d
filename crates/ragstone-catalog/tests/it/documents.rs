//! Writing, reading and deleting documents.

use ragstone_core::collection::CollectionStatistics;
use ragstone_core::document::WriteEffect;
use ragstone_core::metadata::MetadataValue;
use ragstone_core::page::PageRequest;
use ragstone_core::port::{ChangeFeed, CollectionStore, DocumentStore};
use ragstone_core::{ByteSpan, DocumentVersion, ErrorKind, Sequence};

use crate::fixture::{Fixture, draft};

#[tokio::test]
async fn a_document_comes_back_as_it_was_given() {
    let mut fixture = Fixture::new().await;
    let mut given = draft("text:a", "one\ntwö\n\u{1f980} three");
    given.metadata.insert("ratio".to_owned(), MetadataValue::Float(0.1 + 0.2));
    given.metadata.insert("big".to_owned(), MetadataValue::Float(1e300));
    given.metadata.insert("whole".to_owned(), MetadataValue::Float(3.0));
    given.metadata.insert("yes".to_owned(), MetadataValue::Boolean(true));
    let receipts = fixture
        .catalog
        .put_documents(&fixture.ctx, fixture.collection, vec![given.clone()])
        .await
        .expect("stored");
    let [receipt] = receipts.as_slice() else {
        panic!("one receipt for one draft, not {receipts:?}");
    };
    assert_eq!(receipt.effect, WriteEffect::Created);
    fixture.reopen().await;

    let content = fixture.catalog.document_content(&fixture.ctx, receipt.document).await.expect("found");
    assert_eq!(content.text, given.text);
    assert_eq!(content.document.metadata, given.metadata);
    assert_eq!(content.document.tags, given.tags);
    assert_eq!(content.document.content_digest, given.content_digest);
    assert_eq!(content.document.sequence, receipt.sequence);
    assert_eq!(content.chunks.len(), given.chunks.len());
    for (stored, given) in content.chunks.iter().zip(&given.chunks) {
        assert_eq!((stored.span, stored.lines, stored.terms), (given.span, given.lines, given.terms));
        assert_eq!(stored.headings, given.headings);
    }
    let found = fixture.catalog.document(&fixture.ctx, receipt.document).await.expect("found");
    assert_eq!(found, content.document);
}

#[tokio::test]
async fn the_same_draft_again_writes_nothing() {
    let fixture = Fixture::new().await;
    let mut given = draft("text:a", "one");
    given.metadata.insert("ratio".to_owned(), MetadataValue::Float(0.1 + 0.2));
    let (ctx, catalog) = (&fixture.ctx, &fixture.catalog);
    let first = catalog.put_documents(ctx, fixture.collection, vec![given.clone()]).await.expect("stored");
    let head = catalog.head(ctx).await.expect("head");
    let again = catalog.put_documents(ctx, fixture.collection, vec![given.clone()]).await.expect("stored");
    assert_eq!(again[0].effect, WriteEffect::Unchanged);
    assert_eq!((again[0].version, again[0].sequence), (first[0].version, first[0].sequence));
    assert_eq!(catalog.head(ctx).await.expect("head"), head);

    given.tags.insert("new".to_owned());
    let changed = catalog.put_documents(ctx, fixture.collection, vec![given]).await.expect("stored");
    assert_eq!((changed[0].effect, changed[0].version), (WriteEffect::Updated, DocumentVersion(2)));
    assert_eq!(changed[0].sequence, Sequence(head.0 + 1));
}

#[tokio::test]
async fn statistics_follow_writes_and_deletions() {
    let fixture = Fixture::new().await;
    let (ctx, catalog, collection) = (&fixture.ctx, &fixture.catalog, fixture.collection);
    let drafts: Vec<_> = (0..100).map(|n| draft(&format!("text:{n:03}"), "one\ntwo\n")).collect();
    let receipts = catalog.put_documents(ctx, collection, drafts).await.expect("stored");
    let sequences: Vec<u64> = receipts.iter().map(|receipt| receipt.sequence.0).collect();
    assert!(sequences.windows(2).all(|pair| pair[1] == pair[0] + 1), "{sequences:?}");
    let expected = CollectionStatistics { documents: 100, chunks: 200, text_bytes: 800, terms: 400 };
    assert_eq!(catalog.statistics(ctx, collection).await.expect("statistics"), expected);

    catalog.put_documents(ctx, collection, vec![draft("text:000", "longer line\n")]).await.expect("stored");
    catalog.delete_document(ctx, receipts[1].document, None).await.expect("deleted");
    let expected = CollectionStatistics { documents: 99, chunks: 197, text_bytes: 796, terms: 394 };
    assert_eq!(catalog.statistics(ctx, collection).await.expect("statistics"), expected);
    assert_eq!(catalog.metadata_keys(ctx, collection).await.expect("keys"), ["year"]);
}

#[tokio::test]
async fn a_deleted_document_is_gone_and_its_versions_go_on() {
    let fixture = Fixture::new().await;
    let (ctx, catalog, collection) = (&fixture.ctx, &fixture.catalog, fixture.collection);
    let first =
        catalog.put_documents(ctx, collection, vec![draft("text:a", "one")]).await.expect("stored")[0];
    let stale = catalog.delete_document(ctx, first.document, Some(DocumentVersion(9))).await;
    assert_eq!(stale.map_err(|error| error.kind()), Err(ErrorKind::Conflict));
    let deleted = catalog.delete_document(ctx, first.document, Some(first.version)).await.expect("deleted");
    assert!(deleted > first.sequence);

    let gone = |kind: Result<(), ErrorKind>| assert_eq!(kind, Err(ErrorKind::NotFound));
    gone(catalog.document(ctx, first.document).await.map(drop).map_err(|error| error.kind()));
    gone(catalog.document_content(ctx, first.document).await.map(drop).map_err(|error| error.kind()));
    gone(catalog.delete_document(ctx, first.document, None).await.map(drop).map_err(|error| error.kind()));
    let span = ByteSpan::of("one");
    gone(catalog.document_text(ctx, first.document, span).await.map(drop).map_err(|error| error.kind()));

    let again =
        catalog.put_documents(ctx, collection, vec![draft("text:a", "one")]).await.expect("stored")[0];
    assert_eq!((again.effect, again.document), (WriteEffect::Created, first.document));
    assert_eq!(again.version, DocumentVersion(2));
}

#[tokio::test]
async fn a_bad_draft_leaves_nothing_of_its_batch() {
    let fixture = Fixture::new().await;
    let (ctx, catalog, collection) = (&fixture.ctx, &fixture.catalog, fixture.collection);
    let good = || draft("text:good", "one");
    let mut untitled = draft("text:untitled", "one");
    untitled.title.clear();
    let mut cut = draft("text:cut", "ä");
    cut.chunks[0].span = ByteSpan::try_new(0, 1).expect("a span");
    let mut outside = draft("text:outside", "one");
    outside.chunks[0].span = ByteSpan::try_new(0, 9).expect("a span");
    let mut overlapping = draft("text:overlap", "one");
    overlapping.chunks.push(overlapping.chunks[0].clone());
    for bad in [good(), untitled, cut, outside, overlapping] {
        let source = bad.source.clone();
        let put = catalog.put_documents(ctx, collection, vec![good(), bad]).await;
        assert_eq!(put.map_err(|error| error.kind()), Err(ErrorKind::InvalidArgument), "{source}");
    }
    let statistics = catalog.statistics(ctx, collection).await.expect("statistics");
    assert_eq!(statistics.documents, 0);
    let nothing = catalog.put_documents(ctx, collection, Vec::new()).await.expect("an empty batch is fine");
    assert!(nothing.is_empty());
}

#[tokio::test]
async fn source_states_stay_within_their_prefix() {
    let fixture = Fixture::new().await;
    let (ctx, catalog, collection) = (&fixture.ctx, &fixture.catalog, fixture.collection);
    let sources = ["file:///a", "file:///a/1", "file:///a/2", "file:///a/é", "file:///a0", "file:///b/1"];
    let drafts = sources.map(|source| draft(source, source)).to_vec();
    catalog.put_documents(ctx, collection, drafts).await.expect("stored");
    let mut found = Vec::new();
    let mut page = PageRequest::try_new(2).expect("a page");
    loop {
        let part = catalog.source_states(ctx, collection, "file:///a/", &page).await.expect("a page");
        found.extend(part.items.iter().map(|state| state.source.as_str().to_owned()));
        match part.next {
            Some(next) => page = PageRequest::try_new(2).expect("a page").after(next),
            None => break,
        }
    }
    assert_eq!(found, ["file:///a/1", "file:///a/2", "file:///a/é"]);
    let all = PageRequest::try_new(100).expect("a page");
    let all = catalog.source_states(ctx, collection, "", &all).await.expect("a page");
    assert_eq!((all.items.len(), all.next), (6, None));
    assert_eq!(all.items[0].recipe, "lines v1");
    let before = PageRequest::try_new(100).expect("a page").after("a key before the prefix");
    let found = catalog.source_states(ctx, collection, "file:///b", &before).await.expect("a page");
    assert_eq!(found.items.len(), 1);
}

#[tokio::test]
async fn documents_are_listed_by_source() {
    let fixture = Fixture::new().await;
    let (ctx, catalog, collection) = (&fixture.ctx, &fixture.catalog, fixture.collection);
    let drafts = ["text:b", "text:Z", "text:a"].map(|source| draft(source, source)).to_vec();
    catalog.put_documents(ctx, collection, drafts).await.expect("stored");
    let page = PageRequest::try_new(3).expect("a page");
    let found = catalog.documents(ctx, collection, &page).await.expect("a page");
    let sources: Vec<&str> = found.items.iter().map(|document| document.source.as_str()).collect();
    assert_eq!(sources, ["text:Z", "text:a", "text:b"]);
    assert_eq!(found.next, None);
}
