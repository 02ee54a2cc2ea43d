//! The guard: what is refused before the store sees it.

use std::sync::Arc;

use ragstone_core::change::ProjectionName;
use ragstone_core::index::IndexSchema;
use ragstone_core::memory::MemoryCatalog;
use ragstone_core::port::{ChangeFeed as _, ChunkIndex as _, DynCatalog};
use ragstone_core::{CallContext, CollectionId, ErrorKind, GenerationId, Reader, Sequence};
use ragstone_layers::{Around as _, Guard, Layered};

use crate::bench::{self, Tally};

#[tokio::test]
async fn refused_calls_never_reach_the_store() {
    let tally = Arc::new(Tally::default());
    let index = bench::index(Guard.over(Arc::clone(&tally))).await;
    let (own, foreign) = (bench::user("default"), bench::user("other"));
    let target = bench::target();

    let kind = |error: ragstone_core::Error| error.kind();
    let zero = index.search(&own, &bench::query(0)).await.map_err(kind);
    assert_eq!(zero, Err(ErrorKind::InvalidArgument));
    let searched = index.search(&foreign, &bench::query(1)).await.map_err(kind);
    assert_eq!(searched, Err(ErrorKind::NotFound));
    let counted = index.count(&foreign, &target, None, &Reader::Everything).await.map_err(kind);
    assert_eq!(counted, Err(ErrorKind::NotFound));
    let removed = index.remove(&foreign, &target).await.map_err(kind);
    assert_eq!(removed, Err(ErrorKind::NotFound));
    assert_eq!(tally.count(), 0);
}

#[tokio::test]
async fn a_tenant_reads_its_own_targets() {
    let index = bench::index(Guard).await;
    let own = bench::user("default");
    assert!(index.search(&own, &bench::query(1)).await.is_ok());
    assert!(index.state(&own, &bench::target()).await.is_ok());
}

#[tokio::test]
async fn the_process_itself_serves_every_tenant() {
    let index = bench::index(Guard).await;
    let ctx = CallContext::system();
    let mut foreign = bench::target();
    foreign.tenant = "other".parse().expect("valid");
    assert_eq!(index.state(&ctx, &foreign).await.expect("answers"), None);
    assert!(index.close(&ctx).await.is_ok());
}

#[tokio::test]
async fn what_serves_the_process_is_denied_to_callers() {
    let tally = Arc::new(Tally::default());
    let index = bench::index(Guard.over(Arc::clone(&tally))).await;
    let (own, target) = (bench::user("default"), bench::target());
    let generation = GenerationId::from_uuid(target.collection.as_uuid());
    let refused = [
        ("create", index.create(&own, &target, generation, IndexSchema::default()).await.err()),
        ("apply", index.apply(&own, &target, Vec::new()).await.err()),
        ("flush", index.flush(&own, &target, Sequence(1)).await.err()),
        ("remove", index.remove(&own, &target).await.err()),
        ("targets", index.targets(&own).await.err()),
        ("close", index.close(&own).await.err()),
    ];
    for (method, error) in refused {
        assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::PermissionDenied), "{method}");
    }
    assert_eq!(tally.count(), 0);
}

#[tokio::test]
async fn the_change_feed_is_denied_to_callers_but_for_its_head() {
    let inner: Arc<dyn DynCatalog> = Arc::new(MemoryCatalog::new(bench::clock()));
    let catalog = Layered::new(inner, Guard);
    let projection = ProjectionName::new("chunk-index");
    let collection = CollectionId::from_uuid(uuid::Uuid::from_u128(9));
    let (own, system) = (bench::user("default"), CallContext::system());
    assert!(catalog.head(&own).await.is_ok());
    let refused = [
        catalog.projected_collections(&own, projection).await.err(),
        catalog.changes(&own, collection, Sequence::ZERO, 1).await.err(),
        catalog.purge_collection(&own, collection).await.err(),
    ];
    for error in refused {
        assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::PermissionDenied));
    }
    assert!(catalog.projected_collections(&system, projection).await.is_ok());
    assert!(catalog.purge_collection(&system, collection).await.is_ok());
}
