//! What the pools say of themselves while connections are used and waited for.

use futures::future::join_all;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use ragstone_catalog::PoolStatus;
use ragstone_core::port::DocumentStore as _;
use ragstone_observability::metric::{POOL, POOL_ACQUIRE_DURATION};

use crate::fixture::{Fixture, draft};

/// The one with this name.
pub(crate) fn named(statuses: &[PoolStatus], name: &str) -> PoolStatus {
    *statuses.iter().find(|status| status.name == name).expect("the pool is there")
}

/// How many waits for a pool were recorded since the last look, and the longest of them in seconds.
pub(crate) fn waits(snapshotter: &Snapshotter, pool: &str) -> (usize, f64) {
    let is_asked = |key: &metrics::Key| {
        key.name() == POOL_ACQUIRE_DURATION.name
            && key.labels().any(|label| label.key() == POOL && label.value() == pool)
    };
    let entries = snapshotter.snapshot().into_vec();
    let taken = entries.into_iter().filter(|(key, ..)| is_asked(key.key())).flat_map(|(.., value)| {
        let DebugValue::Histogram(taken) = value else { unreachable!("is a histogram") };
        taken.into_iter().map(f64::from)
    });
    taken.fold((0, 0.0), |(count, longest), seconds| (count + 1, f64::max(longest, seconds)))
}

#[tokio::test]
async fn writers_of_sqlite_wait_for_the_one_connection() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let fixture = Fixture::new().await;
    waits(&snapshotter, "writer");

    let puts = (0..5).map(|number| {
        let drafts = vec![draft(&format!("text:{number}"), "one\n")];
        fixture.catalog.put_documents(&fixture.ctx, fixture.collection, drafts)
    });
    let mut puts = Box::pin(join_all(puts));
    // Each has begun to wait, and none has got further: their work is done by other tasks.
    assert!(futures::poll!(&mut puts).is_pending());
    let statuses = fixture.catalog.pool_statuses();
    assert_eq!(named(&statuses, "writer").waiting, 5, "{statuses:?}");
    assert_eq!((named(&statuses, "writer").most, named(&statuses, "readers").most), (1, 4));
    assert_eq!(named(&statuses, "readers").waiting, 0);
    assert!(puts.await.iter().all(Result::is_ok));

    let statuses = fixture.catalog.pool_statuses();
    assert_eq!(named(&statuses, "writer").waiting, 0);
    let (count, longest) = waits(&snapshotter, "writer");
    assert_eq!(count, 5);
    assert!(longest > 0.0);
}

#[tokio::test]
async fn a_call_that_gives_up_waits_no_more() {
    let fixture = Fixture::new().await;
    let drafts = vec![draft("text:a", "one\n")];
    let first = fixture.catalog.put_documents(&fixture.ctx, fixture.collection, drafts.clone());
    let second = fixture.catalog.put_documents(&fixture.ctx, fixture.collection, drafts);
    let mut first = Box::pin(first);
    {
        let mut second = Box::pin(second);
        assert!(futures::poll!(&mut first).is_pending() && futures::poll!(&mut second).is_pending());
        assert_eq!(named(&fixture.catalog.pool_statuses(), "writer").waiting, 2);
    }
    assert_eq!(named(&fixture.catalog.pool_statuses(), "writer").waiting, 1);
    first.await.expect("written");
    assert_eq!(named(&fixture.catalog.pool_statuses(), "writer").waiting, 0);
}
