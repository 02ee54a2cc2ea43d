//! Futures dropped at any point leave the index so that applying the batch again mends everything.

use super::corpus::{VOCABULARY, vector};
use super::driver::IndexDriver;
use crate::IndexFixture;
use crate::law::abandon;
use crate::random::Random;

/// Batches whose futures were dropped, applied again in order, give the state that they say; other targets do
/// not notice.
pub async fn dropped_batches_converge_when_applied_again(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let mut beside = IndexDriver::created(&fixture).await;
    let mut random = Random::new(5);
    for round in 1..=20 {
        let collection = driver.target.collection;
        let batch: Vec<_> = (0..10).map(|_| random.operation(collection, 15, round)).collect();
        let apply = driver.index.apply(&driver.ctx, &driver.target, batch.clone());
        let is_finished = abandon(apply, round - 1).await;
        let collection = beside.target.collection;
        let other = (0..3).map(|_| random.operation(collection, 15, round)).collect();
        beside.apply(other).await;
        if is_finished {
            driver.model.apply(&batch);
            driver.check_terms(0..4).await;
        }
        driver.apply(batch).await;
        driver.check_terms(0..4).await;
        beside.check_terms(0..4).await;
    }
    driver.check_terms(0..VOCABULARY).await;
    beside.check_terms(0..VOCABULARY).await;
}

/// Searches and counts whose futures were dropped leave the answers of others as they are.
pub async fn dropped_searches_disturb_nothing(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let mut random = Random::new(6);
    for round in 1..=20 {
        let collection = driver.target.collection;
        let batch = (0..5).map(|_| random.operation(collection, 15, round)).collect();
        abandon(driver.search(&vector(&[(1, 1.0)]), None, 10), round % 5).await;
        abandon(driver.count(None), round % 4).await;
        driver.apply(batch).await;
        driver.check(&random.vector(6), None, 10).await;
    }
}
