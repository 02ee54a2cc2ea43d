//! The laws of the chunk index.

use std::sync::Arc;

use ragstone_conformance::IndexFixture;
use ragstone_core::port::DynChunkIndex;

use crate::bench::{Bench, ctx, open};

async fn empty() -> IndexFixture {
    let bench = Bench::start().await;
    let config = bench.config.clone();
    let reopen = move |store: Arc<dyn DynChunkIndex>| {
        let config = config.clone();
        async move {
            store.close(&ctx()).await.expect("closes");
            drop(store);
            Arc::new(open(config)) as Arc<dyn DynChunkIndex>
        }
    };
    let fixture = IndexFixture::new(Arc::new(bench.open())).backed_by(bench.backend.clone());
    fixture.reopening(reopen).keeping(bench)
}

ragstone_conformance::index_suite!("Qdrant", async { empty().await });
