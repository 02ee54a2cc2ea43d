//! Marks of projections, pruning, purging.

use ragstone_core::change::{ChangeKind, ProjectedCollection, ProjectionMark, ProjectionName};
use ragstone_core::collection::Collection;
use ragstone_core::error::ErrorKind::FailedPrecondition;
use ragstone_core::id::{CollectionId, Digest, GenerationId, Sequence};

use crate::draft::{fresh_collection_id, fresh_generation_id};
use crate::law::assert_refused;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

const FIRST: ProjectionName = ProjectionName::new("first-projection");
const SECOND: ProjectionName = ProjectionName::new("second-projection");

fn mark_at(generation: GenerationId, watermark: Sequence) -> ProjectionMark {
    ProjectionMark { generation, watermark, average_length: 12.5, model: Some(Digest::of(b"model")) }
}

impl CatalogDriver {
    async fn mark(&self, projection: ProjectionName, collection: CollectionId, mark: ProjectionMark) {
        let marked = self.catalog.mark(&self.ctx, projection, collection, mark).await;
        marked.expect("moves the mark");
    }

    async fn all_projected(&self, projection: ProjectionName) -> Vec<ProjectedCollection> {
        let listed = self.catalog.projected_collections(&self.ctx, projection).await;
        listed.expect("lists collections")
    }

    async fn projected(&self, projection: ProjectionName, id: CollectionId) -> ProjectedCollection {
        let all = self.all_projected(projection).await;
        let found = all.into_iter().find(|entry| entry.collection.id == id);
        found.expect("the collection is listed")
    }

    async fn remove_collection(&self, collection: &Collection) -> Sequence {
        let deleted = self.catalog.delete_collection(&self.ctx, &collection.name).await;
        deleted.expect("deletes the collection")
    }
}

/// The projector sees the collections of all tenants, whatever tenant it calls for.
pub async fn every_tenants_collections_are_listed(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    assert!(driver.all_projected(FIRST).await.is_empty());
    let mut expected = vec![
        driver.create("a").await,
        driver.create("b").await,
        driver.as_tenant("second").create("a").await,
    ];
    let listed = driver.as_tenant("third").all_projected(FIRST).await;
    let mut listed: Vec<Collection> = listed.into_iter().map(|entry| entry.collection).collect();
    listed.sort_by_key(|collection| collection.id);
    expected.sort_by_key(|collection| collection.id);
    assert_eq!(listed, expected);
}

/// Vectors may come and go.
pub async fn a_mark_may_be_that_of_a_model_or_of_none(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("a").await.id;
    let sequence = driver.put(id, DraftBuilder::new("text:a").build()).await.sequence;
    let of_a_model = mark_at(fresh_generation_id(), sequence);
    let of_none = ProjectionMark { model: None, ..of_a_model };
    for mark in [of_none, of_a_model, of_none] {
        driver.mark(FIRST, id, mark).await;
        assert_eq!(driver.projected(FIRST, id).await.mark, Some(mark));
    }
}

/// What is told of some collections is what the list of all says of them: in the order asked, without missing ones.
pub async fn some_are_told_as_in_the_list_of_all(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let mut ids = vec![driver.create("a").await.id, driver.as_tenant("second").create("b").await.id];
    for number in 0..5 {
        ids.push(driver.create(&format!("more-{number}")).await.id);
    }
    let sequence = driver.put(ids[0], DraftBuilder::new("text:a").build()).await.sequence;
    driver.mark(FIRST, ids[0], mark_at(fresh_generation_id(), sequence)).await;
    driver.mark(SECOND, ids[2], mark_at(fresh_generation_id(), Sequence(1))).await;
    driver.remove_collection(&driver.projected(FIRST, ids[3]).await.collection).await;
    ids.reverse();
    ids.insert(2, fresh_collection_id());
    for projection in [FIRST, SECOND] {
        let told = driver.catalog.projected(&driver.ctx, projection, &ids).await.expect("tells");
        let all = driver.all_projected(projection).await;
        let find = |id: &CollectionId| all.iter().find(|entry| entry.collection.id == *id).cloned();
        assert_eq!(told, ids.iter().filter_map(find).collect::<Vec<_>>());
    }
    let none = driver.catalog.projected(&driver.ctx, FIRST, &[]).await.expect("tells");
    assert_eq!(none, Vec::new());
}

/// A collection has a head from its creation on, which its writes move; without a mark it is behind.
pub async fn fresh_collection_is_behind(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let entry = driver.projected(FIRST, id).await;
    assert_eq!((entry.head, entry.mark), (driver.head().await, None));
    assert!(entry.is_behind() && !entry.is_deleted);
    let receipt = driver.put(id, DraftBuilder::new("text:a").build()).await;
    assert_eq!(driver.projected(FIRST, id).await.head, receipt.sequence);
    let deletion = driver.delete(receipt.document).await;
    assert_eq!(driver.projected(FIRST, id).await.head, deletion);
    driver.create("other").await;
    assert_eq!(driver.projected(FIRST, id).await.head, deletion, "heads of collections are apart");
}

/// A mark is given back as it was set; at the head the projection is not behind.
pub async fn mark_is_kept(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let head = driver.put(id, DraftBuilder::new("text:a").build()).await.sequence;
    let mark = mark_at(fresh_generation_id(), head);
    driver.mark(FIRST, id, mark).await;
    driver.mark(FIRST, id, mark).await;
    let entry = driver.projected(FIRST, id).await;
    assert_eq!(entry.mark, Some(mark));
    assert!(!entry.is_behind());
    driver.put(id, DraftBuilder::new("text:b").build()).await;
    assert!(driver.projected(FIRST, id).await.is_behind());
}

/// A lower watermark of the same generation leaves the watermark alone; another generation starts anywhere.
pub async fn watermark_never_moves_back_within_a_generation(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let old = fresh_generation_id();
    let watermark = async || {
        let entry = driver.projected(FIRST, id).await;
        entry.mark.map(|mark| (mark.generation, mark.watermark))
    };
    driver.mark(FIRST, id, mark_at(old, Sequence(7))).await;
    driver.mark(FIRST, id, mark_at(old, Sequence(3))).await;
    assert_eq!(watermark().await, Some((old, Sequence(7))));
    driver.mark(FIRST, id, mark_at(old, Sequence(8))).await;
    assert_eq!(watermark().await, Some((old, Sequence(8))));
    let new = fresh_generation_id();
    driver.mark(FIRST, id, mark_at(new, Sequence::ZERO)).await;
    assert_eq!(watermark().await, Some((new, Sequence::ZERO)));
}

/// Marks of different projections and of different collections do not touch each other.
pub async fn marks_are_apart(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let one = driver.create("one").await.id;
    let two = driver.create("two").await.id;
    let mark = mark_at(fresh_generation_id(), Sequence(1));
    driver.mark(FIRST, one, mark).await;
    assert_eq!(driver.projected(FIRST, two).await.mark, None);
    assert_eq!(driver.projected(SECOND, one).await.mark, None);
    assert_eq!(driver.projected(FIRST, one).await.mark, Some(mark));
}

/// While one projection has not passed a deletion, the feed keeps it.
pub async fn deletion_stays_until_every_projection_passed(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let receipt = driver.put(id, DraftBuilder::new("text:a").build()).await;
    let (fast, slow) = (fresh_generation_id(), fresh_generation_id());
    driver.mark(FIRST, id, mark_at(fast, receipt.sequence)).await;
    driver.mark(SECOND, id, mark_at(slow, receipt.sequence)).await;
    let deletion = driver.delete(receipt.document).await;
    driver.mark(FIRST, id, mark_at(fast, deletion)).await;
    let behind = driver.changes(id, receipt.sequence).await;
    assert_eq!(behind.len(), 1, "the slow projection has yet to see the deletion");
    assert_eq!((behind[0].sequence, behind[0].kind), (deletion, ChangeKind::Deleted));
    driver.mark(SECOND, id, mark_at(slow, deletion)).await;
    assert!(driver.changes(id, deletion).await.is_empty(), "nothing lies behind the deletion");
    driver.audit(id).await;
    let again = driver.put(id, DraftBuilder::new("text:a").build()).await;
    assert!(again.sequence > deletion);
    assert_eq!(driver.changes(id, deletion).await.len(), 1);
    driver.audit(id).await;
}

/// What is stored stays in the feed for ever, so that a projection can be built anew.
pub async fn stored_changes_are_never_pruned(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let first = driver.put(id, DraftBuilder::new("text:a").build()).await;
    driver.put(id, DraftBuilder::new("text:b").build()).await;
    let deletion = driver.delete(first.document).await;
    let mark = mark_at(fresh_generation_id(), deletion);
    driver.mark(FIRST, id, mark).await;
    driver.mark(SECOND, id, mark).await;
    assert_eq!(driver.audit(id).await.len(), 1);
}

/// A deleted collection stays listed, with its marks, as deleted, until it is purged; its name's new bearer is apart.
pub async fn deleted_collection_waits_for_its_purge(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let old = driver.create("notes").await;
    driver.put(old.id, DraftBuilder::new("text:a").build()).await;
    let mark = mark_at(fresh_generation_id(), driver.head().await);
    driver.mark(FIRST, old.id, mark).await;
    let deletion = driver.remove_collection(&old).await;
    let new = driver.create("notes").await;
    let entry = driver.projected(FIRST, old.id).await;
    assert!(entry.is_deleted && entry.is_behind());
    assert_eq!((entry.head, entry.mark), (deletion, Some(mark)));
    assert!(!driver.projected(FIRST, new.id).await.is_deleted);
    for _ in 0..2 {
        let purged = driver.catalog.purge_collection(&driver.ctx, old.id).await;
        purged.expect("purges, again too");
        let listed = driver.all_projected(FIRST).await;
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].collection, new);
    }
}

/// A live collection cannot be purged, and the attempt changes nothing.
pub async fn purge_of_a_live_collection_is_refused(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    driver.put(id, DraftBuilder::new("text:a").build()).await;
    let purged = driver.catalog.purge_collection(&driver.ctx, id).await;
    assert_refused(purged, FailedPrecondition, "purge of a live collection");
    assert_eq!(driver.audit(id).await.len(), 1);
}

/// A collection that never was can be purged.
pub async fn purge_of_a_missing_collection_is_fine(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let purged = driver.catalog.purge_collection(&driver.ctx, fresh_collection_id()).await;
    purged.expect("a missing collection is fine");
}
