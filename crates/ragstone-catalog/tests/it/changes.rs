//! The change feed.

use ragstone_core::change::{ChangeKind, ProjectionMark, ProjectionName};
use ragstone_core::port::{ChangeFeed, CollectionStore, DocumentStore};
use ragstone_core::{CollectionId, ErrorKind, GenerationId, Sequence};
use uuid::Uuid;

use crate::fixture::{Fixture, context_of, create, draft, new_collection};

const INDEX: ProjectionName = ProjectionName::new("chunk-index");

fn mark(generation: u128, watermark: u64) -> ProjectionMark {
    ProjectionMark {
        generation: GenerationId::from_uuid(Uuid::from_u128(generation)),
        watermark: Sequence(watermark),
        average_length: 12.25,
        model: None,
    }
}

#[tokio::test]
async fn the_feed_holds_one_change_for_each_document() {
    let fixture = Fixture::new().await;
    let (ctx, catalog, collection) = (&fixture.ctx, &fixture.catalog, fixture.collection);
    let first = catalog
        .put_documents(
            ctx,
            collection,
            vec![draft("text:a", "1"), draft("text:b", "1"), draft("text:c", "1")],
        )
        .await
        .expect("stored");
    let second = catalog.put_documents(ctx, collection, vec![draft("text:a", "2")]).await.expect("stored");
    let deleted = catalog.delete_document(ctx, first[1].document, None).await.expect("deleted");

    let changes = catalog.changes(ctx, collection, Sequence::ZERO, 100).await.expect("changes");
    let seen: Vec<_> = changes.iter().map(|change| (change.sequence, change.document, change.kind)).collect();
    let expected = [
        (first[2].sequence, first[2].document, ChangeKind::Stored),
        (second[0].sequence, first[0].document, ChangeKind::Stored),
        (deleted, first[1].document, ChangeKind::Deleted),
    ];
    assert_eq!(seen, expected);
    let rest = catalog.changes(ctx, collection, second[0].sequence, 100).await.expect("changes");
    assert_eq!(rest.len(), 1);
    assert_eq!(catalog.changes(ctx, collection, Sequence::ZERO, 1).await.expect("changes").len(), 1);
    assert_eq!(catalog.head(ctx).await.expect("head"), deleted);
}

#[tokio::test]
async fn a_watermark_never_moves_back_within_its_generation() {
    let fixture = Fixture::new().await;
    let (ctx, catalog, collection) = (&fixture.ctx, &fixture.catalog, fixture.collection);
    for (moved, expected) in [(mark(1, 5), 5), (mark(1, 3), 5), (mark(1, 9), 9), (mark(2, 0), 0)] {
        catalog.mark(ctx, INDEX, collection, moved).await.expect("marked");
        let projected = catalog.projected_collections(ctx, INDEX).await.expect("collections");
        let found = projected[0].mark.expect("a mark");
        assert_eq!((found.generation, found.watermark.0), (moved.generation, expected));
        assert_eq!(found.average_length.to_bits(), 12.25_f32.to_bits());
    }
    let other = catalog.projected_collections(ctx, ProjectionName::new("graph")).await.expect("collections");
    assert_eq!(other[0].mark, None);
    let missing = CollectionId::from_uuid(Uuid::from_u128(99));
    let missing = catalog.mark(ctx, INDEX, missing, mark(1, 1)).await;
    assert_eq!(missing.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
}

#[tokio::test]
async fn a_deleted_collection_is_projected_until_it_is_purged() {
    let fixture = Fixture::new().await;
    let (ctx, catalog, collection) = (&fixture.ctx, &fixture.catalog, fixture.collection);
    let drafts = (0..600).map(|n| draft(&format!("text:{n}"), "1")).collect();
    catalog.put_documents(ctx, collection, drafts).await.expect("stored");
    catalog.mark(ctx, INDEX, collection, mark(1, 5)).await.expect("marked");
    let live = catalog.purge_collection(ctx, collection).await;
    assert_eq!(live.map_err(|error| error.kind()), Err(ErrorKind::FailedPrecondition));

    let sequence = catalog.delete_collection(ctx, &new_collection("notes", 1).name).await.expect("deleted");
    let other = create(&**catalog, &context_of("other"), "notes", 2).await;
    let projected = catalog.projected_collections(ctx, INDEX).await.expect("collections");
    assert_eq!(projected.len(), 2, "the feed serves all tenants");
    assert!(projected[0].is_deleted && projected[0].head == sequence);
    assert!(!projected[1].is_deleted);

    catalog.purge_collection(ctx, collection).await.expect("purged");
    catalog.purge_collection(ctx, collection).await.expect("a missing one is fine");
    let projected = catalog.projected_collections(ctx, INDEX).await.expect("collections");
    assert_eq!(projected.iter().map(|one| one.collection.id).collect::<Vec<_>>(), [other]);
    let changes = catalog.changes(ctx, collection, Sequence::ZERO, 10).await.expect("changes");
    assert!(changes.is_empty());
}
