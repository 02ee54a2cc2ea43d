//! SIGTERM under load, a hundred times: no accepted request is lost, and nothing that was turned away was done.
//!
//! Which requests are accepted is said in `src/listen/connection.rs`. A client sees it so: it has the whole answer, or
//! not a byte of one and a connection that is closed, and then its request has done nothing.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ragstone_core::{Clock as _, SystemClock};
use ragstone_resilience::Jitter;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::cli::ragstone;
use crate::line::{Fate, Line};
use crate::load::{Call, tell};
use crate::operations::operations;
use crate::server::Server;
use crate::shared::Shared;

/// Rounds on embedded stores, and on servers.
const EMBEDDED: usize = 88;
const ON_SERVERS: usize = 12;
/// Longest that a server may take to end.
const MOST: Duration = Duration::from_secs(30);
/// Between the two parts of a slow request.
const PAUSE: Duration = Duration::from_millis(20);

/// How a client calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Writes over one connection.
    Writer,
    /// Writes over a connection for each request.
    Visitor,
    /// Sends half of a write, then the rest.
    Slow,
    Searcher,
    /// Writes with a tool over MCP.
    Model,
}

const CLIENTS: [Kind; 8] = [
    Kind::Writer,
    Kind::Writer,
    Kind::Visitor,
    Kind::Visitor,
    Kind::Slow,
    Kind::Slow,
    Kind::Searcher,
    Kind::Model,
];

/// One round, as far as its clients share it.
struct Round {
    address: String,
    operations: String,
    token: String,
    /// Number of the next document, in all rounds.
    next: Arc<AtomicUsize>,
    /// Whether the server was seen to be not ready.
    is_draining: AtomicBool,
}

/// What clients saw.
#[derive(Debug, Default)]
struct Seen {
    answered: usize,
    acknowledged: BTreeSet<String>,
    /// Without a byte of an answer.
    turned_away: usize,
    /// What of it were writes.
    unanswered: BTreeSet<String>,
    /// With a part of one, or a wrong one.
    lost: Vec<String>,
    /// Rounds in which somebody was refused before anybody saw that the server is not ready.
    refused_first: usize,
}

impl Seen {
    fn add(&mut self, mut other: Self) {
        self.answered += other.answered;
        self.acknowledged.append(&mut other.acknowledged);
        self.turned_away += other.turned_away;
        self.unanswered.append(&mut other.unanswered);
        self.lost.append(&mut other.lost);
        self.refused_first += other.refused_first;
    }
}

impl Round {
    /// Asks a server for its readiness; none when nobody is there to ask.
    async fn readiness(&self) -> Option<u16> {
        let mut line = Line::new(&self.operations, "", false);
        let request = line.request("GET", "/health/ready", "");
        match line.ask(&request).await {
            Fate::Answered(answer) => Some(answer.status),
            _ => None,
        }
    }

    /// Waits until the server says that it is not ready.
    async fn watch(self: Arc<Self>) -> Seen {
        while self.readiness().await == Some(200) {}
        self.is_draining.store(true, Ordering::Release);
        Seen::default()
    }

    /// Calls until nobody listens.
    async fn client(self: Arc<Self>, kind: Kind) -> Seen {
        let mut seen = Seen::default();
        let mut line = Line::new(&self.address, &self.token, kind != Kind::Visitor);
        loop {
            let id = format!("n{}", self.next.fetch_add(1, Ordering::Relaxed));
            let text = format!("Petrels {id} follow ships.");
            let call = match kind {
                Kind::Searcher => Call::search("petrels", 3),
                Kind::Model => Call::tool("ingest_text", &json!({ "external_id": id, "text": text })),
                _ => Call::put(&id, &text),
            };
            let request = line.request(call.method.as_str(), &call.path, &call.body);
            let fate =
                if kind == Kind::Slow { slow(&mut line, &request).await } else { line.ask(&request).await };
            match fate {
                Fate::Answered(answer) if answer.status < 300 && !answer.is_tool_error() => {
                    seen.answered += 1;
                    seen.acknowledged.extend((kind != Kind::Searcher).then_some(id));
                }
                Fate::TurnedAway => {
                    seen.turned_away += 1;
                    seen.unanswered.extend((kind != Kind::Searcher).then_some(id));
                }
                Fate::Refused => {
                    seen.refused_first += usize::from(!self.is_draining.load(Ordering::Acquire));
                    let readiness = self.readiness().await;
                    assert_ne!(readiness, Some(200), "a server that refuses is not ready");
                    return seen;
                }
                Fate::Answered(_) | Fate::Lost(_) => seen.lost.push(format!("{kind:?}: {fate:?}")),
            }
        }
    }
}

/// Sends the head and half of the body; where the connection still stands then, the request is accepted.
async fn slow(line: &mut Line, request: &[u8]) -> Fate {
    if let Err(fate) = line.connect().await {
        return fate;
    }
    let (first, rest) = request.split_at(request.len() - 10);
    line.send(first).await;
    tokio::time::sleep(PAUSE).await;
    if line.is_closed() {
        return line.answer().await;
    }
    line.send(rest).await;
    match line.answer().await {
        Fate::TurnedAway => Fate::Lost("no answer to what was accepted".to_owned()),
        fate => fate,
    }
}

/// Servers on one data, one after the other.
struct Rounds {
    runtime: Runtime,
    jitter: Jitter,
    next: Arc<AtomicUsize>,
    seen: Seen,
    slowest: Duration,
}

impl Rounds {
    fn new(seed: u64) -> Self {
        Self {
            runtime: Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("runtime"),
            jitter: Jitter::seeded(seed),
            next: Arc::default(),
            seen: Seen::default(),
            slowest: Duration::ZERO,
        }
    }

    /// Starts a server, calls it, and ends it at any point.
    fn run(&mut self, data: &Path, command: &mut Command) {
        command.env("RAGSTONE_OPERATIONS__DRAIN_DELAY_MS", "100");
        command.env("RAGSTONE_LOG__FILTER", "warn,ragstone=info,ragstone_rest::access=info");
        let mut server = Server::spawn(data, command);
        // Before the index is there, a search fails and says so.
        server.http.catch_up();
        let port = operations(&mut server, None);
        let round = Arc::new(Round {
            address: server.address().to_owned(),
            operations: port.base.trim_start_matches("http://").to_owned(),
            token: server.token.clone(),
            next: Arc::clone(&self.next),
            is_draining: AtomicBool::new(false),
        });
        let mut clients = JoinSet::new();
        for kind in CLIENTS {
            clients.spawn_on(Arc::clone(&round).client(kind), self.runtime.handle());
        }
        clients.spawn_on(Arc::clone(&round).watch(), self.runtime.handle());
        // At any moment of the load.
        std::thread::sleep(Duration::from_millis(30) + self.jitter.up_to(Duration::from_millis(120)));
        let start = SystemClock.instant();
        server.signal("-TERM");
        let mut seen = Seen::default();
        self.runtime.block_on(clients.join_all()).into_iter().for_each(|one| seen.add(one));
        let output = server.finish();
        self.slowest = self.slowest.max(SystemClock.instant() - start);
        seen.refused_first = seen.refused_first.min(1);
        let failed = output.lines().find(|line| line.contains("request failed"));
        assert_eq!(failed, None);
        // Two of them are those of the wait above.
        let logged = output.lines().filter(|line| line.contains("request answered")).count() - 2;
        assert_eq!(logged, seen.answered, "every request that the server has answered has its answer");
        self.seen.add(seen);
    }

    /// Nothing acknowledged is lost, and what was turned away was not done.
    fn check(&self, rounds: usize, server: &Server) {
        let Self { seen, slowest, .. } = self;
        tell(&format!(
            "{rounds} rounds: {} answered, {} turned away, {} lost, refused before not ready {}, slowest end {slowest:.1?}",
            seen.answered,
            seen.turned_away,
            seen.lost.len(),
            seen.refused_first,
        ));
        assert!(seen.lost.is_empty(), "{:?}", seen.lost);
        assert!(seen.answered > rounds * CLIENTS.len(), "{} answers", seen.answered);
        assert!(*slowest < MOST, "{slowest:?}");
        // Both need a client that sleeps for longer than the server gives it.
        let most = rounds / 20 + 1;
        assert!(seen.turned_away <= most, "{} turned away", seen.turned_away);
        assert!(seen.refused_first <= most, "{} refused before not ready", seen.refused_first);
        let listed = server.http.documents("default");
        let stored: BTreeSet<&str> =
            listed.iter().filter_map(|document| document["source"].as_str()?.strip_prefix("text:")).collect();
        let lost: Vec<_> = seen.acknowledged.iter().filter(|id| !stored.contains(id.as_str())).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let done: Vec<_> = seen.unanswered.iter().filter(|id| stored.contains(id.as_str())).collect();
        assert!(done.is_empty(), "turned away, and done all the same: {done:?}");
        assert_eq!(stored.len(), seen.acknowledged.len());
    }
}

#[test]
fn no_accepted_request_is_lost_on_embedded_stores() {
    let data = tempfile::tempdir().expect("folder");
    let mut rounds = Rounds::new(1);
    for _ in 0..EMBEDDED {
        rounds.run(data.path(), ragstone(data.path()).arg("serve"));
    }
    let server = Server::serve(data.path());
    rounds.check(EMBEDDED, &server);
    server.stop();
}

#[test]
fn no_accepted_request_is_lost_on_servers() {
    let Some(shared) = Shared::start("terminations::servers") else { return };
    let data = tempfile::tempdir().expect("folder");
    let mut rounds = Rounds::new(2);
    for _ in 0..ON_SERVERS {
        rounds.run(data.path(), &mut shared.command(data.path()));
    }
    let server = shared.serve(data.path());
    rounds.check(ON_SERVERS, &server);
    server.stop();
    shared.stop();
}
