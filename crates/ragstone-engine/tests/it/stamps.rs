//! Files that look as before are not read.

use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use ragstone_core::clock::SystemClock;
use ragstone_core::{Clock, Timestamp};
use ragstone_engine::EngineConfig;

use crate::workbench::{Workbench, stores};

/// A clock that is a day ahead, so that files that were just written have settled.
#[derive(Debug)]
struct Tomorrow;

impl Clock for Tomorrow {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(SystemClock.now().as_millis() + 86_400_000)
    }

    fn instant(&self) -> Instant {
        SystemClock.instant()
    }
}

async fn bench(config: EngineConfig) -> Workbench {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Workbench::configured(stores(Arc::new(Tomorrow)), folder, config).await
}

#[tokio::test]
async fn files_that_look_as_before_are_not_read() {
    let bench = bench(EngineConfig::default()).await;
    bench.write("a.md", "alpha");
    let b = bench.write("b.md", "beta");
    assert_eq!(bench.ingest_folder().await.bytes, 9);
    let second = bench.ingest_folder().await;
    assert_eq!((second.unchanged, second.bytes), (2, 0));

    let earlier = SystemTime::UNIX_EPOCH + Duration::from_hours(1);
    File::options().write(true).open(&b).expect("opens").set_modified(earlier).expect("sets");
    let touched = bench.ingest_folder().await;
    assert_eq!((touched.unchanged, touched.bytes, touched.sequence), (2, 4, None));
    let fourth = bench.ingest_folder().await;
    assert_eq!((fourth.unchanged, fourth.bytes), (2, 0));

    bench.write("b.md", "gulls");
    let fifth = bench.ingest_folder().await;
    assert_eq!((fifth.unchanged, fifth.updated, fifth.bytes), (1, 1, 5));
    assert_eq!(bench.ingest_tagged("book").await.bytes, 10, "other tags make other versions");
}

#[tokio::test]
async fn every_file_is_read_where_times_are_not_relied_on() {
    let bench = bench(EngineConfig { relies_on_stamps: false, ..EngineConfig::default() }).await;
    bench.write("a.md", "alpha");
    bench.ingest_folder().await;
    let second = bench.ingest_folder().await;
    assert_eq!((second.unchanged, second.bytes), (1, 5));
}

#[tokio::test]
async fn a_file_that_was_just_written_is_read_again() {
    let bench = Workbench::new().await;
    bench.write("a.md", "alpha");
    bench.ingest_folder().await;
    let second = bench.ingest_folder().await;
    assert_eq!((second.unchanged, second.bytes), (1, 5));
}
