//! The thread that seals, merges and cleans segments beside the calls.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use ragstone_core::Result;

use crate::config::EdgeIndexConfig;
use crate::registry::Slot;
use crate::shard::Shard;

/// Waiting requests; more are dropped, and made again by later writes.
const QUEUE: usize = 256;
/// Targets that wait to be compacted; more are left as they are until they grow again.
const MAX_GROWN: usize = 256;
/// How often erasing begins anew because more was erased meanwhile.
const ERASING_ATTEMPTS: usize = 3;

/// Owner of the thread.
#[derive(Debug)]
pub(crate) struct Upkeep {
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    requests: SyncSender<Arc<Slot>>,
    thread: JoinHandle<()>,
}

impl Upkeep {
    /// Starts the thread, which compacts grown targets once nothing was asked for a while.
    pub(crate) fn start(config: EdgeIndexConfig) -> io::Result<Self> {
        let (requests, received) = sync_channel(QUEUE);
        let worker = Worker { requests: received, config, grown: Vec::new() };
        let thread = thread::Builder::new().name("ragstone-index".to_owned()).spawn(move || worker.run())?;
        Ok(Self { running: Mutex::new(Some(Running { requests, thread })) })
    }

    /// Asks for a target to be sealed. Does not wait.
    pub(crate) fn request(&self, slot: &Arc<Slot>) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = running.as_ref()
            && slot.enqueue()
            && running.requests.try_send(Arc::clone(slot)).is_err()
        {
            slot.dequeue();
        }
    }

    /// Ends the thread after what it is doing, which may take seconds. Blocks.
    pub(crate) fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Running { requests, thread }) = running {
            drop(requests);
            if thread.join().is_err() {
                tracing::error!("the upkeep thread of the index panicked");
            }
        }
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Worker {
    requests: Receiver<Arc<Slot>>,
    config: EdgeIndexConfig,
    grown: Vec<Arc<Slot>>,
}

impl Worker {
    fn run(mut self) {
        while let Some(request) = self.next() {
            match request {
                Request::Seal(slot) => self.seal(slot),
                Request::Compact(slot) => attempt("compact", || self.compact(&slot)),
            }
        }
    }

    /// Waits for a request; idle time is a request to compact what has grown. `None` ends the thread.
    fn next(&mut self) -> Option<Request> {
        if self.grown.is_empty() {
            return self.requests.recv().ok().map(Request::Seal);
        }
        match self.requests.recv_timeout(self.config.compact_after()) {
            Ok(slot) => Some(Request::Seal(slot)),
            Err(RecvTimeoutError::Timeout) => self.grown.pop().map(Request::Compact),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn compact(&self, slot: &Slot) -> Result<()> {
        self.config.check_room()?;
        tend(slot, Shard::compact)
    }

    fn seal(&mut self, slot: Arc<Slot>) {
        slot.dequeue();
        attempt("seal", || self.config.check_room().and_then(|()| seal(&slot)));
        if slot.folder().must_erase() {
            attempt("erase", || self.config.check_room().and_then(|()| erase(&slot)));
        }
        let is_known = self.grown.iter().any(|grown| Arc::ptr_eq(grown, &slot));
        if !is_known && self.grown.len() < MAX_GROWN {
            self.grown.push(slot);
        }
    }
}

enum Request {
    Seal(Arc<Slot>),
    Compact(Arc<Slot>),
}

fn seal(slot: &Slot) -> Result<()> {
    tend(slot, Shard::seal)?;
    drop_journal(slot)
}

/// Rids the files of what removed chunks have left. Where more was erased meanwhile it begins anew; where that goes on,
/// the next write asks again.
fn erase(slot: &Slot) -> Result<()> {
    for _ in 0..ERASING_ATTEMPTS {
        let before = slot.erasures();
        tend(slot, Shard::vacuum)?;
        let _permit = slot.blocking_write_permit();
        if slot.erasures() == before {
            let Some(outgrown) = slot.blocking_use(Shard::outgrow_journal) else { return Ok(()) };
            outgrown?;
            reopen(slot)?;
            return slot.folder().end_erasing();
        }
    }
    Ok(())
}

/// Flushes before and after: Edge numbers its changes in a journal, and a compact segment that reached the disk
/// before the journal would make it take later changes for old ones.
fn tend(slot: &Slot, work: impl FnOnce(&Shard) -> Result<()>) -> Result<()> {
    flush(slot)?;
    slot.blocking_use(work).unwrap_or(Ok(()))?;
    flush(slot)
}

fn flush(slot: &Slot) -> Result<()> {
    let _permit = slot.blocking_write_permit();
    slot.blocking_use(Shard::flush_data).unwrap_or(Ok(()))
}

/// Closes and opens a shard whose journal has grown long; searches wait for it.
fn drop_journal(slot: &Slot) -> Result<()> {
    if !slot.blocking_use(Shard::is_journal_long).unwrap_or(false) {
        return Ok(());
    }
    let _permit = slot.blocking_write_permit();
    reopen(slot)
}

/// Closes and opens a shard, which trims its journal. The caller keeps other writers out; searches wait.
fn reopen(slot: &Slot) -> Result<()> {
    slot.blocking_gate(|place| {
        let Some(shard) = place.take() else {
            return Ok(());
        };
        shard.close()?;
        *place = Some(Shard::open(slot.folder().clone())?);
        Ok(())
    })
}

/// A failure here costs speed, not answers: it is reported, and tried again after later writes.
fn attempt(task: &'static str, work: impl FnOnce() -> Result<()>) {
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    match outcome {
        Ok(Ok(())) => tracing::debug!(index.task = task, "index upkeep done"),
        Ok(Err(error)) => tracing::warn!(index.task = task, %error, "index upkeep failed"),
        Err(panic) => {
            let error = crate::fault::of_panic(panic.as_ref());
            tracing::error!(index.task = task, %error, "index upkeep panicked");
        }
    }
}
