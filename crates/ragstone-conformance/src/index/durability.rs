//! What a durable index keeps when it is closed and opened again.

use ragstone_core::id::Sequence;
use ragstone_core::index::IndexOperation;

use super::corpus::{VOCABULARY, vector};
use super::driver::IndexDriver;
use crate::random::Random;
use crate::{IndexFixture, Verdict};

/// Why durability cannot be tried; `None` where it can.
///
/// An index that claims to be durable must say how to open it again, or the claim could not be tested.
fn obstacle(fixture: &IndexFixture) -> Option<Verdict> {
    let is_durable = fixture.store().capability().is_durable;
    assert!(!is_durable || fixture.can_reopen(), "the fixture of a durable index says how to reopen it");
    (!is_durable).then_some(Verdict::NotApplicable("the index is not durable"))
}

/// Opens the index again and drives the same target with the same model.
async fn reopened(fixture: &mut IndexFixture, driver: IndexDriver) -> IndexDriver {
    let IndexDriver { target, model, .. } = driver;
    fixture.reopen().await;
    let mut driver = IndexDriver::at(fixture, target);
    driver.model = model;
    driver
}

fn batch(random: &mut Random, driver: &IndexDriver, version: u32) -> Vec<IndexOperation> {
    (0..10).map(|_| random.operation(driver.target.collection, 20, version)).collect()
}

/// After a flush, generation, checkpoint, chunks, scores and filters are the same when opened again, twice over.
pub async fn flushed_state_survives_reopening(mut fixture: IndexFixture) -> Verdict {
    if let Some(verdict) = obstacle(&fixture) {
        return verdict;
    }
    let mut driver = IndexDriver::created(&fixture).await;
    let mut random = Random::new(21);
    for version in 1..=3 {
        for _ in 0..3 {
            let operations = batch(&mut random, &driver, version);
            driver.apply(operations).await;
        }
        driver.flush(Sequence(u64::from(version) * 10)).await;
        let before = driver.state().await;
        driver = reopened(&mut fixture, driver).await;
        assert_eq!(driver.state().await, before);
        driver.check_terms(0..VOCABULARY).await;
        for _ in 0..10 {
            let filter = random.filter(driver.target.collection, 2);
            driver.check(&vector(&[(1, 1.0), (2, 1.0)]), Some(&filter), 50).await;
        }
    }
    Verdict::Held
}

/// Changes that were not flushed may be lost; the checkpoint says so, and applying them again mends it.
pub async fn unflushed_changes_converge_when_applied_again(mut fixture: IndexFixture) -> Verdict {
    if let Some(verdict) = obstacle(&fixture) {
        return verdict;
    }
    let mut driver = IndexDriver::created(&fixture).await;
    let mut random = Random::new(22);
    let operations = batch(&mut random, &driver, 1);
    driver.apply(operations).await;
    driver.flush(Sequence(10)).await;
    let flushed = driver.state().await;
    let unflushed: Vec<_> = (2..6).map(|version| batch(&mut random, &driver, version)).collect();
    for operations in &unflushed {
        driver.apply(operations.clone()).await;
    }
    driver = reopened(&mut fixture, driver).await;
    assert_eq!(driver.state().await, flushed, "the checkpoint is that of the flush");
    for operations in unflushed {
        driver.apply_to_index(operations).await;
    }
    driver.check_terms(0..VOCABULARY).await;
    driver.flush(Sequence(20)).await;
    driver = reopened(&mut fixture, driver).await;
    driver.check_terms(0..VOCABULARY).await;
    Verdict::Held
}

/// A removed target does not come back, and its neighbour stays.
pub async fn removed_targets_stay_removed(mut fixture: IndexFixture) -> Verdict {
    if let Some(verdict) = obstacle(&fixture) {
        return verdict;
    }
    let mut kept = IndexDriver::created(&fixture).await;
    let mut gone = IndexDriver::created(&fixture).await;
    let mut random = Random::new(23);
    for driver in [&mut kept, &mut gone] {
        let operations = batch(&mut random, driver, 1);
        driver.apply(operations).await;
        driver.flush(Sequence(1)).await;
    }
    let removed = gone.index.remove(&gone.ctx, &gone.target).await;
    removed.expect("removes");
    let gone = gone.target;
    let kept = reopened(&mut fixture, kept).await;
    let listed = kept.index.targets(&kept.ctx).await;
    assert_eq!(listed.expect("lists"), std::slice::from_ref(&kept.target));
    let state = kept.index.state(&kept.ctx, &gone).await;
    assert_eq!(state.expect("knows its state"), None);
    kept.check_terms(0..VOCABULARY).await;
    Verdict::Held
}
