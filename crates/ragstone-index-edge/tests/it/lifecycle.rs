//! Opening, closing, evicting, cancelling, and calls side by side.

use std::num::NonZeroUsize;
use std::task::{Context, Waker};

use ragstone_core::index::IndexSchema;
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{ErrorKind, Reader, Sequence};
use ragstone_index_edge::EdgeIndexConfig;
use tempfile::TempDir;

use crate::sample::{GENERATION, ctx, open, open_with, query, replace, target, try_open, version_of};

#[tokio::test]
async fn a_folder_is_open_once_until_it_is_closed() {
    let root = TempDir::new().expect("a directory");
    let index = open(root.path());
    let second = try_open(root.path()).expect_err("is refused");
    assert_eq!(second.kind(), ErrorKind::FailedPrecondition);
    index.close(&ctx()).await.expect("closes");
    let again = open(root.path());
    assert!(again.targets(&ctx()).await.expect("lists").is_empty());
}

#[tokio::test]
async fn calls_after_close_are_unavailable() {
    let root = TempDir::new().expect("a directory");
    let index = open(root.path());
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    index.close(&ctx()).await.expect("closes");
    index.close(&ctx()).await.expect("closing twice is fine");
    let error = index.count(&ctx(), &target(1), None, &Reader::Everything).await.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_limit_of_zero_is_invalid_and_a_huge_one_is_fine() {
    let root = TempDir::new().expect("a directory");
    let index = open(root.path());
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    index.apply(&ctx(), &target(1), vec![replace(1, 1, &[&[1]])]).await.expect("applies");
    let mut query = query(&target(1), &[1]);
    query.limit = usize::MAX;
    assert_eq!(index.search(&ctx(), &query).await.expect("searches").len(), 1);
    query.limit = 0;
    let error = index.search(&ctx(), &query).await.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[tokio::test]
async fn more_targets_than_may_be_open_all_answer() {
    let root = TempDir::new().expect("a directory");
    let two = NonZeroUsize::new(2).expect("not zero");
    let index = open_with(EdgeIndexConfig::new(root.path()).with_max_open(two)).expect("opens");
    for number in 1..=6 {
        index.create(&ctx(), &target(number), GENERATION, IndexSchema::default()).await.expect("creates");
        let operation = replace(number, 1, &[&[1, 2], &[3]]);
        index.apply(&ctx(), &target(number), vec![operation]).await.expect("applies");
    }
    for number in 1..=6 {
        let hits = index.search(&ctx(), &query(&target(number), &[3])).await.expect("searches");
        assert_eq!(hits.len(), 1);
        assert_eq!(index.count(&ctx(), &target(number), None, &Reader::Everything).await.expect("counts"), 2);
    }
    assert_eq!(index.targets(&ctx()).await.expect("lists").len(), 6);
}

#[tokio::test]
async fn work_goes_on_when_its_future_is_dropped() {
    let root = TempDir::new().expect("a directory");
    let index = open(root.path());
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    for version in 1..=20 {
        let operations = vec![replace(1, version, &[&[1], &[2], &[version]])];
        let (ctx, target) = (ctx(), target(1));
        let mut applying = Box::pin(index.apply(&ctx, &target, operations));
        let _ = applying.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        drop(applying);
    }
    index.apply(&ctx(), &target(1), vec![replace(1, 21, &[&[1], &[2]])]).await.expect("applies");
    assert_eq!(index.count(&ctx(), &target(1), None, &Reader::Everything).await.expect("counts"), 2);
    let hits = index.search(&ctx(), &query(&target(1), &[1, 2])).await.expect("searches");
    assert!(hits.iter().all(|hit| version_of(hit.chunk) == 21), "{hits:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_is_replaced_is_never_missed() {
    let root = TempDir::new().expect("a directory");
    let few = NonZeroUsize::new(200).expect("not zero");
    let index = open_with(EdgeIndexConfig::new(root.path()).with_seal_after(few)).expect("opens");
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    index.apply(&ctx(), &target(1), vec![replace(1, 1, &[&[1]])]).await.expect("applies");
    let writer = index.clone();
    let writing = tokio::task::JoinSet::from_iter([async move {
        for version in 2..200 {
            let chunks: Vec<&[u32]> = vec![&[1, 7]; 1 + (version as usize % 5)];
            let operations = vec![replace(1, version, &chunks), replace(2, version, &[&[9]])];
            writer.apply(&ctx(), &target(1), operations).await.expect("applies");
            if version % 20 == 0 {
                writer.flush(&ctx(), &target(1), Sequence(u64::from(version))).await.expect("flushes");
            }
        }
    }]);
    let mut searches = 0;
    let mut writing = Box::pin(writing.join_all());
    while futures_are_pending(&mut writing) {
        let hits = index.search(&ctx(), &query(&target(1), &[1])).await.expect("searches");
        assert!(!hits.is_empty(), "after {searches} searches");
        searches += 1;
    }
    index.close(&ctx()).await.expect("closes");
}

fn futures_are_pending<F: Future + Unpin>(future: &mut F) -> bool {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

#[tokio::test]
async fn a_removed_target_is_not_found_and_can_be_made_again() {
    let root = TempDir::new().expect("a directory");
    let index = open(root.path());
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    index.apply(&ctx(), &target(1), vec![replace(1, 1, &[&[1]])]).await.expect("applies");
    index.remove(&ctx(), &target(1)).await.expect("removes");
    index.remove(&ctx(), &target(1)).await.expect("removes what is not there");
    assert_eq!(index.state(&ctx(), &target(1)).await.expect("asks"), None);
    let error = index.search(&ctx(), &query(&target(1), &[1])).await.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    assert_eq!(index.count(&ctx(), &target(1), None, &Reader::Everything).await.expect("counts"), 0);
}
