//! What the pool says while its connections are used and waited for.

use std::sync::Arc;
use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use ragstone_core::CallContext;
use ragstone_core::cache::CacheKey;
use ragstone_core::port::Cache as _;
use ragstone_observability::metric::POOL_ACQUIRE_DURATION;

use crate::bench::{config, open};
use crate::server::{RedisServer, Signal, has_servers};

#[tokio::test]
async fn calls_wait_while_every_connection_is_used() {
    if !has_servers("pool::calls_wait_while_every_connection_is_used") {
        return;
    }
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let server = RedisServer::start(&[]);
    let store = Arc::new(open(&config(&server.url()).with_pool_size(1).expect("is a size")));
    store.check().await.expect("answers");
    snapshotter.snapshot();

    server.signal(Signal::Stop);
    let get = || {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let key = CacheKey::new("pool", ragstone_core::TenantId::default(), &[b"a"]);
            store.get(&CallContext::system(), &key).await
        })
    };
    let gets = [get(), get(), get()];
    let mut status = store.pool_status();
    for _ in 0..500 {
        status = store.pool_status();
        if status.waiting == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!((status.open, status.free, status.most, status.waiting), (1, 0, 1, 2), "{status:?}");
    server.signal(Signal::Continue);
    for get in gets {
        assert_eq!(get.await.expect("ends").expect("answers"), None);
    }
    let status = store.pool_status();
    assert_eq!((status.free, status.waiting), (1, 0), "{status:?}");
    let entries = snapshotter.snapshot().into_vec();
    let waits = entries.into_iter().find(|(key, ..)| key.key().name() == POOL_ACQUIRE_DURATION.name);
    let (.., DebugValue::Histogram(waits)) = waits.expect("waits are told") else { panic!("is a histogram") };
    assert_eq!(waits.len(), 3);
}
