//! A program that keeps notes in the core's in-memory catalog and quotes them, without an async runtime.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use ragstone_core::answer::Citation;
use ragstone_core::collection::{KeywordSettings, NewCollection};
use ragstone_core::document::{ChunkDraft, DocumentDraft};
use ragstone_core::memory::MemoryCatalog;
use ragstone_core::metadata::Metadata;
use ragstone_core::port::{CollectionStore, DocumentStore};
use ragstone_core::span::LineRange;
use ragstone_core::{
    AccessList, ByteSpan, CallContext, CollectionId, CollectionName, Digest, Error, Result, SourceUri, SystemClock,
};

const TEXT: &str = "Ownership is moved, not copied.";

fn main() -> Result<()> {
    let catalog = MemoryCatalog::new(Arc::new(SystemClock));
    let ctx = CallContext::system();
    let notes = NewCollection {
        id: "018f3f5e-7c3a-7000-8000-000000000001".parse::<CollectionId>()?,
        name: CollectionName::try_new("notes")?,
        description: "what was learnt".to_owned(),
        keyword: KeywordSettings::default(),
    };
    let notes = ready(catalog.create_collection(&ctx, notes))?;
    let receipts = ready(catalog.put_documents(&ctx, notes.id, vec![note()?]))?;

    for receipt in receipts {
        let content = ready(catalog.document_content(&ctx, receipt.document))?;
        let ids: Vec<_> = content.chunks.iter().map(|chunk| chunk.id).collect();
        for passage in ready(catalog.passages(&ctx, &ids))? {
            let citation = Citation::of(&passage);
            let quoted = ready(catalog.document_text(&ctx, citation.document, citation.span))?;
            assert_eq!(Digest::of(quoted.as_bytes()), citation.text_digest);
            println!("{} says {quoted:?} in version {}", citation.source, citation.version);
        }
    }
    Ok(())
}

fn note() -> Result<DocumentDraft> {
    let chunk = ChunkDraft {
        span: ByteSpan::of(TEXT),
        lines: LineRange::try_new(1, 1).ok_or_else(|| Error::invalid("lines", "must ascend from 1"))?,
        pages: None,
        headings: Vec::new(),
        terms: 5,
    };
    Ok(DocumentDraft {
        source: SourceUri::try_new("text:ownership")?,
        title: "Ownership".to_owned(),
        format: "text".to_owned(),
        language: Some("en".to_owned()),
        content_digest: Digest::of(TEXT.as_bytes()),
        recipe: "by hand".to_owned(),
        is_verbatim: true,
        text: TEXT.to_owned(),
        chunks: vec![chunk],
        signature: None,
        stamp: None,
        tags: BTreeSet::new(),
        metadata: Metadata::default(),
        access: AccessList::OPEN,
    })
}

/// Polls a future to its end; the in-memory stores are ready at once.
fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}
