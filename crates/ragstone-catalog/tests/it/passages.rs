//! Passages.

use ragstone_core::ChunkId;
use ragstone_core::port::{CollectionStore, DocumentStore};

use crate::fixture::{Fixture, context_of, draft, new_collection};

#[tokio::test]
async fn passages_come_in_the_order_asked_and_missing_ones_are_left_out() {
    let fixture = Fixture::new().await;
    let (ctx, catalog) = (&fixture.ctx, &fixture.catalog);
    // Lines of 1,000 bytes, so that many chunks lie across the edge of a block.
    let text: String = (0..500).map(|n| format!("{n:0>998}é")).collect::<Vec<_>>().join("\n");
    let receipt =
        catalog.put_documents(ctx, fixture.collection, vec![draft("text:a", &text)]).await.expect("stored")
            [0];
    let content = catalog.document_content(ctx, receipt.document).await.expect("found");
    let mut asked: Vec<ChunkId> = content.chunks.iter().rev().map(|chunk| chunk.id).collect();
    asked.insert(3, ChunkId::from_uuid(uuid::Uuid::from_u128(1)));
    let passages = catalog.passages(ctx, &asked).await.expect("passages");
    assert_eq!(passages.len(), content.chunks.len());
    for (passage, chunk) in passages.iter().zip(content.chunks.iter().rev()) {
        assert_eq!(&passage.chunk, chunk);
        assert_eq!(Some(passage.text.as_str()), chunk.span.slice(&text));
        assert_eq!(*passage.document, content.document);
    }
    let twice = [asked.as_slice(), asked.as_slice()].concat();
    assert_eq!(catalog.passages(ctx, &twice).await.expect("passages").len(), 2 * passages.len());
    assert!(catalog.passages(ctx, &[]).await.expect("passages").is_empty());
}

#[tokio::test]
async fn chunks_of_older_versions_and_of_others_are_missing() {
    let fixture = Fixture::new().await;
    let (ctx, catalog) = (&fixture.ctx, &fixture.catalog);
    let put =
        |text: &'static str| catalog.put_documents(ctx, fixture.collection, vec![draft("text:a", text)]);
    let receipt = put("one").await.expect("stored")[0];
    let old = catalog.document_content(ctx, receipt.document).await.expect("found").chunks[0].id;
    put("two").await.expect("stored");
    assert!(catalog.passages(ctx, &[old]).await.expect("passages").is_empty());

    let new = catalog.document_content(ctx, receipt.document).await.expect("found").chunks[0].id;
    assert_eq!(catalog.passages(ctx, &[new, new]).await.expect("passages").len(), 2);
    assert!(catalog.passages(&context_of("other"), &[new]).await.expect("passages").is_empty());
    let name = new_collection("notes", 1).name;
    catalog.delete_collection(ctx, &name).await.expect("deleted");
    assert!(catalog.passages(ctx, &[new]).await.expect("passages").is_empty());
}
