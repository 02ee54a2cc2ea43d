//! Fencing tokens, and what a lost lease can no longer do.

use ragstone_core::error::ErrorKind::Conflict;
use ragstone_core::lease::Lease;

use super::holders::{AFTER, LONG, SHORT, Worker, holder};
use crate::LeaseFixture;
use crate::law::assert_refused;

/// Each lease of a name has a greater token than the one before, whoever takes it.
pub async fn tokens_grow_with_every_lease(fixture: LeaseFixture) {
    let workers = [1, 2, 3].map(|number| Worker::new(&fixture, number));
    let mut last = None;
    for round in 0..30 {
        let worker = &workers[round % 3];
        let lease = worker.take("job", LONG).await;
        assert!(last.is_none_or(|last| lease.token > last), "{last:?} then {}", lease.token);
        last = Some(lease.token);
        worker.release(&lease).await;
    }
}

/// A store does not forget the token of a lease that ran out.
pub async fn tokens_grow_after_a_lease_ran_out(fixture: LeaseFixture) {
    let mut last = None;
    for round in 0..4 {
        let lease = Worker::new(&fixture, round).take("job", SHORT).await;
        assert!(last.is_none_or(|last| lease.token > last), "{last:?} then {}", lease.token);
        last = Some(lease.token);
        fixture.pass(AFTER).await;
    }
}

/// A lease is the same after its renewal.
pub async fn renewal_keeps_the_token(fixture: LeaseFixture) {
    let worker = Worker::new(&fixture, 1);
    let lease = worker.take("job", LONG).await;
    let renewed = worker.leases.renew(&worker.ctx, &lease, LONG).await.expect("renews");
    assert_eq!(renewed, lease);
    worker.release(&renewed).await;
    Worker::new(&fixture, 2).take("job", LONG).await;
}

/// Whoever lost a lease to another holder cannot renew it.
pub async fn lost_lease_is_not_renewed(fixture: LeaseFixture) {
    let (first, second) = (Worker::new(&fixture, 1), Worker::new(&fixture, 2));
    let lost = first.take("job", SHORT).await;
    fixture.pass(AFTER).await;
    let held = second.take("job", LONG).await;
    let refused = first.leases.renew(&first.ctx, &lost, LONG).await;
    assert_refused(refused, Conflict, "renewing what another holder has");
    second.leases.renew(&second.ctx, &held, LONG).await.expect("the new holder renews");
}

/// A lease that ran out is lost even while nobody has taken it.
pub async fn lease_that_ran_out_is_not_renewed(fixture: LeaseFixture) {
    let worker = Worker::new(&fixture, 1);
    let lease = worker.take("job", SHORT).await;
    fixture.pass(AFTER).await;
    let refused = worker.leases.renew(&worker.ctx, &lease, LONG).await;
    assert_refused(refused, Conflict, "renewing what ran out");
    Worker::new(&fixture, 2).take("job", LONG).await;
}

/// Whoever lost a lease cannot take it from its new holder by releasing it.
pub async fn lost_lease_releases_nothing(fixture: LeaseFixture) {
    let (first, second) = (Worker::new(&fixture, 1), Worker::new(&fixture, 2));
    let lost = first.take("job", SHORT).await;
    fixture.pass(AFTER).await;
    second.take("job", LONG).await;
    first.release(&lost).await;
    assert_eq!(first.try_take("job", LONG).await, None);
}

/// Neither the token nor the holder alone is enough to renew or release a lease.
pub async fn lease_of_another_holder_is_not_touched(fixture: LeaseFixture) {
    let (first, second) = (Worker::new(&fixture, 1), Worker::new(&fixture, 2));
    let held = first.take("job", LONG).await;
    let older = ragstone_core::lease::FencingToken(held.token.0 - 1);
    for stolen in [Lease { holder: holder(2), ..held.clone() }, Lease { token: older, ..held.clone() }] {
        let refused = second.leases.renew(&second.ctx, &stolen, LONG).await;
        assert_refused(refused, Conflict, "renewing what another holder has");
        second.release(&stolen).await;
        assert_eq!(second.try_take("job", LONG).await, None);
    }
    first.leases.renew(&first.ctx, &held, LONG).await.expect("the holder still has it");
}

/// A repeated release is fine, and leaves the next holder alone.
pub async fn releasing_again_is_fine(fixture: LeaseFixture) {
    let (first, second) = (Worker::new(&fixture, 1), Worker::new(&fixture, 2));
    let lease = first.take("job", LONG).await;
    first.release(&lease).await;
    first.release(&lease).await;
    second.take("job", LONG).await;
    first.release(&lease).await;
    assert_eq!(first.try_take("job", LONG).await, None);
}
