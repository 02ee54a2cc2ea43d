//! Stores on servers that misbehave while they are used: every answer comes in time and says what is wrong, the
//! server lives, and once the store is back everything works again with every acknowledged write.
//!
//! PostgreSQL and Redis are real; for Qdrant a stand-in answers unless `RAGSTONE_TEST_QDRANT_URL` names a server.

use std::collections::BTreeSet;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use ragstone_core::{Clock as _, SystemClock};
use ragstone_testkit::proxy::{FaultProxy, Garbage, LinkFaults, ProxyFaults};
use ragstone_testkit::qdrant::{QdrantStandIn, StandInConfig};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use crate::data::variable;
use crate::http::Http;
use crate::postgres::{Database, url_in};
use crate::server::Server;

const DOCUMENTS: &str = "/api/v1/collections/default/documents";
/// Seconds that the server gives a request.
const REQUEST_TIMEOUT: u64 = 3;
/// Beyond the time of a request, for two busy processors.
const SLACK: Duration = Duration::from_secs(2);
/// How long each fault lasts.
const OUTAGE: Duration = Duration::from_secs(4);
/// How long a store that is back may take to be in use again.
const RECOVERY: Duration = Duration::from_secs(10);
/// Callers at the same time.
const CALLERS: usize = 4;

/// A server with all its stores behind proxies.
struct Site {
    runtime: Runtime,
    catalog: FaultProxy,
    index: FaultProxy,
    redis: FaultProxy,
    server: Server,
    _stand_in: Option<QdrantStandIn>,
    _database: Database,
    _folders: [tempfile::TempDir; 2],
}

impl Site {
    /// `None` without PostgreSQL or Redis, which is reported.
    fn start(test: &str) -> Option<Self> {
        let database = Database::create(test)?;
        let redis = url_in(test, "RAGSTONE_TEST_REDIS_URL")?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("runtime");
        let folders = [(); 2].map(|()| tempfile::tempdir().expect("folder"));
        let (stand_in, qdrant) = if variable("RAGSTONE_TEST_QDRANT_URL").is_some() {
            (None, url_in(test, "RAGSTONE_TEST_QDRANT_URL")?)
        } else {
            let config = StandInConfig::new(folders[1].path());
            let stand_in = runtime.block_on(QdrantStandIn::start(config)).expect("starts");
            let url = Url::parse(&stand_in.url()).expect("a URL");
            (Some(stand_in), url)
        };
        let proxy = |url: &Url, port| {
            runtime.block_on(FaultProxy::start(address(url, port), 11)).expect("the proxy starts")
        };
        let (catalog, index, cache) =
            (proxy(&database.url(), 5432), proxy(&qdrant, 6334), proxy(&redis, 6379));
        let prefix = format!("it{}", std::process::id());
        let mut command = database.command(folders[0].path());
        command
            .arg("serve")
            .env("RAGSTONE_CATALOG__URL", through(&database.url(), &catalog))
            .env("RAGSTONE_INDEX__URL", through(&qdrant, &index))
            .env("RAGSTONE_INDEX__PREFIX", &prefix)
            .env("RAGSTONE_REDIS__URL", through(&redis, &cache))
            .env("RAGSTONE_REDIS__PREFIX", &prefix)
            .env("RAGSTONE_SERVER__REQUEST_TIMEOUT_SECONDS", REQUEST_TIMEOUT.to_string());
        let server = Server::spawn(folders[0].path(), &mut command);
        Some(Self {
            runtime,
            catalog,
            index,
            redis: cache,
            server,
            _stand_in: stand_in,
            _database: database,
            _folders: folders,
        })
    }

    fn stop(self) {
        self.server.stop();
        drop(self.runtime);
    }
}

pub(crate) fn address(url: &Url, port: u16) -> SocketAddr {
    let host = url.host_str().expect("a host");
    (host, url.port().unwrap_or(port)).to_socket_addrs().expect("resolved").next().expect("an address")
}

/// The URL with the address of a proxy.
pub(crate) fn through(url: &Url, proxy: &FaultProxy) -> String {
    let mut url = url.clone();
    url.set_host(Some("127.0.0.1")).expect("a host");
    url.set_port(Some(proxy.address().port())).expect("a port");
    url.into()
}

fn faults() -> Vec<(&'static str, ProxyFaults)> {
    let garbage = Garbage { after: 0, length: 64 };
    vec![
        ("refused", ProxyFaults::refusal()),
        ("stalled", ProxyFaults::stall()),
        ("1 s late", ProxyFaults::slowness(Duration::from_secs(1))),
        ("10 s late", ProxyFaults::slowness(Duration::from_secs(10))),
        ("30 % dropped", ProxyFaults { drop_permille: 300, ..ProxyFaults::default() }),
        ("blackhole", ProxyFaults::blackhole()),
        ("reset", ProxyFaults::responses(LinkFaults { reset_after: Some(20), ..LinkFaults::default() })),
        ("garbage", ProxyFaults::responses(LinkFaults { garbage: Some(garbage), ..LinkFaults::default() })),
    ]
}

/// What callers saw.
#[derive(Debug, Default)]
struct Seen {
    acknowledged: BTreeSet<String>,
    answered: u32,
    failed: u32,
    slowest: Duration,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// One write and one search, each answered in time.
fn call(http: &Http, seen: &mut Seen) {
    let id = format!("n{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let document = json!({ "external_id": id, "text": format!("Petrels {id} wander.") });
    let start = SystemClock.instant();
    let stored = http.try_put(DOCUMENTS, &document).expect("an answer");
    seen.slowest = seen.slowest.max(SystemClock.instant() - start);
    if stored.status < 300 {
        seen.acknowledged.insert(format!("text:{id}"));
    }
    let start = SystemClock.instant();
    let found = http.post("/api/v1/search", &json!({ "query": format!("petrels {id}") }));
    seen.slowest = seen.slowest.max(SystemClock.instant() - start);
    for reply in [stored, found] {
        match reply.status {
            200 | 201 => seen.answered += 1,
            503 | 504 => {
                assert!(!reply.problem().1.is_empty());
                seen.failed += 1;
            }
            _ => panic!("{reply:?}"),
        }
    }
}

/// Callers that go on until told to stop.
fn under_load(server: &Server, act: impl FnOnce()) -> Seen {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let http = server.client(Some(&server.token));
                let is_over = &is_over;
                scope.spawn(move || {
                    let mut seen = Seen::default();
                    while !is_over.load(Ordering::Relaxed) {
                        call(&http, &mut seen);
                    }
                    seen
                })
            })
            .collect();
        act();
        is_over.store(true, Ordering::Relaxed);
        callers.into_iter().map(|caller| caller.join().expect("no panic")).fold(
            Seen::default(),
            |mut all, mut one| {
                all.acknowledged.append(&mut one.acknowledged);
                all.answered += one.answered;
                all.failed += one.failed;
                all.slowest = all.slowest.max(one.slowest);
                all
            },
        )
    })
}

/// Waits until a new write can be found in an answer that lacks nothing.
fn recover(server: &Server) -> Duration {
    let start = SystemClock.instant();
    loop {
        let id = format!("r{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let document = json!({ "external_id": id, "text": format!("Recovered {id}.") });
        let stored = server.http.put(DOCUMENTS, &document);
        if stored.status < 300 {
            let search = json!({ "query": id, "min_sequence": stored.ok()["sequence"] });
            let found = server.http.post("/api/v1/search", &search);
            if found.status == 200 && is_whole(&found.ok()) {
                return SystemClock.instant() - start;
            }
        }
        assert!(
            (SystemClock.instant() - start) < RECOVERY + Duration::from_secs(REQUEST_TIMEOUT),
            "{stored:?}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn is_whole(answer: &Value) -> bool {
    answer["degraded"] == json!([]) && answer["hits"].as_array().is_some_and(|hits| !hits.is_empty())
}

/// Every fault at one store, one after another; `is_vital` says whether callers may see failures.
fn survives(test: &str, choose: impl Fn(&Site) -> &FaultProxy, is_vital: bool) {
    let Some(site) = Site::start(test) else { return };
    recover(&site.server);
    let mut acknowledged = BTreeSet::new();
    for (name, faults) in faults() {
        let proxy = choose(&site);
        let mut seen = under_load(&site.server, || {
            std::thread::sleep(Duration::from_millis(300));
            proxy.set(faults);
            // What holds for connections only from their first byte on must meet new ones.
            proxy.cut();
            std::thread::sleep(OUTAGE);
            assert_eq!(site.server.http.get("/health/live").status, 200, "{name}");
            proxy.clear();
            proxy.cut();
        });
        let recovery = recover(&site.server);
        let Seen { answered, failed, slowest, .. } = seen;
        tell(&format!(
            "{name}: {answered} answered, {failed} failed, slowest {slowest:.1?}, back after {recovery:.1?}"
        ));
        assert!(slowest <= Duration::from_secs(REQUEST_TIMEOUT) + SLACK, "{name}: {slowest:?}");
        assert!(recovery <= RECOVERY, "{name}: {recovery:?}");
        assert!(is_vital || failed == 0, "{name}: {failed} calls failed that need nothing of the store");
        assert!(answered > 0, "{name}");
        acknowledged.append(&mut seen.acknowledged);
    }
    let listed: BTreeSet<String> = site.server.http.documents("default").iter().map(source).collect();
    let lost: Vec<&String> = acknowledged.difference(&listed).collect();
    assert!(lost.is_empty(), "{} acknowledged writes are lost: {lost:?}", lost.len());
    site.stop();
}

#[expect(clippy::print_stdout, reason = "figures of a passing test are shown with --nocapture")]
fn tell(line: &str) {
    println!("{line}");
}

fn source(document: &Value) -> String {
    document["source"].as_str().expect("source").to_owned()
}

#[test]
fn the_catalog_may_misbehave() {
    survives("outages::the_catalog", |site| &site.catalog, true);
}

#[test]
fn the_index_may_misbehave() {
    survives("outages::the_index", |site| &site.index, true);
}

#[test]
fn redis_may_misbehave_and_nobody_notices() {
    survives("outages::redis", |site| &site.redis, false);
}
