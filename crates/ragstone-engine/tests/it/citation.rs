//! Citations: exact, re-checkable, honest about change.

use ragstone_core::answer::CitationStatus;
use ragstone_core::request::{CitationReference, TextRange};
use ragstone_core::{ByteSpan, Digest, ErrorKind};

use crate::workbench::Workbench;

async fn cited(bench: &Workbench, query: &str) -> (CitationReference, String) {
    let hit = bench.search(query).await.hits.remove(0);
    let citation = hit.citation;
    let reference = CitationReference {
        document: citation.document,
        version: citation.version,
        span: citation.span,
        text_digest: citation.text_digest,
    };
    (reference, hit.text)
}

#[tokio::test]
async fn cited_span_of_a_file_is_the_quoted_text() {
    let bench = Workbench::new().await;
    let words = "Filler sentence about nothing much. ".repeat(200);
    let content = format!("# Title\n\n{words}\n\n## Größe\n\nThe zebra — ünïcode — sleeps.\n\n{words}");
    let path = bench.write("a.md", &content);
    bench.ingest_folder().await;
    let hit = bench.search("zebra").await.hits.remove(0);
    let bytes = std::fs::read(path).expect("reads");
    assert!(hit.citation.is_verbatim);
    assert_eq!(&bytes[hit.citation.span.range()], hit.text.as_bytes());
    assert_eq!(hit.citation.text_digest, Digest::of(hit.text.as_bytes()));
    assert_eq!(hit.citation.headings, ["Title", "Größe"]);
}

#[tokio::test]
async fn citation_is_valid_until_its_document_changes() {
    let bench = Workbench::new().await;
    bench.write("a.md", "The first text mentions owls.");
    bench.ingest_folder().await;
    let (reference, text) = cited(&bench, "owls").await;
    let check = bench.engine.verify(&bench.ctx, &reference).await.expect("checks");
    assert_eq!((check.status, check.text.as_deref()), (CitationStatus::Valid, Some(text.as_str())));

    let forged = CitationReference { text_digest: Digest::of(b"something else"), ..reference };
    let check = bench.engine.verify(&bench.ctx, &forged).await.expect("checks");
    assert_eq!(check.status, CitationStatus::Altered);

    let beyond = CitationReference { span: ByteSpan::try_new(0, 1 << 30).expect("ordered"), ..reference };
    let check = bench.engine.verify(&bench.ctx, &beyond).await.expect("checks");
    assert_eq!(check.status, CitationStatus::Altered);

    bench.write("a.md", "The second text mentions owls.");
    bench.ingest_folder().await;
    let check = bench.engine.verify(&bench.ctx, &reference).await.expect("checks");
    assert_eq!(check.status, CitationStatus::Superseded);

    bench.engine.delete_document(&bench.ctx, reference.document, None).await.expect("deletes");
    let check = bench.engine.verify(&bench.ctx, &reference).await.expect("checks");
    assert_eq!(check.status, CitationStatus::Gone);
}

#[tokio::test]
async fn text_is_read_in_parts_that_join_to_the_whole() {
    let bench = Workbench::new().await;
    let text = "line with ünïcödé and more\n".repeat(50);
    let id = bench.put("long", &text).await.document;
    let (mut joined, mut start) = (String::new(), Some(0));
    while let Some(at) = start {
        let part = bench.engine.read_text(&bench.ctx, id, TextRange { start: at, max_len: 101 }).await;
        let part = part.expect("reads");
        assert!(!part.text.is_empty() && part.text.len() <= 101);
        joined.push_str(&part.text);
        start = part.next;
    }
    assert_eq!(joined, text);
}

#[tokio::test]
async fn parts_outside_the_text_are_refused() {
    let bench = Workbench::new().await;
    let id = bench.put("short", "äöü").await.document;
    for range in [
        TextRange { start: 100, max_len: 10 },
        TextRange { start: 1, max_len: 10 },
        TextRange { start: 0, max_len: 0 },
        TextRange { start: 0, max_len: usize::MAX },
    ] {
        let kind = bench.engine.read_text(&bench.ctx, id, range).await.map_err(|error| error.kind());
        assert_eq!(kind.map(|_| ()), Err(ErrorKind::InvalidArgument), "{range:?}");
    }
}
