//! A cancellation storm over HTTP: requests of many tenants, half of which nobody waits for, against the real binary.
//!
//! A client may go at any moment: before its request is whole, right behind it, while it is answered. Whatever the
//! moment, nothing of one tenant comes to another, nothing is half stored, and nothing is used up.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use ragstone_core::{Clock as _, SystemClock};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use self::client::{COMMON, Client, Expected, Storm, Tally};
use self::watch::{Watch, descriptors, idle_in_transaction, most_writers};
use crate::cli::ragstone;
use crate::load::{Call, Caller, Tenant, tell, word};
use crate::operations::operations;
use crate::server::Server;
use crate::shared::Shared;

mod client;
mod watch;

/// Tenants on servers.
const TENANTS: usize = 50;
/// Fewer on the embedded index, which writes the collections to the disk one after the other.
const EMBEDDED_TENANTS: usize = 20;
const CLIENTS: usize = 100;
/// Connections that the server may have to PostgreSQL.
const POOL: usize = 8;
/// More than a tenant has passages; the most that a search gives.
const ALL: usize = 1000;
/// How long what the last dropped request has begun may take to end.
const SETTLING: Duration = Duration::from_secs(20);

/// A server, its tenants, and the runtime of its clients.
struct Site {
    runtime: Runtime,
    server: Server,
    caller: Caller,
    tenants: Vec<Tenant>,
    /// What each tenant has from the beginning.
    first: Vec<String>,
    _folder: tempfile::TempDir,
}

impl Site {
    /// Starts a server by a command that gets the data directory, and gives each tenant a document.
    fn start(tenants: usize, command: impl FnOnce(&Path) -> Command) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let tenants = Tenant::many(tenants);
        let config = folder.path().join("ragstone.toml");
        Tenant::allow(&tenants, &config);
        let mut command = command(folder.path());
        // A search that waits for a write may wait for all that the storm has left to index.
        command.arg("--config").arg(&config).env("RAGSTONE_SERVER__REQUEST_TIMEOUT_SECONDS", "120");
        let server = Server::spawn(folder.path(), &mut command);
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("runtime");
        let caller = Caller::without_kept_connections(&server.http.base);
        let first = runtime.block_on(all(&tenants, |tenant| {
            let caller = caller.clone();
            async move {
                let text = tenant.text(COMMON, "first", 1);
                let receipt = caller.ok(&tenant.token, Call::put("first", &text)).await;
                receipt["document"].as_str().expect("a document").to_owned()
            }
        }));
        // Before the index is there, a search fails and says so.
        server.http.catch_up();
        Self { runtime, server, caller, tenants, first, _folder: folder }
    }

    /// Lets the clients loose until they have sent so many requests.
    fn storm(&self, name: &'static str, requests: usize) -> Tally {
        let storm = Arc::new(Storm {
            caller: Caller::new(&self.server.http.base),
            address: self.server.address().to_owned(),
            tenants: self.tenants.clone(),
            first: self.first.clone(),
            name,
            requests,
            next: AtomicUsize::new(0),
        });
        let start = SystemClock.instant();
        let tally = self.runtime.block_on(async {
            let mut clients = JoinSet::new();
            for number in 0..CLIENTS {
                clients.spawn(Client::new(Arc::clone(&storm), number).run());
            }
            let mut tally = Tally::default();
            clients.join_all().await.into_iter().for_each(|one| tally.add(one));
            tally
        });
        let Tally { answered, dropped, refused, degraded, foreign, wrong, .. } = &tally;
        tell(&format!(
            "{answered} answered, {refused} of them with a refusal, {dropped} dropped, {degraded} degraded, {} foreign, \
             {} wrong in {:.1?}",
            foreign.len(),
            wrong.len(),
            SystemClock.instant() - start,
        ));
        check(&tally, requests);
        tally
    }

    /// Every tenant searches and writes at the same moment, and all of it works.
    fn is_whole(&self, round: usize) {
        let start = SystemClock.instant();
        self.runtime.block_on(all(&self.tenants, |tenant| {
            let caller = self.caller.clone();
            async move {
                let unique = word("qwhole", round);
                let text = tenant.text(COMMON, &unique, 1);
                let receipt = caller.ok(&tenant.token, Call::put("whole", &text)).await;
                let behind = receipt["sequence"].as_u64();
                let found = caller.ok(&tenant.token, Call::search_behind(&unique, 10, behind)).await;
                assert_eq!(found["degraded"], json!([]), "{found}");
                assert_eq!(found["hits"].as_array().map(Vec::len), Some(1), "{found}");
            }
        }));
        let (count, taken) = (self.tenants.len(), SystemClock.instant() - start);
        tell(&format!("{count} writes, then searches behind them: {taken:.1?}"));
    }

    /// What each tenant has is what it may have, whole, and can be found.
    fn check_stored(&self, mut expected: BTreeMap<usize, Expected>) {
        let start = SystemClock.instant();
        let head = self.server.http.get("/api/v1/status").ok()["head"].as_u64();
        let numbered: Vec<usize> = (0..self.tenants.len()).collect();
        let counts = self.runtime.block_on(all(&numbered, |number| {
            let expected = expected.remove(&number).unwrap_or_default();
            check_tenant(self.caller.clone(), self.tenants[number].clone(), expected, head)
        }));
        let uncertain: usize = counts.iter().map(|(_, uncertain)| uncertain).sum();
        let stored: usize = counts.iter().map(|(stored, _)| stored).sum();
        let taken = SystemClock.instant() - start;
        tell(&format!("{stored} documents as they may be, {uncertain} by chance; compared in {taken:.1?}"));
    }

    /// The server is busy with nothing, and has no more files open than before.
    fn settles(&mut self, before: usize) {
        let start = SystemClock.instant();
        loop {
            let metrics = operations(&mut self.server, None).get("/metrics").body;
            let running = metrics.lines().find(|line| line.starts_with("ragstone_http_requests_in_flight "));
            let open = descriptors(self.server.pid());
            if running.is_some_and(|line| line.ends_with(" 0")) && open <= before {
                return tell(&format!("{open} files open, {before} before"));
            }
            let taken = SystemClock.instant() - start;
            assert!(taken < SETTLING, "{open} files open, {before} before; {running:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Does something for each of the items at the same time.
async fn all<I: Clone, F: Future<Output: Send + 'static> + Send + 'static>(
    items: &[I],
    mut act: impl FnMut(I) -> F,
) -> Vec<F::Output> {
    let mut running = JoinSet::new();
    for (place, item) in items.iter().cloned().enumerate() {
        let work = act(item);
        running.spawn(async move { (place, work.await) });
    }
    let mut done = running.join_all().await;
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Files that the server has open once nobody is connected.
fn settled_descriptors(pid: u32) -> usize {
    let start = SystemClock.instant();
    let (mut last, mut since) = (0, start);
    while SystemClock.instant() - since < Duration::from_secs(1) {
        assert!(SystemClock.instant() - start < SETTLING, "files are opened and closed all the time");
        let open = descriptors(pid);
        if open != last {
            (last, since) = (open, SystemClock.instant());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    last
}

/// Compares what a tenant has with what it may have; gives the number of its documents, and of those that need not
/// be there.
async fn check_tenant(
    caller: Caller,
    tenant: Tenant,
    mut expected: Expected,
    head: Option<u64>,
) -> (usize, usize) {
    let mut uncertain = 0;
    let mut passages = BTreeMap::new();
    for document in caller.documents(&tenant.token).await {
        let field = |name: &str| document[name].as_str().expect("text").to_owned();
        let (id, source) = (field("id"), field("source"));
        let stored =
            caller.ok(&tenant.token, Call::text(&id)).await["text"].as_str().expect("text").to_owned();
        assert!(!tenant.finds_foreign(&stored), "{stored}");
        passages.insert(id, document["chunks"].as_u64().expect("a number"));
        let name = source.strip_prefix("text:").expect("a text");
        if ["first", "whole"].contains(&name) {
            continue;
        }
        let states = expected.remove(name).unwrap_or_else(|| panic!("{name} was never sent"));
        uncertain += usize::from(states.len() > 1);
        let is_one_of_them = states.iter().flatten().any(|text| text.trim_end() == stored.trim_end());
        assert!(is_one_of_them, "{name} is in no state that it may be in: {} bytes", stored.len());
    }
    let lost: Vec<_> = expected.iter().filter(|(_, states)| !states.contains(&None)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");

    let found = caller.ok(&tenant.token, Call::search_behind(COMMON, ALL, head)).await;
    assert_eq!(found["degraded"], json!([]), "{}", found["degraded"]);
    assert!(!tenant.finds_foreign(&found.to_string()));
    let mut hits: BTreeMap<String, u64> = BTreeMap::new();
    for hit in found["hits"].as_array().expect("hits") {
        *hits.entry(hit["citation"]["document"].as_str().expect("an id").to_owned()).or_default() += 1;
    }
    assert_eq!(hits, passages, "every passage of every document can be found, and no other");
    (passages.len(), uncertain)
}

fn check(tally: &Tally, requests: usize) {
    assert!(tally.foreign.is_empty(), "{:?}", &tally.foreign[..tally.foreign.len().min(3)]);
    assert!(tally.wrong.is_empty(), "{:?}", &tally.wrong[..tally.wrong.len().min(3)]);
    assert!(tally.refused * 100 <= requests, "{} of {requests} were refused", tally.refused);
    assert_eq!(tally.degraded, 0, "no part of an answer is missing because others went away");
    assert_eq!(tally.answered + tally.dropped, requests);
    assert!(tally.dropped * 5 > requests * 2, "{} of {requests} were dropped", tally.dropped);
}

#[test]
fn twenty_thousand_requests_of_which_half_are_dropped_leave_servers_whole() {
    let Some(shared) = Shared::start("storm::servers") else { return };
    let mut site = Site::start(TENANTS, |data| {
        let mut command = shared.command(data);
        command.env("RAGSTONE_CATALOG__MAX_CONNECTIONS", POOL.to_string());
        command
    });
    let mut tally = site.storm("first", 500);
    site.is_whole(0);
    let busy = site.runtime.block_on(most_writers(&shared.database, &site.caller, &site.tenants));
    let before = settled_descriptors(site.server.pid());

    let watch = site.runtime.block_on(Watch::start(&shared.database));
    tally.add(site.storm("second", 20_000));
    site.is_whole(1);
    let seen = site.runtime.block_on(watch.end());
    tell(&format!("{seen:?}"));
    assert_eq!(seen.stuck, 0, "no transaction waits for its client for a second");
    assert!(seen.connections <= POOL + 1, "the pool and the listener: {seen:?}");
    site.check_stored(tally.expected);
    assert_eq!(site.runtime.block_on(idle_in_transaction(&shared.database, SETTLING)), 0);
    let again = site.runtime.block_on(most_writers(&shared.database, &site.caller, &site.tenants));
    assert_eq!(again, busy, "as many writers can wait for the database as before");
    site.settles(before);
    site.server.stop();
    shared.stop();
}

#[test]
fn four_thousand_requests_of_which_half_are_dropped_leave_embedded_stores_whole() {
    let mut site = Site::start(EMBEDDED_TENANTS, |data| {
        let mut command = ragstone(data);
        command.arg("serve");
        command
    });
    let mut tally = site.storm("first", 500);
    site.is_whole(0);
    let before = settled_descriptors(site.server.pid());
    tally.add(site.storm("second", 4000));
    site.is_whole(1);
    site.check_stored(tally.expected);
    site.settles(before);
    site.server.stop();
}
