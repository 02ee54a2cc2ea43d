//! A store that goes and comes back a hundred times: what the server holds afterwards is what it held before.

use std::time::Duration;

use ragstone_core::{Clock as _, SystemClock};
use ragstone_testkit::process::RedisServer;
use ragstone_testkit::proxy::{FaultProxy, ProxyFaults};
use url::Url;

use super::load::{Load, recover};
use super::site::Site;
use super::{sources, tell};
use crate::data::skip;

const FLAPS: usize = 100;
/// Flaps before the first measurement, so that pools, threads and buffers are what they are in bad times.
const WARM_UP: usize = 10;
/// How long a store is away.
const AWAY: Duration = Duration::from_millis(30);
/// Pools open connections as they need them: 10 to PostgreSQL, 8 to Redis. One lost in each flap would be 100.
const MORE_FILES: u64 = 18;
/// Threads for blocking work come and go. One lost in each flap would be 100.
const MORE_THREADS: u64 = 8;
/// What the load itself leaves: a few thousand documents more in statistics and caches. 1 MiB lost in each flap
/// would be 100 MiB.
const MORE_KIB: u64 = 48 << 10;
/// Threads for blocking work end after 10 s without any.
const SETTLING: Duration = Duration::from_secs(30);

/// What a process holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    files: u64,
    sockets: u64,
    threads: u64,
    resident_kib: u64,
}

impl Held {
    fn by(pid: u32) -> Self {
        let files = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("runs");
        let links: Vec<_> = files.flatten().filter_map(|file| std::fs::read_link(file.path()).ok()).collect();
        let sockets = links.iter().filter(|link| link.to_string_lossy().starts_with("socket:")).count();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("runs");
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a field");
            line.split_whitespace().next().and_then(|number| number.parse().ok()).expect("a number")
        };
        let (threads, resident_kib) = (field("Threads:"), field("VmRSS:"));
        Self { files: links.len() as u64, sockets: sockets as u64, threads, resident_kib }
    }

    fn is_near(self, before: Self) -> bool {
        self.files <= before.files + MORE_FILES
            && self.sockets <= before.sockets + MORE_FILES
            && self.threads <= before.threads + MORE_THREADS
            && self.resident_kib <= before.resident_kib + MORE_KIB
    }
}

/// Lets a store flap under a load and compares.
fn flaps(name: &str, site: &Site, mut flap: impl FnMut(&Site)) {
    recover(&site.server.http);
    let http = site.server.client(Some(&site.server.token));
    let pid = site.server.pid();
    let mut before = None;
    let start = SystemClock.instant();
    let seen = Load::LIGHT.run(&site.server, || {
        for number in 0..WARM_UP + FLAPS {
            if number == WARM_UP {
                before = Some(Held::by(pid));
            }
            flap(site);
            recover(&http);
        }
    });
    let took = SystemClock.instant() - start;
    let before = before.expect("measured");
    let start = SystemClock.instant();
    let mut after = Held::by(pid);
    while !after.is_near(before) && SystemClock.instant() - start < SETTLING {
        std::thread::sleep(Duration::from_millis(200));
        after = Held::by(pid);
    }
    tell(&format!(
        "{name}: {FLAPS} flaps in {took:.0?}, {} answered, {} failed; {before:?} before, {after:?} after",
        seen.answered, seen.failed
    ));
    assert!(after.is_near(before), "{name}: {before:?} before, {after:?} after");
    let listed = sources(&site.server.http);
    assert!(seen.acknowledged.is_subset(&listed), "{name}: acknowledged writes are lost");
    // 10 in the pool, and the one that listens.
    let sessions = site.database.sessions();
    assert!(sessions <= 11, "{name}: {sessions} sessions of PostgreSQL");
}

fn cut(proxy: &FaultProxy) {
    proxy.set(ProxyFaults::refusal());
    proxy.cut();
    std::thread::sleep(AWAY);
    proxy.clear();
}

#[test]
fn nothing_is_left_behind_when_the_catalog_flaps() {
    let Some(site) = Site::start("outages::flaps::catalog") else { return };
    flaps("catalog", &site, |site| cut(&site.catalog));
    site.stop();
}

#[test]
fn nothing_is_left_behind_when_the_index_flaps() {
    let Some(site) = Site::start("outages::flaps::index") else { return };
    flaps("index", &site, |site| cut(&site.index));
    site.stop();
}

#[test]
fn nothing_is_left_behind_when_redis_is_killed_again_and_again() {
    const TEST: &str = "outages::flaps::redis";
    if !RedisServer::is_installed() {
        return skip(TEST, "Redis is not installed");
    }
    let mut redis = RedisServer::start(&[]);
    let Some(site) = Site::start_with(TEST, &Url::parse(&redis.url()).expect("a URL")) else { return };
    flaps("redis", &site, |_| {
        redis.kill();
        std::thread::sleep(AWAY);
        redis.restart();
    });
    // 8 in the pool, the one that listens, and the one that asks.
    let clients = redis.command(&["CLIENT", "LIST"]);
    let count = clients.lines().filter(|line| !line.is_empty()).count();
    assert!(count <= 10, "{clients}");
    site.stop();
}
