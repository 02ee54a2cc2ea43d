//! Leases on SQLite: across connections, and across a restart.

use std::time::Duration;

use ragstone_core::lease::{Lease, LeaseName};
use ragstone_core::port::Leases;
use ragstone_core::{ErrorKind, HolderId};
use uuid::Uuid;

use crate::fixture::Fixture;

const LONG: Duration = Duration::from_mins(10);

fn holder(number: u128) -> HolderId {
    HolderId::from_uuid(Uuid::from_u128(number))
}

async fn take(fixture: &Fixture, number: u128, ttl: Duration) -> Option<Lease> {
    let job = LeaseName::try_new("projection/chunk-index").expect("a name");
    fixture.catalog.acquire(&fixture.ctx, &job, holder(number), ttl).await.expect("answers")
}

#[tokio::test]
async fn a_lease_outlives_a_restart_and_tokens_go_on() {
    let mut fixture = Fixture::new().await;
    let first = take(&fixture, 1, LONG).await.expect("free");
    fixture.reopen().await;
    assert_eq!(take(&fixture, 2, LONG).await, None);
    fixture.catalog.release(&fixture.ctx, &first).await.expect("released");
    let second = take(&fixture, 2, LONG).await.expect("free");
    assert!(second.token > first.token);
    let lost = fixture.catalog.renew(&fixture.ctx, &first, LONG).await;
    assert_eq!(lost.map_err(|error| error.kind()), Err(ErrorKind::Conflict));
}

#[tokio::test]
async fn a_lease_runs_out_by_the_clock_of_the_database() {
    let fixture = Fixture::new().await;
    let first = take(&fixture, 1, Duration::from_millis(200)).await.expect("free");
    assert_eq!(take(&fixture, 2, LONG).await, None);
    tokio::time::sleep(Duration::from_millis(400)).await;
    let late = fixture.catalog.renew(&fixture.ctx, &first, LONG).await;
    assert_eq!(late.map_err(|error| error.kind()), Err(ErrorKind::Conflict));
    let second = take(&fixture, 2, LONG).await.expect("free");
    assert!(second.token > first.token);
}
