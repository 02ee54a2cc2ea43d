//! A Redis for one test: the one that the environment names, or one of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ragstone_conformance::{
    CacheFixture, CounterFixture, InvalidationFixture, LeaseFixture, cache, counters, invalidations, leases,
};
use ragstone_core::{Clock as _, SystemClock};
use ragstone_redis::{RedisConfig, RedisStore, RedisTimeouts};
use secrecy::SecretString;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::server::{RedisServer, has_servers};

static NEXT_PREFIX: AtomicU64 = AtomicU64::new(0);

/// A Redis with a prefix that no other test has.
#[derive(Debug)]
pub(crate) struct Bench {
    url: String,
    prefix: String,
    _server: Option<RedisServer>,
}

/// Makes a bench; `None`, with a report, where there is no Redis.
pub(crate) async fn bench(test: &str) -> Option<Bench> {
    let url = std::env::var("RAGSTONE_TEST_REDIS_URL").ok().filter(|url| !url.is_empty());
    if let Some(url) = url {
        return Some(Bench { url, prefix: fresh_prefix(), _server: None });
    }
    if !has_servers(test) {
        return None;
    }
    let server = tokio::task::spawn_blocking(|| RedisServer::start(&[])).await.expect("starts");
    Some(Bench { url: server.url(), prefix: fresh_prefix(), _server: Some(server) })
}

fn fresh_prefix() -> String {
    let number = NEXT_PREFIX.fetch_add(1, Ordering::Relaxed);
    format!("test:{}:{}:{number}", std::process::id(), SystemClock.now().as_millis())
}

/// Settings for tests on machines that are busy.
pub(crate) fn config(url: &str) -> RedisConfig {
    let timeouts = RedisTimeouts {
        wait: Duration::from_secs(10),
        connect: Duration::from_secs(10),
        answer: Duration::from_secs(10),
        heartbeat: Duration::from_secs(5),
    };
    let config = RedisConfig::try_from_url(&SecretString::from(url)).expect("is a URL");
    config.with_timeouts(timeouts).expect("are times")
}

/// Settings that give up soon.
pub(crate) fn hasty(url: &str) -> RedisConfig {
    let timeouts = RedisTimeouts {
        wait: Duration::from_millis(300),
        connect: Duration::from_millis(500),
        answer: Duration::from_millis(500),
        heartbeat: Duration::from_millis(200),
    };
    let config = RedisConfig::try_from_url(&SecretString::from(url)).expect("is a URL");
    config.with_timeouts(timeouts).expect("are times")
}

pub(crate) fn open(config: &RedisConfig) -> RedisStore {
    RedisStore::try_new(config).expect("builds a store")
}

impl Bench {
    pub(crate) fn store(&self) -> RedisStore {
        self.store_of(config(&self.url))
    }

    pub(crate) fn store_of(&self, config: RedisConfig) -> RedisStore {
        open(&config.with_prefix(self.prefix.clone()).expect("is a prefix"))
    }

    /// Name and version of the server.
    pub(crate) async fn backend(&self) -> String {
        let report = self.store().check().await.expect("answers");
        format!("Redis {}", report.version.expect("is one server"))
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Where the server listens without TLS; `None` of other URLs.
    pub(crate) fn plain_address(&self) -> Option<String> {
        let rest = self.url.strip_prefix("redis://")?;
        let host = rest.rsplit('@').next()?.split(['/', '?']).next()?;
        Some(if host.contains(':') { host.to_owned() } else { format!("{host}:6379") })
    }

    /// The URL with another port of this machine.
    pub(crate) fn url_through(&self, port: u16) -> String {
        let rest = self.url.strip_prefix("redis://").unwrap_or_default();
        let (login, rest) = rest.rsplit_once('@').map_or(("", rest), |(login, rest)| (login, rest));
        let path = rest.find('/').map_or("", |start| &rest[start..]);
        let at = if login.is_empty() { "" } else { "@" };
        format!("redis://{login}{at}127.0.0.1:{port}{path}")
    }
}

/// Tries laws of every port on one Redis, whatever it is made of.
pub(crate) async fn try_laws(config: &RedisConfig) {
    let open = || {
        let config = config.clone().with_prefix(fresh_prefix()).expect("is a prefix");
        Arc::new(open(&config))
    };
    cache::entries::keys_are_apart(CacheFixture::new(open())).await;
    cache::entries::any_bytes_are_kept(CacheFixture::new(open())).await;
    cache::entries::removed_entry_is_gone(CacheFixture::new(open())).await;
    cache::cancellation::dropped_calls_never_answer_others(CacheFixture::new(open())).await;
    counters::limits::hits_are_allowed_up_to_the_limit(CounterFixture::new(open())).await;
    counters::limits::keys_are_counted_apart(CounterFixture::new(open())).await;
    counters::atomicity::concurrent_hits_never_exceed_the_limit(CounterFixture::new(open())).await;
    leases::tokens::tokens_grow_with_every_lease(LeaseFixture::new(open())).await;
    leases::tokens::lost_lease_releases_nothing(LeaseFixture::new(open())).await;
    leases::concurrency::one_of_many_holders_wins(LeaseFixture::new(open())).await;
    invalidations::messages::everyone_hears_it_once(InvalidationFixture::new(open())).await;
    invalidations::messages::payloads_come_in_order(InvalidationFixture::new(open())).await;
    invalidations::messages::topics_are_apart(InvalidationFixture::new(open())).await;
}

/// Stands between a store and its server and can cut every connection.
#[derive(Debug)]
pub(crate) struct Relay {
    address: SocketAddr,
    cuts: watch::Sender<u64>,
    task: JoinHandle<()>,
}

impl Relay {
    pub(crate) async fn start(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let address = listener.local_addr().expect("has an address");
        let (cuts, seen) = watch::channel(0);
        let task = tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let mut seen = seen.clone();
                seen.mark_unchanged();
                let target = target.clone();
                tokio::spawn(async move {
                    let Ok(mut server) = TcpStream::connect(target).await else { return };
                    let _ = client.set_nodelay(true);
                    let _ = server.set_nodelay(true);
                    tokio::select! {
                        _ = seen.changed() => {}
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                    }
                });
            }
        });
        Self { address, cuts, task }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}
