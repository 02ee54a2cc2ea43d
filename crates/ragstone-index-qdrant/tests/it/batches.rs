//! Batches at their limits.

use std::num::NonZeroUsize;

use ragstone_core::index::{IndexOperation, IndexSchema};
use ragstone_core::metadata::MetadataValue;
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{ErrorKind, Reader};

use crate::bench::{Bench, GENERATION, chunk, ctx, open, query, replace, target};

fn with_payload(mut operation: IndexOperation, bytes: usize) -> IndexOperation {
    if let IndexOperation::Replace { attributes, .. } = &mut operation {
        // Long texts are stored as their hash, so that many short ones are needed to make a large payload.
        for number in 0..bytes / 100 {
            let key = format!("key-{number}");
            attributes.metadata.insert(key, MetadataValue::Text("x".repeat(70)));
        }
    }
    operation
}

#[tokio::test]
async fn batches_of_few_chunks_and_bytes_all_land() {
    let bench = Bench::start().await;
    let chunks = NonZeroUsize::new(3).expect("not zero");
    let bytes = NonZeroUsize::new(64 * 1024).expect("not zero");
    let index = open(bench.config.clone().with_batches(chunks, bytes).expect("in range"));
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    let many: Vec<&[u32]> = vec![&[1, 2]; 20];
    let mut operations: Vec<_> =
        (1..=30).map(|number| with_payload(replace(number, 1, &[&[1], &[3]]), 6_000)).collect();
    operations.push(replace(31, 1, &many));
    operations.push(with_payload(replace(32, 1, &[&[4]]), 100_000));
    for _ in 0..2 {
        index.apply(&ctx(), &target(1), operations.clone()).await.expect("applies");
        assert_eq!(index.count(&ctx(), &target(1), None, &Reader::Everything).await.expect("counts"), 81);
        let hits = index.search(&ctx(), &query(&target(1), &[2])).await.expect("searches");
        assert_eq!(hits.len(), 20);
        assert!(hits.windows(2).all(|pair| pair[0].chunk < pair[1].chunk), "ties go by chunk id");
    }
    index.remove(&ctx(), &target(1)).await.expect("removes");
}

#[tokio::test]
async fn an_answer_beyond_the_message_size_is_too_large_and_harms_nothing() {
    let bench = Bench::start().await;
    let writer = bench.open();
    writer.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    let many: Vec<&[u32]> = vec![&[1]; 1500];
    writer.apply(&ctx(), &target(1), vec![replace(1, 1, &many)]).await.expect("applies");
    let small = open(bench.config.clone().with_max_message(64 * 1024).expect("in range"));
    let mut asked = query(&target(1), &[1]);
    asked.limit = 1500;
    let error = small.search(&ctx(), &asked).await.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    assert_eq!(writer.search(&ctx(), &asked).await.expect("searches").len(), 1500);
    writer.remove(&ctx(), &target(1)).await.expect("removes");
}

#[tokio::test]
async fn a_chunk_id_given_twice_is_refused() {
    let bench = Bench::start().await;
    let index = bench.open();
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    let mut operation = replace(1, 1, &[&[1], &[2]]);
    if let IndexOperation::Replace { chunks, .. } = &mut operation {
        chunks[1].id = chunk(1, 1, 0);
    }
    let error = index.apply(&ctx(), &target(1), vec![operation]).await.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    index.remove(&ctx(), &target(1)).await.expect("removes");
}
