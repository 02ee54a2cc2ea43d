//! Who holds a lease, and for how long.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::CallContext;
use ragstone_core::error::ErrorKind::InvalidArgument;
use ragstone_core::id::HolderId;
use ragstone_core::lease::{Lease, LeaseName, MAX_LEASE_TTL};
use ragstone_core::port::DynLeases;
use uuid::Uuid;

use crate::LeaseFixture;
use crate::law::assert_refused;

/// Far longer than a law takes.
pub(super) const LONG: Duration = Duration::from_mins(10);
/// A lease that is waited for.
pub(super) const SHORT: Duration = Duration::from_millis(300);
/// Long enough for `SHORT` to be over.
pub(super) const AFTER: Duration = Duration::from_millis(600);

pub(super) fn name(text: &str) -> LeaseName {
    LeaseName::try_new(text).expect("is a name")
}

pub(super) fn holder(number: u128) -> HolderId {
    HolderId::from_uuid(Uuid::from_u128(number))
}

/// One holder of leases; every method panics where the call fails.
#[derive(Clone)]
pub(super) struct Worker {
    pub(super) leases: Arc<dyn DynLeases>,
    pub(super) holder: HolderId,
    pub(super) ctx: CallContext,
}

impl Worker {
    pub(super) fn new(fixture: &LeaseFixture, number: u128) -> Self {
        Self { leases: fixture.store(), holder: holder(number), ctx: CallContext::system() }
    }

    pub(super) async fn try_take(&self, text: &str, ttl: Duration) -> Option<Lease> {
        let taken = self.leases.acquire(&self.ctx, &name(text), self.holder, ttl).await;
        let lease = taken.expect("answers")?;
        assert_eq!((&lease.name, lease.holder, lease.ttl), (&name(text), self.holder, ttl));
        Some(lease)
    }

    pub(super) async fn take(&self, text: &str, ttl: Duration) -> Lease {
        self.try_take(text, ttl).await.expect("the lease is free")
    }

    pub(super) async fn release(&self, lease: &Lease) {
        self.leases.release(&self.ctx, lease).await.expect("releases");
    }
}

/// Nobody holds a name that was never leased.
pub async fn free_lease_is_given(fixture: LeaseFixture) {
    let lease = Worker::new(&fixture, 1).take("job", LONG).await;
    assert_eq!(lease.name.as_str(), "job");
}

/// While one holder has it, others do not get it.
pub async fn held_lease_is_refused_to_others(fixture: LeaseFixture) {
    let (first, second) = (Worker::new(&fixture, 1), Worker::new(&fixture, 2));
    first.take("job", LONG).await;
    for _ in 0..3 {
        assert_eq!(second.try_take("job", LONG).await, None);
    }
}

/// Leases of different names have nothing to do with each other.
pub async fn names_are_apart(fixture: LeaseFixture) {
    let (first, second) = (Worker::new(&fixture, 1), Worker::new(&fixture, 2));
    let lease = first.take("job/a", LONG).await;
    second.take("job/b", LONG).await;
    second.take("job", LONG).await;
    first.release(&lease).await;
    assert_eq!(first.try_take("job/b", LONG).await, None);
}

/// A holder that asks again gets a new lease, and has lost the former one.
pub async fn holder_gets_its_lease_anew(fixture: LeaseFixture) {
    let (first, second) = (Worker::new(&fixture, 1), Worker::new(&fixture, 2));
    let former = first.take("job", LONG).await;
    let lease = first.take("job", LONG).await;
    assert!(lease.token > former.token);
    first.release(&former).await;
    assert_eq!(second.try_take("job", LONG).await, None, "the former lease releases nothing");
    first.release(&lease).await;
    second.take("job", LONG).await;
}

/// A lease that was given back can be taken at once.
pub async fn released_lease_is_free(fixture: LeaseFixture) {
    let (first, second) = (Worker::new(&fixture, 1), Worker::new(&fixture, 2));
    let lease = first.take("job", LONG).await;
    first.release(&lease).await;
    second.take("job", LONG).await;
    assert_eq!(first.try_take("job", LONG).await, None);
}

/// A lease that is not renewed ends.
pub async fn lease_runs_out(fixture: LeaseFixture) {
    let (first, second) = (Worker::new(&fixture, 1), Worker::new(&fixture, 2));
    first.take("job", SHORT).await;
    fixture.pass(AFTER).await;
    second.take("job", LONG).await;
}

/// A renewed lease lasts as long as it was renewed for, be that longer or shorter.
pub async fn renewed_lease_goes_on(fixture: LeaseFixture) {
    let (first, second) = (Worker::new(&fixture, 1), Worker::new(&fixture, 2));
    let longer = first.take("longer", Duration::from_secs(5)).await;
    let shorter = first.take("shorter", LONG).await;
    let renewed = first.leases.renew(&first.ctx, &longer, LONG).await.expect("renews");
    assert_eq!(renewed, Lease { ttl: LONG, ..longer });
    first.leases.renew(&first.ctx, &shorter, SHORT).await.expect("renews");
    fixture.pass(Duration::from_millis(5500)).await;
    assert_eq!(second.try_take("longer", LONG).await, None);
    second.take("shorter", LONG).await;
}

/// No time at all, less than a millisecond and more than the longest time are refused.
pub async fn bad_times_are_refused(fixture: LeaseFixture) {
    let worker = Worker::new(&fixture, 1);
    let held = worker.take("held", LONG).await;
    for ttl in [Duration::ZERO, Duration::from_micros(999), MAX_LEASE_TTL + Duration::from_millis(1)] {
        let refused = worker.leases.acquire(&worker.ctx, &name("job"), worker.holder, ttl).await;
        assert_refused(refused, InvalidArgument, "the time of a new lease");
        let refused = worker.leases.renew(&worker.ctx, &held, ttl).await;
        assert_refused(refused, InvalidArgument, "the time of a renewal");
    }
    Worker::new(&fixture, 2).take("job", LONG).await;
}
