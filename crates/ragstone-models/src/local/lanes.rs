//! The threads that compute: those for passages, and those that only queries may use.
//!
//! A query never waits for passages: it has a thread of its own, and takes one of theirs in turn where that is free.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use ragstone_core::{Error, ErrorKind, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Whose work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    Query,
    Passage,
}

/// Jobs that may wait for each thread of a lane; who has more waits outside, where it can be dropped.
const WAITING_PER_THREAD: usize = 4;
/// Queries that may wait.
const WAITING_QUERIES: usize = 1024;

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

struct Queues<S> {
    queries: VecDeque<Job<S>>,
    passages: VecDeque<Job<S>>,
    idle_query_threads: usize,
    is_closed: bool,
}

struct Shared<S> {
    queues: Mutex<Queues<S>>,
    query_came: Condvar,
    work_came: Condvar,
}

/// Threads with a session each, and the queues before them.
pub(super) struct Lanes<S> {
    shared: Arc<Shared<S>>,
    query_room: Arc<Semaphore>,
    passage_room: Arc<Semaphore>,
    threads: Vec<JoinHandle<()>>,
}

impl<S: Send + 'static> Lanes<S> {
    /// Starts a thread for each session.
    pub(super) fn start(query: Vec<S>, passage: Vec<S>) -> Result<Self> {
        let room = passage.len().saturating_mul(WAITING_PER_THREAD).max(1);
        let queues = Queues {
            queries: VecDeque::new(),
            passages: VecDeque::new(),
            idle_query_threads: 0,
            is_closed: false,
        };
        let shared =
            Shared { queues: Mutex::new(queues), query_came: Condvar::new(), work_came: Condvar::new() };
        let mut lanes = Self {
            shared: Arc::new(shared),
            query_room: Arc::new(Semaphore::new(WAITING_QUERIES)),
            passage_room: Arc::new(Semaphore::new(room)),
            threads: Vec::new(),
        };
        let sessions = query.into_iter().map(|session| (Lane::Query, session));
        for (lane, session) in sessions.chain(passage.into_iter().map(|session| (Lane::Passage, session))) {
            let shared = Arc::clone(&lanes.shared);
            let name = match lane {
                Lane::Query => "model-query",
                Lane::Passage => "model-passage",
            };
            let thread = std::thread::Builder::new().name(name.to_owned());
            // What was started before is joined when `lanes` is dropped.
            lanes.threads.push(thread.spawn(move || work(&shared, lane, session)).map_err(|source| {
                Error::new(ErrorKind::Unavailable, "cannot start a thread for the model").with_source(source)
            })?);
        }
        Ok(lanes)
    }

    /// Runs `job` on a thread of the lane.
    ///
    /// Dropped before a thread has taken it, it never begins.
    pub(super) async fn run<T, F>(&self, lane: Lane, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut S) -> Result<T> + Send + 'static,
    {
        let room = match lane {
            Lane::Query => &self.query_room,
            Lane::Passage => &self.passage_room,
        };
        let place = Arc::clone(room).acquire_owned().await.map_err(|_| stopped())?;
        let (answer, answered) = oneshot::channel();
        self.push(lane, place, move |session: &mut S| {
            if !answer.is_closed() {
                // Whoever asked may have gone meanwhile, and then nobody misses the answer.
                let _gone = answer.send(job(session));
            }
        });
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    fn push(&self, lane: Lane, place: OwnedSemaphorePermit, job: impl FnOnce(&mut S) + Send + 'static) {
        let job: Job<S> = Box::new(move |session| {
            // A place in the queue, and not on a thread: it is free once the job begins.
            drop(place);
            job(session);
        });
        let mut queues = lock(&self.shared.queues);
        match lane {
            Lane::Query => {
                queues.queries.push_back(job);
                if queues.idle_query_threads >= queues.queries.len() {
                    self.shared.query_came.notify_one();
                } else {
                    self.shared.work_came.notify_one();
                }
            }
            Lane::Passage => {
                queues.passages.push_back(job);
                self.shared.work_came.notify_one();
            }
        }
    }
}

fn stopped() -> Error {
    Error::new(ErrorKind::Unexpected, "a thread of the model stopped in the middle of its work")
}

fn lock<S>(queues: &Mutex<Queues<S>>) -> MutexGuard<'_, Queues<S>> {
    queues.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work<S>(shared: &Shared<S>, lane: Lane, mut session: S) {
    while let Some(job) = next(shared, lane) {
        // A runtime that panics fails one call, whose answer is then missing, and not the thread.
        let _panicked = catch_unwind(AssertUnwindSafe(|| job(&mut session)));
    }
}

/// Waits for a job; `None` when the lanes are closed.
fn next<S>(shared: &Shared<S>, lane: Lane) -> Option<Job<S>> {
    let mut queues = lock(&shared.queues);
    loop {
        if queues.is_closed {
            return None;
        }
        let job = match lane {
            Lane::Query => queues.queries.pop_front(),
            Lane::Passage if queues.queries.len() > queues.idle_query_threads => queues.queries.pop_front(),
            Lane::Passage => queues.passages.pop_front(),
        };
        if job.is_some() {
            return job;
        }
        queues = match lane {
            Lane::Query => {
                queues.idle_query_threads += 1;
                let mut woken = wait(&shared.query_came, queues);
                woken.idle_query_threads -= 1;
                woken
            }
            Lane::Passage => wait(&shared.work_came, queues),
        };
    }
}

fn wait<'a, S>(came: &Condvar, queues: MutexGuard<'a, Queues<S>>) -> MutexGuard<'a, Queues<S>> {
    came.wait(queues).unwrap_or_else(PoisonError::into_inner)
}

/// Ends the threads after what they compute; what waits never begins.
impl<S> Drop for Lanes<S> {
    fn drop(&mut self) {
        {
            let mut queues = lock(&self.shared.queues);
            queues.is_closed = true;
            queues.queries.clear();
            queues.passages.clear();
        }
        self.shared.query_came.notify_all();
        self.shared.work_came.notify_all();
        for thread in self.threads.drain(..) {
            // Jobs catch their panics, so there is nothing to hear.
            let _ended = thread.join();
        }
    }
}

impl<S> fmt::Debug for Lanes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lanes").field("threads", &self.threads.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
