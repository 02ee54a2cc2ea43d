//! Servers that are killed, stand still, refuse the login and come back empty, each while callers write and search.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use ragstone_core::{Clock as _, SystemClock};
use ragstone_testkit::process::Signal;
use serde_json::json;

use super::backends::{Backends, DATABASE};
use super::figures::{self, Page, lateness_during};
use super::load::{Load, Seen, answer_again, is_whole, recover, recover_within};
use super::site::REQUEST_TIMEOUT;
use super::{OUTAGE, RECOVERY, SLACK, sources, tell};
use crate::http::Http;
use crate::server::Server;

/// How long a server stands still.
const FREEZE: Duration = Duration::from_secs(30);
/// When a circuit must be open at the latest.
const OPENS: Duration = Duration::from_secs(2);
/// Calls that may fail without a circuit that opens.
const FEW: f64 = 20.0;
/// How long an index that lost everything may take to be built again, of some thousand documents.
const REBUILT: Duration = Duration::from_mins(1);
/// What an answer may be late.
const LATE: Duration = Duration::from_millis(100);
/// Attempts that the budget of retries grants after a quiet time, beyond its tenth.
const RESERVE: f64 = 10.0;

/// Something that happens to a backend.
struct Fault {
    name: &'static str,
    lasts: Duration,
    begin: fn(&mut Backends),
    /// What must hold meanwhile.
    check: fn(&Http),
    end: fn(&mut Backends),
    /// Whether the index lost what it held or fell far behind, so that answers lack something for a while.
    is_behind: bool,
}

impl Fault {
    fn new(name: &'static str, begin: fn(&mut Backends), end: fn(&mut Backends)) -> Self {
        Self { name, lasts: OUTAGE, begin, check: |_| {}, end, is_behind: false }
    }

    fn freeze(begin: fn(&mut Backends), end: fn(&mut Backends)) -> Self {
        Self { lasts: FREEZE, ..Self::new("SIGSTOP", begin, end) }
    }

    /// Restarted within a moment, and everything gone.
    fn empty(begin: fn(&mut Backends)) -> Self {
        Self::new("restart empty", begin, |_| {})
    }

    fn falling_behind(self) -> Self {
        Self { is_behind: true, ..self }
    }

    fn checking(self, check: fn(&Http)) -> Self {
        Self { check, ..self }
    }
}

/// A server under test, and what it has acknowledged.
struct Trial {
    backend: &'static str,
    /// Whether callers may see failures.
    is_vital: bool,
    backends: Backends,
    server: Server,
    operations: Http,
    acknowledged: BTreeSet<String>,
    _data: tempfile::TempDir,
}

impl Trial {
    fn start(test: &str, backend: &'static str, is_vital: bool) -> Option<Self> {
        let backends = Backends::start(test)?;
        let data = tempfile::tempdir().expect("folder");
        let mut server = backends.serve(data.path());
        let operations = figures::operations(&mut server);
        server.http.post("/api/v1/collections", &json!({ "name": "still" })).ok();
        let path = "/api/v1/collections/still/documents";
        let document = json!({ "external_id": "a", "text": "Guillemots stand still." });
        let sequence = server.http.put(path, &document).ok()["sequence"].as_u64();
        assert_eq!(server.http.search_behind("guillemots", sequence).len(), 1);
        recover(&server.http);
        wait_for_words(&server.http);
        assert!(still(&server.http).is_some_and(|answer| is_whole(&answer)));
        let acknowledged = BTreeSet::new();
        Some(Self { backend, is_vital, backends, server, operations, acknowledged, _data: data })
    }

    fn undergo(&mut self, fault: &Fault) {
        let before = Page::read(&self.operations);
        figures::lines(&mut self.server);
        let mut begun = Timestamp::now();
        let mut recovery = Duration::MAX;
        let Self { backends, server, .. } = self;
        let http = server.client(Some(&server.token));
        let (mut seen, lateness) = lateness_during(|| {
            Load::STEADY.run(server, || {
                std::thread::sleep(Duration::from_millis(500));
                begun = Timestamp::now();
                (fault.begin)(backends);
                let start = SystemClock.instant();
                (fault.check)(&http);
                std::thread::sleep(fault.lasts.saturating_sub(SystemClock.instant() - start));
                assert_eq!(http.get("/health/live").status, 200, "{}", fault.name);
                (fault.end)(backends);
                recovery = if fault.is_behind { answer_again(&http) } else { recover(&http) };
            })
        });
        let lines = figures::lines(&mut self.server);
        let slowest = figures::slowest(&lines);
        let opened = figures::opened(&lines, self.backend)
            .map(|at| Duration::try_from(at.duration_since(begun)).unwrap_or_default());
        self.tell(fault, &seen, opened, slowest, lateness, recovery);
        assert!(seen.answered > 0, "{}", fault.name);
        assert!(self.is_vital || seen.failed == 0, "{}: {} calls failed", fault.name, seen.failed);
        assert!(recovery <= RECOVERY, "{}: {recovery:?}", fault.name);
        assert!(slowest <= REQUEST_TIMEOUT + LATE + lateness, "{}: {slowest:?}, {lateness:?}", fault.name);
        assert!(seen.slowest <= REQUEST_TIMEOUT + SLACK, "{}: {:?}", fault.name, seen.slowest);
        if fault.is_behind {
            let whole = recover_within(REBUILT, &http);
            tell(&format!("  whole again {:.1} s after the load", whole.as_secs_f64()));
        }
        let after = Page::read(&self.operations);
        if opened.is_none_or(|opened| opened > OPENS + lateness) {
            // A circuit that is closed has to have let few calls through.
            let failed = after.failed(self.backend) - before.failed(self.backend);
            assert!(failed <= FEW, "{}: {failed} calls fail, circuit open after {opened:?}", fault.name);
            tell(&format!("  {failed} calls failed"));
        }
        self.assert_retries(&before, &after, fault);
        self.acknowledged.append(&mut seen.acknowledged);
    }

    /// Retries are a tenth of the calls, beyond what a quiet time saves up.
    fn assert_retries(&self, before: &Page, after: &Page, fault: &Fault) {
        let ports = figures::ports(self.backend);
        let growth = |name: &str| after.sum(name, ports) - before.sum(name, ports);
        let (calls, retries) = (growth("ragstone_port_calls_total"), growth("ragstone_port_retries_total"));
        tell(&format!("  {calls} calls of the {}, {retries} retries", self.backend));
        assert!(calls > 0.0 && retries <= calls / 10.0 + RESERVE, "{}: {retries} of {calls}", fault.name);
    }

    fn tell(
        &self,
        fault: &Fault,
        seen: &Seen,
        opened: Option<Duration>,
        slowest: Duration,
        lateness: Duration,
        recovery: Duration,
    ) {
        tell(&format!(
            "{} {}: {} answered, {} of them degraded, {} failed; circuit open after {opened:.1?}, slowest \
             {slowest:.2?} at the server and {:.2?} at the caller, machine late by {lateness:.1?}, back after \
             {recovery:.1?}",
            self.backend, fault.name, seen.answered, seen.degraded, seen.failed, seen.slowest
        ));
    }

    /// Nothing is lost, in the catalog or in the index.
    fn finish(self) {
        let http = &self.server.http;
        let listed = sources(http);
        let lost: Vec<&String> = self.acknowledged.difference(&listed).collect();
        assert!(lost.is_empty(), "{} acknowledged writes are lost: {lost:?}", lost.len());
        http.catch_up();
        for source in self.acknowledged.iter().step_by(1 + self.acknowledged.len() / 50) {
            let id = source.trim_start_matches("text:");
            let hits = http.search(id);
            assert!(hits.iter().any(|hit| hit["citation"]["source"] == **source), "{source} cannot be found");
        }
        assert!(still(http).is_some_and(|answer| is_whole(&answer)));
        self.server.stop();
    }
}

/// The answer of a search in a collection that nobody writes to.
fn still(http: &Http) -> Option<serde_json::Value> {
    let query = json!({ "query": "guillemots", "collections": ["still"] });
    let reply = http.post("/api/v1/search", &query);
    (reply.status == 200).then(|| reply.json())
}

/// Waits until the words are gathered that misspelt ones are compared with; answers kept before are not found again.
fn wait_for_words(http: &Http) {
    let start = SystemClock.instant();
    let text = json!({ "text": "guille", "collections": ["still"] });
    while http.post("/api/v1/search/suggest", &text).ok()["completions"] != json!(["guillemots"]) {
        assert!(SystemClock.instant() - start < REBUILT, "the words are not gathered");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What is kept is answered while the index is away.
fn kept_answers_are_given(http: &Http) {
    for _ in 0..20 {
        let answer = still(http).expect("the answer is kept");
        assert!(is_whole(&answer), "{answer}");
    }
}

/// Answers that were never given are looked for in Redis, and found without it.
fn new_questions_are_answered(http: &Http) {
    static ASKED: AtomicU64 = AtomicU64::new(0);
    for _ in 0..50 {
        let number = ASKED.fetch_add(1, Ordering::Relaxed);
        let query = json!({ "query": format!("guillemots {number}"), "collections": ["still"] });
        let answer = http.post("/api/v1/search", &query).ok();
        assert!(is_whole(&answer), "{answer}");
    }
}

/// The projection of a collection that nobody writes to is built again by itself.
fn the_still_collection_comes_back(http: &Http) {
    let start = SystemClock.instant();
    while !still(http).is_some_and(|answer| is_whole(&answer)) {
        assert!(SystemClock.instant() - start < REBUILT, "it is not built again");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn postgresql_may_be_killed_frozen_or_closed_and_nothing_is_lost() {
    let Some(mut trial) = Trial::start("outages::processes::postgresql", "catalog", true) else { return };
    trial.undergo(&Fault::new(
        "kill -9",
        |backends| backends.postgres.kill().expect("killed"),
        |backends| backends.postgres.resume().expect("starts"),
    ));
    trial.undergo(&Fault::new(
        "other password",
        |backends| {
            backends.password = backends.postgres.change_password("other").expect("changed");
            backends.postgres.terminate_clients().expect("ended");
        },
        |backends| {
            let known = std::mem::take(&mut backends.password);
            backends.postgres.change_password(&known).expect("changed");
        },
    ));
    trial.undergo(&Fault::freeze(
        |backends| backends.postgres.signal(Signal::Stop).expect("sent"),
        |backends| backends.postgres.signal(Signal::Continue).expect("sent"),
    ));
    trial.finish();
}

#[test]
fn postgresql_that_comes_back_empty_is_not_taken_for_the_truth() {
    let Some(mut trial) = Trial::start("outages::processes::empty_postgresql", "catalog", true) else {
        return;
    };
    trial.undergo(
        &Fault::new(
            "restart empty",
            |backends| backends.postgres.start_empty().expect("starts"),
            |backends| backends.postgres.put_back().expect("starts"),
        )
        .checking(nothing_is_answered),
    );
    trial.undergo(
        &Fault::new(
            "restart with another catalog",
            |backends| {
                backends.postgres.start_empty().expect("starts");
                let made = format!("CREATE DATABASE {DATABASE}");
                backends.postgres.sql("postgres", &made).expect("made");
                // A server that was never here before makes a catalog of its own.
                let data = tempfile::tempdir().expect("folder");
                let other = backends.serve(data.path());
                super::load::recover(&other.http);
                other.stop();
            },
            |backends| backends.postgres.put_back().expect("starts"),
        )
        .checking(nothing_is_answered),
    );
    trial.finish();
}

/// Neither is a write acknowledged nor a search answered, be it with nothing.
fn nothing_is_answered(http: &Http) {
    let start = SystemClock.instant();
    while SystemClock.instant() - start < OUTAGE {
        let stored = http.put(super::DOCUMENTS, &json!({ "external_id": "lost", "text": "Nowhere." }));
        assert!(matches!(stored.status, 503 | 504), "{stored:?}");
        let found = http.post("/api/v1/search", &json!({ "query": "guillemots" }));
        assert!(matches!(found.status, 503 | 504), "{found:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn qdrant_may_be_killed_frozen_closed_or_emptied_and_is_whole_again() {
    let Some(mut trial) = Trial::start("outages::processes::qdrant", "index", true) else { return };
    let kept = kept_answers_are_given;
    trial.undergo(
        &Fault::new("kill -9", |backends| backends.qdrant.kill(), |backends| backends.qdrant.resume())
            .checking(kept)
            .falling_behind(),
    );
    the_still_collection_comes_back(&trial.server.http);
    trial.undergo(
        &Fault::new(
            "other key",
            |backends| backends.qdrant.resume_with_key("other"),
            |backends| backends.qdrant.resume_with_key("right"),
        )
        .checking(kept)
        .falling_behind(),
    );
    the_still_collection_comes_back(&trial.server.http);
    trial.undergo(
        &Fault::freeze(
            |backends| backends.qdrant.signal(Signal::Stop),
            |backends| backends.qdrant.signal(Signal::Continue),
        )
        .checking(kept)
        .falling_behind(),
    );
    trial.undergo(
        &Fault::empty(|backends| backends.qdrant.resume_empty())
            .checking(the_still_collection_comes_back)
            .falling_behind(),
    );
    trial.finish();
}

#[test]
fn redis_may_be_killed_frozen_closed_or_emptied_and_nobody_notices() {
    let Some(mut trial) = Trial::start("outages::processes::redis", "redis", false) else { return };
    let asked = new_questions_are_answered;
    trial.undergo(
        &Fault::new("kill -9", |backends| backends.redis.kill(), |backends| backends.redis.restart())
            .checking(asked),
    );
    trial.undergo(
        &Fault::new(
            "other password",
            |backends| {
                backends.redis.command(&["CONFIG", "SET", "requirepass", "other"]);
                backends.redis.command(&["-a", "other", "CLIENT", "KILL", "TYPE", "normal"]);
                backends.redis.command(&["-a", "other", "CLIENT", "KILL", "TYPE", "pubsub"]);
            },
            |backends| {
                backends.redis.command(&["-a", "other", "CONFIG", "SET", "requirepass", ""]);
            },
        )
        .checking(asked),
    );
    trial.undergo(
        &Fault::freeze(
            |backends| backends.redis.signal(Signal::Stop),
            |backends| backends.redis.signal(Signal::Continue),
        )
        .checking(asked),
    );
    trial.undergo(&Fault::empty(|backends| backends.redis.restart()).checking(asked));
    trial.finish();
}
