//! Callers who write and search while something goes wrong, and what they saw.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use ragstone_core::{Clock as _, SystemClock};
use serde_json::{Value, json};

use super::site::REQUEST_TIMEOUT;
use super::{DOCUMENTS, RECOVERY};
use crate::http::Http;
use crate::server::Server;

/// How many callers there are, and how long each rests between two rounds.
#[derive(Clone, Copy)]
pub(super) struct Load {
    callers: usize,
    rest: Duration,
}

/// What callers saw.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) acknowledged: BTreeSet<String>,
    pub(super) answered: u32,
    pub(super) failed: u32,
    pub(super) slowest: Duration,
    /// Answers of searches that named what they lacked.
    pub(super) degraded: u32,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Load {
    /// As much as a few callers can make.
    pub(super) const BUSY: Self = Self { callers: 4, rest: Duration::ZERO };
    /// A few callers who rest, so that a moment's outage opens no circuit.
    pub(super) const LIGHT: Self = Self { callers: 4, rest: Duration::from_millis(20) };
    /// More callers than it takes failures to open a circuit, who leave the processors some room.
    pub(super) const STEADY: Self = Self { callers: 16, rest: Duration::from_millis(100) };

    /// Callers that go on until `act` has ended.
    pub(super) fn run(self, server: &Server, act: impl FnOnce()) -> Seen {
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let callers: Vec<_> = (0..self.callers)
                .map(|_| {
                    let http = server.client(Some(&server.token));
                    let is_over = &is_over;
                    scope.spawn(move || {
                        let mut seen = Seen::default();
                        while !is_over.load(Ordering::Relaxed) {
                            seen.call(&http);
                            std::thread::sleep(self.rest);
                        }
                        seen
                    })
                })
                .collect();
            // Told also where `act` panics, so that the test ends.
            let over = Over(&is_over);
            act();
            drop(over);
            callers
                .into_iter()
                .map(|caller| caller.join().expect("no panic"))
                .fold(Seen::default(), Seen::and)
        })
    }
}

struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Seen {
    fn and(mut self, mut other: Self) -> Self {
        self.acknowledged.append(&mut other.acknowledged);
        self.answered += other.answered;
        self.failed += other.failed;
        self.degraded += other.degraded;
        self.slowest = self.slowest.max(other.slowest);
        self
    }

    /// One write and one search, each answered in time.
    fn call(&mut self, http: &Http) {
        let id = format!("n{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let document = json!({ "external_id": id, "text": format!("Petrels {id} wander.") });
        let start = SystemClock.instant();
        let stored = http.try_put(DOCUMENTS, &document).expect("an answer");
        self.slowest = self.slowest.max(SystemClock.instant() - start);
        if stored.status < 300 {
            self.acknowledged.insert(format!("text:{id}"));
        }
        let start = SystemClock.instant();
        let found = http.post("/api/v1/search", &json!({ "query": format!("petrels {id}") }));
        self.slowest = self.slowest.max(SystemClock.instant() - start);
        if found.status == 200 && found.json()["degraded"] != json!([]) {
            self.degraded += 1;
        }
        for reply in [stored, found] {
            match reply.status {
                200 | 201 => self.answered += 1,
                503 | 504 => {
                    assert!(!reply.problem().1.is_empty());
                    self.failed += 1;
                }
                _ => panic!("{reply:?}"),
            }
        }
    }
}

/// Waits until a new write can be found in an answer that lacks nothing.
pub(super) fn recover(http: &Http) -> Duration {
    recover_within(RECOVERY + REQUEST_TIMEOUT, http)
}

/// Waits until writes are acknowledged and searches answered, be it with a word of what is missing.
pub(super) fn answer_again(http: &Http) -> Duration {
    let start = SystemClock.instant();
    loop {
        let id = format!("r{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let stored = http.put(DOCUMENTS, &json!({ "external_id": id, "text": format!("Answered {id}.") }));
        let found = http.post("/api/v1/search", &json!({ "query": id }));
        if stored.status < 300 && found.status == 200 {
            return SystemClock.instant() - start;
        }
        assert!((SystemClock.instant() - start) < RECOVERY + REQUEST_TIMEOUT, "{stored:?} {found:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// As [`recover`], with more time.
pub(super) fn recover_within(limit: Duration, http: &Http) -> Duration {
    let start = SystemClock.instant();
    loop {
        let id = format!("r{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let document = json!({ "external_id": id, "text": format!("Recovered {id}.") });
        let stored = http.put(DOCUMENTS, &document);
        if stored.status < 300 {
            let search = json!({ "query": id, "min_sequence": stored.ok()["sequence"] });
            let found = http.post("/api/v1/search", &search);
            if found.status == 200 && is_whole(&found.ok()) {
                return SystemClock.instant() - start;
            }
        }
        assert!((SystemClock.instant() - start) < limit, "{stored:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(super) fn is_whole(answer: &Value) -> bool {
    answer["degraded"] == json!([]) && answer["hits"].as_array().is_some_and(|hits| !hits.is_empty())
}
