//! Creating, flushing, listing, removing and closing.

use ragstone_core::Reader;
use ragstone_core::error::ErrorKind::{NotFound, Unavailable};
use ragstone_core::id::Sequence;
use ragstone_core::index::{
    Dimensions, IndexQuery, IndexSchema, IndexSlot, IndexState, IndexTarget, Likeness,
};

use super::corpus::{plain_attributes, replace, vector};
use super::driver::{IndexDriver, target};
use crate::IndexFixture;
use crate::draft::{fresh_collection_id, fresh_generation_id, tenant_context};
use crate::law::assert_refused;

async fn put_one(driver: &mut IndexDriver) {
    let collection = driver.target.collection;
    let vectors = vec![vector(&[(1, 1.0)])];
    driver.apply(vec![replace(collection, 1, 1, plain_attributes(1), vectors)]).await;
}

/// A target that was never created has no state and is not listed.
pub async fn target_that_never_was_has_no_state(fixture: IndexFixture) {
    let driver = IndexDriver::new(&fixture);
    assert_eq!(driver.state().await, None);
    let listed = driver.index.targets(&driver.ctx).await;
    assert_eq!(listed.expect("lists"), Vec::new());
}

/// A created target has its generation, checkpoint 0 and no chunks.
pub async fn created_target_is_empty_at_checkpoint_zero(fixture: IndexFixture) {
    let driver = IndexDriver::new(&fixture);
    let generation = fresh_generation_id();
    driver.create(generation).await;
    let schema = IndexSchema::default();
    let expected = IndexState { generation, schema, checkpoint: Sequence::ZERO };
    assert_eq!(driver.state().await, Some(expected));
    assert_eq!(driver.count(None).await, 0);
    assert!(driver.search(&vector(&[(1, 1.0)]), None, 1).await.is_empty());
}

/// Creating again starts another generation without chunks, at checkpoint 0.
pub async fn create_drops_what_was_there(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    put_one(&mut driver).await;
    driver.flush(Sequence(9)).await;
    let generation = fresh_generation_id();
    driver.create(generation).await;
    let schema = IndexSchema::default();
    let expected = IndexState { generation, schema, checkpoint: Sequence::ZERO };
    assert_eq!(driver.state().await, Some(expected));
    assert_eq!(driver.count(None).await, 0);
    put_one(&mut driver).await;
    assert_eq!(driver.count(None).await, 1);
}

/// A flush sets the checkpoint and keeps generation and chunks; applying alone does not move it.
pub async fn flush_moves_the_checkpoint(fixture: IndexFixture) {
    let mut driver = IndexDriver::new(&fixture);
    let generation = fresh_generation_id();
    driver.create(generation).await;
    put_one(&mut driver).await;
    let schema = IndexSchema::default();
    let at = |checkpoint| Some(IndexState { generation, schema, checkpoint: Sequence(checkpoint) });
    assert_eq!(driver.state().await, at(0));
    for checkpoint in [5, 5, 1 << 40] {
        driver.flush(Sequence(checkpoint)).await;
        assert_eq!(driver.state().await, at(checkpoint));
        assert_eq!(driver.count(None).await, 1);
    }
}

/// Flushing and counting a target that does not exist are `NotFound`.
pub async fn flush_and_count_of_a_missing_target_are_not_found(fixture: IndexFixture) {
    let driver = IndexDriver::new(&fixture);
    let flushed = driver.index.flush(&driver.ctx, &driver.target, Sequence(1)).await;
    assert_refused(flushed, NotFound, "a flush of a missing target");
    let counted = driver.index.count(&driver.ctx, &driver.target, None, &Reader::Everything).await;
    assert_refused(counted, NotFound, "a count of a missing target");
    assert_eq!(driver.state().await, None);
}

/// A removed target is as one that never was; removing it again is fine, and it can be created again, empty.
pub async fn removed_target_is_gone(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    put_one(&mut driver).await;
    for _ in 0..2 {
        let removed = driver.index.remove(&driver.ctx, &driver.target).await;
        removed.expect("removes, again too");
        assert_eq!(driver.state().await, None);
        let counted = driver.index.count(&driver.ctx, &driver.target, None, &Reader::Everything).await;
        assert_refused(counted, NotFound, "a count of a removed target");
    }
    driver.create(fresh_generation_id()).await;
    assert_eq!(driver.count(None).await, 0);
}

/// Targets are listed by tenant, then by collection.
pub async fn targets_are_listed_in_order(fixture: IndexFixture) {
    let ids = [fresh_collection_id(), fresh_collection_id(), fresh_collection_id()];
    let mut expected = Vec::new();
    for (tenant, id) in [("b", ids[2]), ("a", ids[1]), ("b", ids[0]), ("a", ids[0])] {
        let driver = IndexDriver::at(&fixture, target(tenant, id));
        driver.create(fresh_generation_id()).await;
        expected.push(driver.target);
    }
    expected.sort();
    let driver = IndexDriver::at(&fixture, expected[0].clone());
    let listed = driver.index.targets(&driver.ctx).await;
    assert_eq!(listed.expect("lists"), expected);
    let removed = driver.index.remove(&driver.ctx, &driver.target).await;
    removed.expect("removes");
    let listed = driver.index.targets(&driver.ctx).await;
    assert_eq!(listed.expect("lists"), expected[1..]);
}

/// The slots of a collection are targets of their own, with chunks, vectors and states of their own.
pub async fn slots_of_a_collection_are_apart(fixture: IndexFixture) {
    let mut first = IndexDriver::new(&fixture);
    let slot = IndexSlot::Second;
    let mut second = IndexDriver::at(&fixture, IndexTarget { slot, ..first.target.clone() });
    let small = IndexSchema { dense: Dimensions::try_new(2).ok() };
    first.create_with(fresh_generation_id(), small).await;
    put_one(&mut first).await;
    first.flush(Sequence(7)).await;
    assert_eq!(second.state().await, None);

    let generation = fresh_generation_id();
    let large = IndexSchema { dense: Dimensions::try_new(5).ok() };
    second.create_with(generation, large).await;
    assert_eq!(second.count(None).await, 0);
    first.check_terms(1..2).await;
    put_one(&mut second).await;
    second.flush(Sequence(3)).await;
    let expected = IndexState { generation, schema: large, checkpoint: Sequence(3) };
    assert_eq!(second.state().await, Some(expected));
    assert_eq!(first.state().await.map(|state| (state.schema, state.checkpoint)), Some((small, Sequence(7))));
    let listed = first.index.targets(&first.ctx).await;
    assert_eq!(listed.expect("lists"), [first.target.clone(), second.target.clone()]);

    // Made anew and removed, the first leaves the second alone.
    first.create(fresh_generation_id()).await;
    second.check_terms(1..2).await;
    first.index.remove(&first.ctx, &first.target).await.expect("removes");
    second.check_terms(1..2).await;
    let listed = second.index.targets(&second.ctx).await;
    assert_eq!(listed.expect("lists"), [second.target.clone()]);
    second.index.remove(&second.ctx, &second.target).await.expect("removes");
    assert_eq!(second.state().await, None);
}

/// The target alone says whose data is meant: projectors serve all tenants with one context.
pub async fn tenant_of_the_context_is_not_consulted(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    driver.ctx = tenant_context("another");
    put_one(&mut driver).await;
    driver.check_terms(1..2).await;
    assert!(driver.state().await.is_some());
}

/// After closing every call is `Unavailable`.
pub async fn closed_index_is_unavailable(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    put_one(&mut driver).await;
    let (index, ctx, target) = (&driver.index, &driver.ctx, &driver.target);
    index.close(ctx).await.expect("closes");
    let query = IndexQuery {
        target: target.clone(),
        likeness: Likeness::Keyword(vector(&[(1, 1.0)])),
        filter: None,
        reader: Reader::Everything,
        limit: 1,
    };
    assert_refused(index.search(ctx, &query).await, Unavailable, "search");
    assert_refused(index.state(ctx, target).await, Unavailable, "state");
    assert_refused(index.count(ctx, target, None, &Reader::Everything).await, Unavailable, "count");
    assert_refused(index.targets(ctx).await, Unavailable, "targets");
    assert_refused(index.apply(ctx, target, Vec::new()).await, Unavailable, "apply");
    assert_refused(index.flush(ctx, target, Sequence(1)).await, Unavailable, "flush");
    assert_refused(index.remove(ctx, target).await, Unavailable, "remove");
    let created = index.create(ctx, target, fresh_generation_id(), IndexSchema::default()).await;
    assert_refused(created, Unavailable, "create");
}
