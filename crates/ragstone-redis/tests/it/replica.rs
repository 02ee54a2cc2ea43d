//! A replica reads and says that it does not write.

use std::time::Duration;

use ragstone_core::cache::CacheKey;
use ragstone_core::counter::{CounterKey, CounterLimit};
use ragstone_core::id::HolderId;
use ragstone_core::lease::LeaseName;
use ragstone_core::port::{Cache as _, Counters as _, Leases as _};
use ragstone_core::{CallContext, Error, ErrorKind, TenantId};
use uuid::Uuid;

use crate::bench::{config, open};
use crate::server::{RedisServer, has_servers};

const LONG: Duration = Duration::from_mins(10);

fn assert_read_only(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("read-only mode"), "{error}");
    assert!(error.help().is_some_and(|help| help.contains("primary")), "{error}");
    assert!(error.retry().is_allowed(), "a replica may become the primary");
}

#[tokio::test]
async fn read_only_mode_is_named_by_every_write() {
    if !has_servers("replica::read_only_mode_is_named_by_every_write") {
        return;
    }
    let primary = RedisServer::start(&[]);
    let port = primary.port().to_string();
    let replica = RedisServer::start(&["--replicaof", "127.0.0.1", &port]);
    for _ in 0..500 {
        if replica.command(&["INFO", "replication"]).contains("master_link_status:up") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (writer, reader) = (open(&config(&primary.url())), open(&config(&replica.url())));
    let ctx = CallContext::system();
    let key = CacheKey::new("test", TenantId::default(), &[b"a"]);
    writer.put(&ctx, &key, b"one"[..].into(), LONG).await.expect("puts");
    primary.command(&["WAIT", "1", "5000"]);
    let found = reader.get(&ctx, &key).await.expect("reads from the replica");
    assert_eq!(found.as_deref(), Some(&b"one"[..]));

    assert_read_only(&reader.put(&ctx, &key, b"two"[..].into(), LONG).await.expect_err("does not put"));
    assert_read_only(&reader.remove(&ctx, &key).await.expect_err("does not remove"));
    let limit = CounterLimit::try_new(5, LONG).expect("is a limit");
    let counter = CounterKey::new("test", &[b"a"]);
    assert_read_only(&reader.record(&ctx, &counter, limit, 1).await.expect_err("does not count"));
    let name = LeaseName::try_new("job").expect("is a name");
    let holder = HolderId::from_uuid(Uuid::from_u128(1));
    assert_read_only(&reader.acquire(&ctx, &name, holder, LONG).await.expect_err("does not lease"));
    assert_read_only(&reader.check().await.expect_err("cannot be written"));

    // Once it is promoted, the same store writes.
    replica.command(&["REPLICAOF", "NO", "ONE"]);
    reader.put(&ctx, &key, b"two"[..].into(), LONG).await.expect("puts after the promotion");
    reader.check().await.expect("is fine");
}
