//! Several indexes on one server, as several processes have them.

use std::num::NonZeroUsize;
use std::time::Duration;

use ragstone_core::index::{IndexHit, IndexOperation, IndexSchema, inverse_document_frequency};
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{ErrorKind, Reader, Sequence};
use ragstone_index_qdrant::QdrantIndex;
use ragstone_testkit::qdrant::{QdrantStandIn, StandInConfig};
use tokio::task::JoinSet;

use crate::bench::{Bench, GENERATION, ctx, open, query, replace, skip, target, version_of};

async fn search(index: &QdrantIndex, terms: &[u32]) -> Vec<IndexHit> {
    index.search(&ctx(), &query(&target(1), terms)).await.expect("searches")
}

#[expect(clippy::cast_possible_truncation, reason = "scores are single precision")]
fn weight(chunks: u64, with_term: u64) -> f32 {
    inverse_document_frequency(chunks, with_term) as f32
}

#[tokio::test]
async fn a_reader_is_exact_after_each_flush_of_the_writer() {
    let bench = Bench::start().await;
    let (writer, reader) = (bench.open(), bench.open());
    writer.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    assert!(search(&reader, &[1]).await.is_empty());
    for version in 1..=5_u32 {
        let number = u128::from(version);
        writer
            .apply(&ctx(), &target(1), vec![replace(number, 1, &[&[1], &[version + 10]])])
            .await
            .expect("applies");
        assert_eq!(search(&reader, &[version + 10]).await.len(), 1, "new chunks are found before the flush");
        writer.flush(&ctx(), &target(1), Sequence(u64::from(version))).await.expect("flushes");
        let held = u64::from(version);
        let found = search(&reader, &[1]).await;
        assert_eq!(found, search(&writer, &[1]).await);
        assert!((found[0].score - weight(2 * held, held)).abs() < 1e-6, "{found:?}");
    }
    writer.remove(&ctx(), &target(1)).await.expect("removes");
    let gone = reader.search(&ctx(), &query(&target(1), &[1])).await;
    assert_eq!(gone.expect_err("is gone").kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_successor_counts_anew_what_its_predecessor_had_not_flushed() {
    let bench = Bench::start().await;
    let first = bench.open();
    first.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    first.apply(&ctx(), &target(1), vec![replace(1, 1, &[&[1], &[2]])]).await.expect("applies");
    first.flush(&ctx(), &target(1), Sequence(1)).await.expect("flushes");
    first.apply(&ctx(), &target(1), vec![replace(2, 1, &[&[1], &[3]])]).await.expect("applies");
    drop(first);
    let second = bench.open();
    let state = second.state(&ctx(), &target(1)).await.expect("asks").expect("is there");
    assert_eq!(state.checkpoint, Sequence(1));
    second.apply(&ctx(), &target(1), vec![replace(3, 1, &[&[1]])]).await.expect("applies");
    let found = search(&second, &[1]).await;
    assert_eq!(found.len(), 3);
    assert!((found[0].score - weight(5, 3)).abs() < 1e-6, "{found:?}");
    second.flush(&ctx(), &target(1), Sequence(2)).await.expect("flushes");
    assert_eq!(search(&bench.open(), &[1]).await, found);
    second.remove(&ctx(), &target(1)).await.expect("removes");
}

#[tokio::test]
async fn writers_that_take_turns_stay_exact() {
    let bench = Bench::start().await;
    let writers = [bench.open(), bench.open()];
    writers[0].create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    for turn in 0..6_u32 {
        let writer = &writers[turn as usize % 2];
        let number = u128::from(turn + 1);
        writer.apply(&ctx(), &target(1), vec![replace(number, 1, &[&[1], &[9]])]).await.expect("applies");
        if turn % 3 == 0 {
            writer.flush(&ctx(), &target(1), Sequence(u64::from(turn))).await.expect("flushes");
        }
        let held = u64::from(turn + 1);
        let found = search(writer, &[1]).await;
        assert_eq!(found.len() as u64, held);
        assert!((found[0].score - weight(2 * held, held)).abs() < 1e-6, "turn {turn}: {found:?}");
    }
    writers[0].remove(&ctx(), &target(1)).await.expect("removes");
}

#[tokio::test]
async fn statistics_dropped_from_memory_are_loaded_again() {
    let bench = Bench::start().await;
    let one = NonZeroUsize::MIN;
    let index = open(bench.config.clone().with_max_cached(one));
    for number in 1..=4 {
        index.create(&ctx(), &target(number), GENERATION, IndexSchema::default()).await.expect("creates");
        index.apply(&ctx(), &target(number), vec![replace(number, 1, &[&[1], &[2]])]).await.expect("applies");
        index.flush(&ctx(), &target(number), Sequence(1)).await.expect("flushes");
    }
    for number in 1..=4 {
        let found = index.search(&ctx(), &query(&target(number), &[1])).await.expect("searches");
        assert!((found[0].score - weight(2, 1)).abs() < 1e-6, "{found:?}");
    }
    for number in 1..=4 {
        index.remove(&ctx(), &target(number)).await.expect("removes");
    }
}

#[tokio::test]
async fn a_restarted_server_is_found_again_with_everything() {
    let mut bench = Bench::start().await;
    let Some((server, folder)) = bench.stand_in.take() else {
        skip("the server is not the test's own");
        return;
    };
    let index = bench.open();
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    index.apply(&ctx(), &target(1), vec![replace(1, 1, &[&[1], &[2]])]).await.expect("applies");
    index.flush(&ctx(), &target(1), Sequence(7)).await.expect("flushes");
    let before = search(&index, &[1]).await;
    let port = server.port();
    server.stop().await.expect("stops");
    let error = index.search(&ctx(), &query(&target(1), &[1])).await.expect_err("is away");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    let config = StandInConfig::new(folder.path()).with_port(port);
    let server = QdrantStandIn::start(config).await.expect("starts again");
    // The channel hands the failure of its last attempt to connect to one more call.
    let mut found = index.search(&ctx(), &query(&target(1), &[1])).await;
    for _ in 0..5 {
        if found.as_ref().is_err_and(|error| error.retry().is_allowed()) {
            found = index.search(&ctx(), &query(&target(1), &[1])).await;
        }
    }
    assert_eq!(found.expect("searches"), before);
    assert_eq!(
        index.state(&ctx(), &target(1)).await.expect("asks").map(|state| state.checkpoint),
        Some(Sequence(7))
    );
    server.stop().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_cut_off_by_a_restart_are_made_whole_by_applying_them_again() {
    let mut bench = Bench::start().await;
    let Some((mut server, folder)) = bench.stand_in.take() else {
        skip("the server is not the test's own");
        return;
    };
    let chunks = NonZeroUsize::new(4).expect("not zero");
    let bytes = NonZeroUsize::new(64 * 1024).expect("not zero");
    let index = open(bench.config.clone().with_batches(chunks, bytes).expect("in range"));
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    let mut cut_off = 0;
    for round in 1..=8_u32 {
        let applying = JoinSet::from_iter([{
            let index = index.clone();
            async move { index.apply(&ctx(), &target(1), versions(round)).await }
        }]);
        tokio::time::sleep(Duration::from_millis(u64::from(round * 7))).await;
        let port = server.port();
        server.stop().await.expect("stops");
        cut_off += applying.join_all().await.into_iter().filter(Result::is_err).count();
        let config = StandInConfig::new(folder.path()).with_port(port);
        server = QdrantStandIn::start(config).await.expect("starts again");
        let mut applied = index.apply(&ctx(), &target(1), versions(round)).await;
        for _ in 0..5 {
            if applied.as_ref().is_err_and(|error| error.retry().is_allowed()) {
                applied = index.apply(&ctx(), &target(1), versions(round)).await;
            }
        }
        applied.expect("applies again");
        let small = (1..=DOCUMENTS).filter(|number| is_small(*number, round)).count() as u64;
        let large = u64::from(DOCUMENTS) - small;
        let held = small + 2 * large;
        assert_eq!(index.count(&ctx(), &target(1), None, &Reader::Everything).await.expect("counts"), held);
        for (term, with_term) in [(5, large), (7, large), (1, small + large)] {
            let found = search(&index, &[term]).await;
            assert_eq!(found.len() as u64, with_term);
            let expected = weight(held, with_term);
            assert!((found[0].score - expected).abs() < 1e-5, "round {round}, term {term}: {:?}", found[0]);
            assert!(found.iter().all(|hit| version_of(hit.chunk) == round));
        }
    }
    assert!(cut_off > 0, "no batch was cut off");
    server.stop().await.expect("stops");
}

const DOCUMENTS: u32 = 40;

fn is_small(number: u32, version: u32) -> bool {
    (number + version).is_multiple_of(3)
}

/// Forty documents, of which another third is small in each version.
fn versions(version: u32) -> Vec<IndexOperation> {
    let small: &[&[u32]] = &[&[1]];
    let large: &[&[u32]] = &[&[1, 5], &[7]];
    let chunks = |number| if is_small(number, version) { small } else { large };
    (1..=DOCUMENTS).map(|number| replace(u128::from(number), version, chunks(number))).collect()
}
