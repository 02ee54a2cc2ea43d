//! The guard: what is refused before the store sees it.

use std::sync::Arc;

use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{CallContext, ErrorKind};
use ragstone_layers::{Around as _, Guard};

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
    let counted = index.count(&foreign, &target, None).await.map_err(kind);
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
