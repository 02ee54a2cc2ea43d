//! Wrong addresses, keys, versions and collections: what is said, and that nothing is lost.

use std::collections::HashMap;
use std::time::Duration;

use qdrant_client::Qdrant;
use qdrant_client::qdrant::{
    DeleteFieldIndexCollectionBuilder, PointsIdsList, SetPayloadPointsBuilder, Value,
};
use ragstone_core::index::{Accuracy, DenseVector, Dimensions, IndexOperation, IndexSchema, Likeness};
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{ErrorKind, Reader, Sequence, SystemClock};
use ragstone_index_qdrant::QdrantConfig;
use ragstone_testkit::qdrant::{QdrantStandIn, StandInConfig};
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::bench::{Bench, GENERATION, ctx, open, query, replace, skip, target};

/// Point that holds the state of a collection.
const STATE: &str = "ffffffff-ffff-ffff-0000-000000000000";

fn config(url: &str) -> QdrantConfig {
    QdrantConfig::try_new(url).expect("is a URL")
}

#[tokio::test]
async fn nobody_listening_is_unavailable_and_may_be_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("has an address");
    drop(listener);
    let index = open(config(&format!("http://{address}")));
    for error in [
        index.verify(&ctx()).await.expect_err("is refused"),
        index.search(&ctx(), &query(&target(1), &[1])).await.expect_err("is refused"),
        index.apply(&ctx(), &target(1), vec![replace(1, 1, &[&[1]])]).await.expect_err("is refused"),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        assert!(error.retry().is_allowed(), "{error}");
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up_at_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("has an address");
    let index = open(config(&format!("http://{address}")));
    let ctx = ctx().with_timeout(&SystemClock, Duration::from_millis(300));
    let began = tokio::time::Instant::now();
    let error = index.search(&ctx, &query(&target(1), &[1])).await.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::DeadlineExceeded, "{error}");
    assert!(began.elapsed() < Duration::from_millis(400), "{:?}", began.elapsed());
    let error = index.search(&ctx, &query(&target(1), &[1])).await.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::DeadlineExceeded, "{error}");
    drop(listener);
}

#[tokio::test]
async fn a_server_that_is_not_qdrant_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("has an address");
    let answering = async {
        loop {
            let (stream, _) = listener.accept().await.expect("accepts");
            let _ = stream.try_write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        }
    };
    let index = open(config(&format!("http://{address}")));
    let ctx = ctx();
    tokio::select! {
        verified = index.verify(&ctx) => {
            let error = verified.expect_err("is refused");
            assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        }
        () = answering => {}
    }
}

#[tokio::test]
async fn a_wrong_key_is_named_and_not_shown() {
    let folder = TempDir::new().expect("a directory");
    let server = StandInConfig::new(folder.path()).with_api_key("the-right-key");
    let server = QdrantStandIn::start(server).await.expect("starts");
    let with_key = |key: &str| config(&server.url()).with_api_key(SecretString::from(key)).expect("is a key");
    for wrong in [config(&server.url()), with_key("planted-secret")] {
        let error = open(wrong).verify(&ctx()).await.expect_err("is refused");
        assert_eq!(error.kind(), ErrorKind::FailedPrecondition, "{error}");
        assert!(error.public_message().contains("API key"), "{error}");
        assert!(!format!("{error:?}").contains("planted"), "{error:?}");
    }
    open(with_key("the-right-key")).verify(&ctx()).await.expect("is accepted");
}

#[tokio::test]
async fn an_old_server_is_refused_with_its_version() {
    let folder = TempDir::new().expect("a directory");
    let server = StandInConfig::new(folder.path()).with_version("1.9.7");
    let server = QdrantStandIn::start(server).await.expect("starts");
    let error = open(config(&server.url())).verify(&ctx()).await.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
    assert!(error.public_message().contains("1.9.7"), "{error}");
}

#[tokio::test]
async fn other_dimensions_are_refused_and_nothing_is_lost() {
    let bench = Bench::start().await;
    let index = bench.open();
    let schema = IndexSchema { dense: Dimensions::try_new(4).ok() };
    index.create(&ctx(), &target(1), GENERATION, schema).await.expect("creates");
    let with_vector = |number, size| {
        let mut operation = replace(number, 1, &[&[1]]);
        if let IndexOperation::Replace { chunks, .. } = &mut operation {
            chunks[0].dense = Some(DenseVector::try_new(vec![1.0; size]).expect("a vector"));
        }
        operation
    };
    index.apply(&ctx(), &target(1), vec![with_vector(1, 4)]).await.expect("applies");
    index.flush(&ctx(), &target(1), Sequence(3)).await.expect("flushes");

    let eight = DenseVector::try_new(vec![1.0; 8]).expect("a vector");
    let mut asked = query(&target(1), &[1]);
    asked.likeness = Likeness::Dense(eight, Accuracy::Exact);
    for error in [
        index.search(&ctx(), &asked).await.expect_err("is refused"),
        index.apply(&ctx(), &target(1), vec![with_vector(2, 8)]).await.expect_err("is refused"),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
        let shown = error.public_message();
        assert!(shown.contains("dimensions") && shown.contains('4') && shown.contains('8'), "{shown}");
        assert!(!error.retry().is_allowed());
    }
    let state = index.state(&ctx(), &target(1)).await.expect("asks").expect("is there");
    assert_eq!((state.checkpoint, state.schema), (Sequence(3), schema));
    assert_eq!(index.count(&ctx(), &target(1), None, &Reader::Everything).await.expect("counts"), 1);
    index.remove(&ctx(), &target(1)).await.expect("removes");
}

#[tokio::test]
async fn an_older_form_is_corrupt_a_later_one_is_refused_and_both_are_left_alone() {
    let bench = Bench::start().await;
    let Some((server, _)) = &bench.stand_in else {
        skip("the server is not the test's own");
        return;
    };
    let index = bench.open();
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    index.apply(&ctx(), &target(1), vec![replace(1, 1, &[&[1]])]).await.expect("applies");
    let client = Qdrant::from_url(&server.url()).skip_compatibility_check().build().expect("connects");
    let aliases = client.list_aliases().await.expect("lists").aliases;
    let alias = aliases.first().expect("there is one").alias_name.clone();
    for (format, kind) in [(0_i64, ErrorKind::Corrupt), (9, ErrorKind::FailedPrecondition)] {
        let payload = HashMap::from([("format".to_owned(), Value::from(format))]);
        let set = SetPayloadPointsBuilder::new(alias.clone(), payload)
            .points_selector(PointsIdsList { ids: vec![STATE.into()] });
        client.set_payload(set.wait(true)).await.expect("sets");
        let other = bench.open();
        assert_eq!(other.state(&ctx(), &target(1)).await.expect_err("is refused").kind(), kind);
        let applied = other.apply(&ctx(), &target(1), vec![replace(2, 1, &[&[1]])]).await;
        assert_eq!(applied.expect_err("is refused").kind(), kind);
        assert_eq!(other.count(&ctx(), &target(1), None, &Reader::Everything).await.expect("counts"), 1);
    }
    let other = bench.open();
    other
        .create(&ctx(), &target(1), GENERATION, IndexSchema::default())
        .await
        .expect("creating anew mends it");
    assert!(other.state(&ctx(), &target(1)).await.expect("asks").is_some());
}

#[tokio::test]
async fn a_collection_without_its_indexes_is_corrupt() {
    let bench = Bench::start().await;
    let Some((server, _)) = &bench.stand_in else {
        skip("the server is not the test's own");
        return;
    };
    let index = bench.open();
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    let client = Qdrant::from_url(&server.url()).skip_compatibility_check().build().expect("connects");
    let name = client.list_collections().await.expect("lists").collections[0].name.clone();
    let delete = DeleteFieldIndexCollectionBuilder::new(name, "tenant").wait(true);
    client.delete_field_index(delete).await.expect("deletes");
    let error = index.state(&ctx(), &target(1)).await.expect_err("is refused");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    index
        .create(&ctx(), &target(1), GENERATION, IndexSchema::default())
        .await
        .expect("creating anew mends it");
    assert!(index.state(&ctx(), &target(1)).await.expect("asks").is_some());
}
