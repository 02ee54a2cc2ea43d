//! A rolling restart of two replicas under continuous load: no request fails, no write is lost, one replica projects.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ragstone_core::{Clock as _, SystemClock};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::balancer::{Balancer, Client};
use crate::load::{Call, DOCUMENTS, tell};
use crate::replicas::applied;
use crate::server::Server;
use crate::shared::Shared;

const REPLICAS: usize = 2;
/// Restarts of each replica.
const ROUNDS: usize = 3;
const CLIENTS: usize = 6;
/// Between two requests of a client: the replicas are busy, and not beyond what two processors can do.
const PACE: Duration = Duration::from_millis(5);
/// Longest wait for a replica to be ready, or for a change to be seen.
const PATIENCE: Duration = Duration::from_mins(1);
/// Time in which a change on one replica is in the answers that the other one keeps.
const FRESH: Duration = Duration::from_secs(1);
const CHANGES: usize = 20;

/// What clients saw.
#[derive(Debug, Default)]
struct Seen {
    answered: usize,
    acknowledged: BTreeSet<String>,
    failed: Vec<String>,
    slowest: Duration,
}

/// Writes, searches, and now and then searches behind its own write.
async fn call(balancer: Arc<Balancer>, number: usize, next: Arc<AtomicUsize>) -> Seen {
    let mut seen = Seen::default();
    let mut client = Client::new(Arc::clone(&balancer), number);
    while !balancer.is_over() {
        let id = format!("n{}", next.fetch_add(1, Ordering::Relaxed));
        let put = Call::put(&id, &format!("Skuas {id} chase other birds."));
        let start = SystemClock.instant();
        let outcome = client.send(&put).await;
        seen.slowest = seen.slowest.max(SystemClock.instant() - start);
        let sequence = match outcome {
            Ok(answer) if answer.status < 300 => {
                seen.answered += 1;
                seen.acknowledged.insert(id.clone());
                answer.json()["sequence"].as_u64()
            }
            other => {
                seen.failed.push(format!("{id}: {other:?}"));
                continue;
            }
        };
        let behind = sequence.filter(|sequence| sequence % 5 == 0);
        let search = match behind {
            Some(_) => Call::search_behind(&id, 1, behind),
            None => Call::search("skuas", 5),
        };
        let start = SystemClock.instant();
        match client.send(&search).await {
            Ok(answer) if answer.status == 200 => {
                let found = answer.json();
                if found["degraded"] == json!([]) && found["hits"] != json!([]) {
                    seen.answered += 1;
                } else {
                    seen.failed.push(format!("{search:?}: {found}"));
                }
            }
            other => seen.failed.push(format!("{search:?}: {other:?}")),
        }
        seen.slowest = seen.slowest.max(SystemClock.instant() - start);
        tokio::time::sleep(PACE).await;
    }
    seen
}

/// Two replicas behind a balancer, under load.
struct Fleet<'a> {
    shared: &'a Shared,
    folders: [tempfile::TempDir; REPLICAS],
    servers: Vec<Server>,
    balancer: Arc<Balancer>,
}

impl<'a> Fleet<'a> {
    fn start(shared: &'a Shared) -> Self {
        let folders = [(); REPLICAS].map(|()| tempfile::tempdir().expect("folder"));
        let balancer = Balancer::new(REPLICAS);
        let mut fleet = Self { shared, folders, servers: Vec::new(), balancer };
        for slot in 0..REPLICAS {
            let server = fleet.spawn(slot);
            fleet.servers.push(server);
        }
        fleet
    }

    fn spawn(&self, slot: usize) -> Server {
        let data = self.folders[slot].path();
        let mut command = self.shared.command(data);
        let mut server = Server::spawn(data, &mut command);
        self.balancer.place(slot, &mut server);
        server
    }

    /// Ends a replica as told and starts it again once it is gone.
    fn restart(&mut self, slot: usize, end: impl FnOnce(Server)) {
        end(self.servers.remove(slot));
        let server = self.spawn(slot);
        self.servers.insert(slot, server);
        self.wait_until_ready();
    }

    fn wait_until_ready(&self) {
        wait("all replicas are ready", || (0..REPLICAS).all(|slot| self.balancer.is_ready(slot)));
    }

    /// Batches that each replica has applied to the index since it was started.
    fn applied(&mut self) -> Vec<u64> {
        self.servers.iter_mut().map(applied).collect()
    }

    /// Watches for a while which replica projects; it is one.
    fn one_projects(&mut self) {
        wait("somebody projects", || {
            let before = self.applied();
            std::thread::sleep(Duration::from_millis(200));
            before != self.applied()
        });
        let before = self.applied();
        std::thread::sleep(Duration::from_millis(500));
        let after = self.applied();
        let projecting = before.iter().zip(&after).filter(|(before, after)| before != after).count();
        assert_eq!(projecting, 1, "one replica projects: {before:?} {after:?}");
    }

    /// How long it takes until what one replica stores is in the answers that the other keeps.
    fn freshness(&self) -> Duration {
        let ask = |server: &Server| server.http.search("freshness").len();
        (0..CHANGES)
            .map(|number| {
                let (writer, reader) = (&self.servers[number % 2], &self.servers[(number + 1) % 2]);
                // Twice, so that the second answer is one that was kept.
                assert_eq!((ask(reader), ask(reader)), (number, number));
                let document = json!({ "external_id": format!("f{number}"), "text": "Freshness." });
                writer.http.put(DOCUMENTS, &document).ok();
                let written = SystemClock.instant();
                wait("the other replica tells of the change", || ask(reader) == number + 1);
                SystemClock.instant() - written
            })
            .max()
            .unwrap_or_default()
    }
}

fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let start: Instant = SystemClock.instant();
    while !is_so() {
        assert!(SystemClock.instant() - start < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Load on the balancer until it is over.
struct Load {
    runtime: Runtime,
    clients: JoinSet<Seen>,
    probes: JoinSet<()>,
}

impl Load {
    fn start(balancer: &Arc<Balancer>) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("runtime");
        let (mut clients, mut probes) = (JoinSet::new(), JoinSet::new());
        for slot in 0..REPLICAS {
            probes.spawn_on(Arc::clone(balancer).probe(slot), runtime.handle());
        }
        let next = Arc::new(AtomicUsize::new(0));
        for number in 0..CLIENTS {
            clients.spawn_on(call(Arc::clone(balancer), number, Arc::clone(&next)), runtime.handle());
        }
        Self { runtime, clients, probes }
    }

    fn end(self, balancer: &Balancer) -> Seen {
        balancer.end();
        self.runtime.block_on(self.probes.join_all());
        let seen = self.runtime.block_on(self.clients.join_all());
        seen.into_iter().fold(Seen::default(), |mut all, mut one| {
            all.answered += one.answered;
            all.acknowledged.append(&mut one.acknowledged);
            all.failed.append(&mut one.failed);
            all.slowest = all.slowest.max(one.slowest);
            all
        })
    }
}

#[test]
fn a_rolling_restart_under_load_fails_no_request() {
    let Some(shared) = Shared::start("rolling") else { return };
    let mut fleet = Fleet::start(&shared);
    let balancer = Arc::clone(&fleet.balancer);
    let first = json!({ "external_id": "first", "text": "Skuas chase other birds." });
    fleet.servers[0].http.put(DOCUMENTS, &first).ok();
    // Until both know that there is an index; before, their answers say that it may lack something.
    fleet.servers.iter().for_each(|server| server.http.catch_up());
    let load = Load::start(&balancer);
    fleet.wait_until_ready();
    fleet.one_projects();
    for _ in 0..ROUNDS {
        for slot in 0..REPLICAS {
            fleet.restart(slot, |server| {
                server.signal("-TERM");
                server.finish();
            });
            fleet.one_projects();
        }
    }
    let turned_away = balancer.turned_away.load(Ordering::Relaxed);
    tell(&format!("{turned_away} turned away in restarts"));
    fleet.restart(0, |server| _ = server.crash());
    fleet.one_projects();
    let seen = load.end(&balancer);
    let Seen { answered, acknowledged, failed, slowest } = seen;
    tell(&format!(
        "{answered} answered, {} failed, {} refused, {} turned away, slowest {slowest:.1?}",
        failed.len(),
        balancer.refused.load(Ordering::Relaxed),
        balancer.turned_away.load(Ordering::Relaxed),
    ));
    assert!(failed.is_empty(), "{:?}", &failed[..failed.len().min(3)]);

    let fresh = fleet.freshness();
    tell(&format!("the slowest of {CHANGES} changes is seen after {fresh:.0?}"));
    assert!(fresh < FRESH, "{fresh:?}");
    for server in &fleet.servers {
        server.http.catch_up();
        let listed = server.http.documents("default");
        let stored: BTreeSet<&str> =
            listed.iter().filter_map(|document| document["source"].as_str()?.strip_prefix("text:")).collect();
        let lost: Vec<_> = acknowledged.iter().filter(|id| !stored.contains(id.as_str())).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    }
    fleet.servers.into_iter().for_each(|server| _ = server.stop());
    shared.stop();
}
