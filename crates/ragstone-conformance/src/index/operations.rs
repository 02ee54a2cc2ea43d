//! Replacing and removing documents, and counting what is there.

use ragstone_core::error::ErrorKind::NotFound;
use ragstone_core::filter::{Field, Filter};
use ragstone_core::index::IndexOperation;
use ragstone_core::metadata::MetadataValue;
use tokio::task::JoinSet;

use super::corpus::{VOCABULARY, plain_attributes, remove, replace, vector};
use super::driver::IndexDriver;
use crate::IndexFixture;
use crate::law::assert_refused;
use crate::random::Random;

/// The whole history of random batches, applied again from any point, gives the same state.
pub async fn applying_again_changes_nothing(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let mut random = Random::new(3);
    let collection = driver.target.collection;
    let mut history: Vec<Vec<IndexOperation>> = Vec::new();
    for version in 1..=8 {
        let batch: Vec<_> = (0..6).map(|_| random.operation(collection, 12, version)).collect();
        driver.apply(batch.clone()).await;
        driver.apply_to_index(batch.clone()).await;
        history.push(batch);
    }
    driver.check_terms(0..VOCABULARY).await;
    for start in [0, 5] {
        for batch in &history[start..] {
            driver.apply_to_index(batch.clone()).await;
        }
        driver.check_terms(0..VOCABULARY).await;
    }
}

/// A new version leaves none of the former version's chunks.
pub async fn replace_ends_the_former_version(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let many = (0..5).map(|term| vector(&[(term, 1.0)])).collect();
    driver.apply(vec![replace(collection, 1, 1, plain_attributes(1), many)]).await;
    let few = vec![vector(&[(0, 1.0)]), vector(&[(9, 1.0)])];
    driver.apply(vec![replace(collection, 1, 2, plain_attributes(1), few)]).await;
    assert_eq!(driver.count(None).await, 2);
    driver.check_terms(0..10).await;
}

/// A replacement without chunks leaves none.
pub async fn replace_by_nothing_empties_the_document(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let one = || vec![vector(&[(1, 1.0)])];
    driver
        .apply(vec![
            replace(collection, 1, 1, plain_attributes(1), one()),
            replace(collection, 2, 1, plain_attributes(2), one()),
        ])
        .await;
    driver.apply(vec![replace(collection, 1, 2, plain_attributes(1), Vec::new())]).await;
    assert_eq!(driver.count(None).await, 1);
    driver.check_terms(1..2).await;
}

/// Filters see the attributes of the latest version only.
pub async fn attributes_are_replaced_too(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let mut old = plain_attributes(1);
    old.tags.insert("old".to_owned());
    old.metadata.insert("gone".to_owned(), MetadataValue::Integer(1));
    let mut new = plain_attributes(1);
    new.tags.insert("new".to_owned());
    let one = || vec![vector(&[(1, 1.0)])];
    driver.apply(vec![replace(collection, 1, 1, old, one())]).await;
    driver.apply(vec![replace(collection, 1, 2, new, one())]).await;
    let tag = |name: &str| Filter::Equals(Field::Tag, MetadataValue::Text(name.to_owned()));
    let gone = Filter::Exists(Field::Metadata("gone".to_owned()));
    for (filter, expected) in [(tag("old"), 0), (tag("new"), 1), (gone, 0)] {
        assert_eq!(driver.count(Some(&filter)).await, expected, "{filter:?}");
        driver.check(&vector(&[(1, 1.0)]), Some(&filter), 10).await;
    }
}

/// A document that the index never held, or holds no more, can be removed.
pub async fn remove_of_a_missing_document_is_fine(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    driver.apply(vec![remove(collection, 1)]).await;
    let one = vec![vector(&[(1, 1.0)])];
    driver.apply(vec![replace(collection, 1, 1, plain_attributes(1), one)]).await;
    driver.apply(vec![remove(collection, 1), remove(collection, 1)]).await;
    assert_eq!(driver.count(None).await, 0);
    driver.check_terms(1..2).await;
}

/// Several operations on one document in one batch end as the last one says.
pub async fn operations_apply_in_order(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let put = |number, version, term| {
        let vectors = vec![vector(&[(term, 1.0)])];
        replace(collection, number, version, plain_attributes(number), vectors)
    };
    driver
        .apply(vec![
            put(1, 1, 1),
            remove(collection, 1),
            put(1, 2, 2),
            put(2, 1, 1),
            put(2, 2, 3),
            put(3, 1, 1),
            remove(collection, 3),
        ])
        .await;
    assert_eq!(driver.count(None).await, 2);
    driver.check_terms(1..4).await;
}

/// A batch without operations changes nothing.
pub async fn empty_batch_is_fine(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    driver.apply(Vec::new()).await;
    assert_eq!(driver.count(None).await, 0);
}

/// Thousands of chunks in one batch can be found as soon as it was applied.
pub async fn large_batch_is_found_at_once(fixture: IndexFixture) {
    const DOCUMENTS: u32 = 500;
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let operations = (0..DOCUMENTS).map(|number| {
        let vectors = (0..6).map(|term| vector(&[(term, 1.0), (number + 10, 2.0)]));
        replace(collection, number, 1, plain_attributes(number), vectors.collect())
    });
    driver.apply(operations.collect()).await;
    assert_eq!(driver.count(None).await, u64::from(DOCUMENTS) * 6);
    for term in [0, 5, 10, 10 + DOCUMENTS - 1] {
        driver.check(&vector(&[(term, 1.0)]), None, 10_000).await;
    }
}

/// Counts are exact, with and without a filter, for chunks with and without terms.
pub async fn count_is_exact(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    assert_eq!(driver.count(None).await, 0);
    let mut random = Random::new(11);
    let collection = driver.target.collection;
    for version in 1..=10 {
        let batch = (0..8).map(|_| random.operation(collection, 20, version)).collect();
        driver.apply(batch).await;
        let filter = random.filter(collection, 1);
        for filter in [None, Some(&filter)] {
            assert_eq!(driver.count(filter).await, driver.model.count(filter));
        }
    }
}

/// Operations on a target that does not exist are `NotFound`, and do not make one.
pub async fn apply_to_a_missing_target_is_not_found(fixture: IndexFixture) {
    let driver = IndexDriver::new(&fixture);
    let batches = [Vec::new(), vec![remove(driver.target.collection, 1)]];
    for batch in batches {
        let applied = driver.index.apply(&driver.ctx, &driver.target, batch).await;
        assert_refused(applied, NotFound, "operations on a missing target");
    }
    assert_eq!(driver.state().await, None);
}

/// Batches for different documents that are applied at once are all there in the end.
pub async fn concurrent_batches_all_land(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let mut tasks = JoinSet::new();
    for writer in 0..8 {
        let batch: Vec<_> = (0..10)
            .map(|number| {
                let vectors = vec![vector(&[(writer, 1.0), (20, 0.5)])];
                let number = writer * 10 + number;
                replace(collection, number, 1, plain_attributes(number), vectors)
            })
            .collect();
        driver.model.apply(&batch);
        let driver = driver.clone();
        tasks.spawn(async move {
            driver.apply_to_index(batch).await;
            assert!(driver.count(None).await >= 10, "applied chunks can be counted at once");
        });
    }
    tasks.join_all().await;
    assert_eq!(driver.count(None).await, 80);
    driver.check_terms(0..21).await;
}
