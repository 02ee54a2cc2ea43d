//! A load balancer in front of replicas, as its clients see it: it asks each for its readiness, sends requests to one
//! that is ready, and sends elsewhere what was turned away.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::line::{Answer, Fate, Line};
use crate::load::Call;
use crate::operations::operations;
use crate::server::Server;

/// Between two questions for readiness, and between two attempts of a request.
const PAUSE: Duration = Duration::from_millis(10);
/// Attempts of one request; far more than a restart needs.
const ATTEMPTS: usize = 1000;

/// Where a replica is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Place {
    address: String,
    operations: String,
    token: String,
}

/// One of the replicas.
#[derive(Debug, Default)]
struct Slot {
    place: Mutex<Place>,
    is_ready: AtomicBool,
}

/// Knows the replicas.
#[derive(Debug)]
pub(crate) struct Balancer {
    slots: Vec<Slot>,
    is_over: AtomicBool,
    /// Attempts at a replica that did not listen.
    pub(crate) refused: AtomicUsize,
    /// Attempts that ended without a byte of an answer.
    pub(crate) turned_away: AtomicUsize,
}

impl Balancer {
    pub(crate) fn new(replicas: usize) -> Arc<Self> {
        Arc::new(Self {
            slots: (0..replicas).map(|_| Slot::default()).collect(),
            is_over: AtomicBool::new(false),
            refused: AtomicUsize::new(0),
            turned_away: AtomicUsize::new(0),
        })
    }

    /// Says where a replica is from now on.
    pub(crate) fn place(&self, slot: usize, server: &mut Server) {
        let port = operations(server, None);
        let place = Place {
            address: server.address().to_owned(),
            operations: port.base.trim_start_matches("http://").to_owned(),
            token: server.token.clone(),
        };
        *self.slots[slot].place.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }

    pub(crate) fn is_ready(&self, slot: usize) -> bool {
        self.slots[slot].is_ready.load(Ordering::Acquire)
    }

    /// Ends probes and clients.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }

    fn place_of(&self, slot: usize) -> Place {
        self.slots[slot].place.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks a replica again and again whether it is ready.
    pub(crate) async fn probe(self: Arc<Self>, slot: usize) {
        while !self.is_over() {
            let Place { operations, .. } = self.place_of(slot);
            let mut line = Line::new(&operations, "", false);
            let request = line.request("GET", "/health/ready", "");
            let is_ready = !operations.is_empty()
                && matches!(line.ask(&request).await, Fate::Answered(answer) if answer.status == 200);
            self.slots[slot].is_ready.store(is_ready, Ordering::Release);
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// A client of the balancer, with a connection to each replica.
#[derive(Debug)]
pub(crate) struct Client {
    balancer: Arc<Balancer>,
    lines: Vec<(Place, Line)>,
    /// Replica that the next request goes to, if it is ready.
    next: usize,
}

impl Client {
    pub(crate) fn new(balancer: Arc<Balancer>, number: usize) -> Self {
        let lines = balancer.slots.iter().map(|_| (Place::default(), Line::new("", "", true))).collect();
        Self { balancer, lines, next: number }
    }

    /// Sends a call to one replica after the other until one answers.
    ///
    /// An error says what a client of a balancer would have seen: part of an answer, or no replica that is ready.
    pub(crate) async fn send(&mut self, call: &Call) -> Result<Answer, String> {
        for _ in 0..ATTEMPTS {
            self.next = (self.next + 1) % self.lines.len();
            if !self.balancer.is_ready(self.next) {
                self.next = (self.next + 1) % self.lines.len();
            }
            if !self.balancer.is_ready(self.next) {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            let place = self.balancer.place_of(self.next);
            if self.lines[self.next].0 != place {
                self.lines[self.next] = (place.clone(), Line::new(&place.address, &place.token, true));
            }
            let line = &mut self.lines[self.next].1;
            let request = line.request(call.method.as_str(), &call.path, &call.body);
            match line.ask(&request).await {
                Fate::Answered(answer) => return Ok(answer),
                Fate::Lost(what) => return Err(what),
                Fate::Refused => self.balancer.refused.fetch_add(1, Ordering::Relaxed),
                Fate::TurnedAway => self.balancer.turned_away.fetch_add(1, Ordering::Relaxed),
            };
        }
        Err("no replica answers".to_owned())
    }
}
