//! How much of a hit is shown.

use ragstone_core::answer::{CitationStatus, Hit};
use ragstone_core::detail::Detail;
use ragstone_core::request::CitationReference;
use ragstone_core::{ErrorKind, SearchQuery};

use crate::workbench::Workbench;

async fn library() -> Workbench {
    let bench = Workbench::new().await;
    let filler = "Filler sentence — über nothing — goes on.\n".repeat(30);
    let long = format!("{filler}The zebra sleeps.\n{}", filler.repeat(80));
    for (id, text) in [("long", long.as_str()), ("short", "A zebra.")] {
        let sequence = bench.put(id, text).await.sequence;
        bench.engine.wait_indexed(&bench.ctx, sequence).await.expect("is indexed");
    }
    bench
}

async fn hits(bench: &Workbench, detail: Detail) -> Vec<Hit> {
    let query = SearchQuery::try_new("zebra filler", 50).expect("valid");
    bench.engine.search_in_detail(&bench.ctx, query, detail).await.expect("answers").hits
}

async fn is_valid(bench: &Workbench, hit: &Hit) -> bool {
    let reference = CitationReference {
        document: hit.citation.document,
        version: hit.citation.version,
        span: hit.citation.span,
        text_digest: hit.citation.text_digest,
    };
    let check = bench.engine.verify(&bench.ctx, &reference).await.expect("checks");
    check.status == CitationStatus::Valid && (hit.text.is_empty() || check.text.as_ref() == Some(&hit.text))
}

#[tokio::test]
async fn every_detail_shows_its_part_and_cites_it() {
    let bench = library().await;
    let passages = hits(&bench, Detail::Passages).await;
    for detail in [Detail::Ids, Detail::Snippets, Detail::Passages, Detail::Full] {
        let hits = hits(&bench, detail).await;
        for hit in &hits {
            assert!(is_valid(&bench, hit).await, "{detail:?}");
            let is_long_enough = match detail {
                Detail::Ids => hit.text.is_empty() && hit.highlights.is_empty(),
                Detail::Snippets => hit.text.chars().count() <= 320,
                Detail::Passages => !hit.text.is_empty(),
                Detail::Full => hit.text.len() <= 64 << 10 && hit.text.len() as u64 <= hit.document.text_len,
            };
            assert!(is_long_enough, "{detail:?} {}", hit.text.len());
            for mark in &hit.highlights {
                let marked = mark.slice(&hit.text).expect("in the text").to_lowercase();
                assert!(["zebra", "filler"].contains(&marked.as_str()), "{marked}");
            }
        }
        if detail == Detail::Full {
            assert_eq!(hits.len(), 2);
        } else {
            assert_eq!(hits.len(), passages.len());
        }
    }
}

#[tokio::test]
async fn whole_documents_are_for_few_hits() {
    let bench = library().await;
    let query = SearchQuery::try_new("zebra", 51).expect("valid");
    let refused = bench.engine.search_in_detail(&bench.ctx, query, Detail::Full).await;
    assert_eq!(refused.map(|_| ()).map_err(|error| error.kind()), Err(ErrorKind::InvalidArgument));
}
