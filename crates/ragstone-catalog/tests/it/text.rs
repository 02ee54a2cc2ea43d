//! Parts of texts.

use ragstone_core::port::DocumentStore;
use ragstone_core::{ByteSpan, ErrorKind};

use crate::fixture::{Fixture, draft};

fn span(start: usize, end: usize) -> ByteSpan {
    ByteSpan::try_new(start, end).expect("a span")
}

#[tokio::test]
async fn any_part_of_a_text_is_what_slicing_gives() {
    let fixture = Fixture::new().await;
    let (ctx, catalog) = (&fixture.ctx, &fixture.catalog);
    // Characters of 1 to 4 bytes, so that blocks cut some of them; 3 blocks.
    let text = "a\u{e9}\u{20ac}\u{1f980}".repeat(7_000);
    let document =
        catalog.put_documents(ctx, fixture.collection, vec![draft("text:a", &text)]).await.expect("stored")
            [0]
        .document;
    let edges = [
        0, 1, 2, 3, 5, 6, 10, 32_767, 32_768, 32_769, 32_770, 65_535, 65_536, 65_537, 65_540, 69_999, 70_000,
        70_001,
    ];
    for start in edges {
        for end in edges.into_iter().filter(|end| *end >= start) {
            let found = catalog.document_text(ctx, document, span(start, end)).await;
            match span(start, end).slice(&text) {
                Some(part) => assert_eq!(found.expect("a part"), part, "{start}..{end}"),
                None => assert_eq!(
                    found.map_err(|error| error.kind()),
                    Err(ErrorKind::InvalidArgument),
                    "{start}..{end}"
                ),
            }
        }
    }
    let far = catalog.document_text(ctx, document, span(0, usize::MAX)).await;
    assert_eq!(far.map_err(|error| error.kind()), Err(ErrorKind::InvalidArgument));
}

#[tokio::test]
async fn an_empty_text_has_one_part() {
    let fixture = Fixture::new().await;
    let (ctx, catalog) = (&fixture.ctx, &fixture.catalog);
    let document =
        catalog.put_documents(ctx, fixture.collection, vec![draft("text:a", "")]).await.expect("stored")[0]
            .document;
    assert_eq!(catalog.document_text(ctx, document, span(0, 0)).await.expect("a part"), "");
    assert_eq!(catalog.document_content(ctx, document).await.expect("found").text, "");
}
