//! The targets that are known, and which of them are open.
//!
//! A target has two locks, always taken in this order: `writer` serialises changes; `gate` is shared by everyone
//! who uses the open shard and exclusive for those who open, close or replace it.
//! Both are held by the work itself, not by the future that waits for it, so dropping the future changes nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ragstone_core::Result;
use ragstone_core::index::IndexTarget;
use tokio::sync::{
    Mutex as AsyncMutex, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock as AsyncRwLock,
};

use crate::folder::Folder;
use crate::shard::Shard;

/// The right to change a target.
pub(crate) type WritePermit = OwnedMutexGuard<()>;
/// The right to use an open shard.
pub(crate) type ShardInUse = OwnedRwLockReadGuard<Option<Shard>, Shard>;
/// The right to open, close or replace a shard.
pub(crate) type ShardGate = OwnedRwLockWriteGuard<Option<Shard>>;

/// One target.
#[derive(Debug)]
pub(crate) struct Slot {
    folder: Folder,
    gate: Arc<AsyncRwLock<Option<Shard>>>,
    writer: Arc<AsyncMutex<()>>,
    last_use: AtomicU64,
    is_queued: AtomicBool,
    erasures: AtomicU64,
}

impl Slot {
    fn new(folder: Folder) -> Self {
        Self {
            folder,
            gate: Arc::default(),
            writer: Arc::default(),
            last_use: AtomicU64::new(0),
            is_queued: AtomicBool::new(false),
            erasures: AtomicU64::new(0),
        }
    }

    /// Files of the target.
    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Waits until no one else changes the target.
    pub(crate) async fn write_permit(&self) -> WritePermit {
        Arc::clone(&self.writer).lock_owned().await
    }

    /// Waits until no one uses the shard.
    pub(crate) async fn gate(&self) -> ShardGate {
        Arc::clone(&self.gate).write_owned().await
    }

    /// The shard, if it is open and sound; waits while it is opened or replaced.
    pub(crate) async fn in_use(&self) -> Option<ShardInUse> {
        into_use(Arc::clone(&self.gate).read_owned().await)
    }

    /// Like [`Self::write_permit`], on a thread outside the runtime.
    pub(crate) fn blocking_write_permit(&self) -> WritePermit {
        Arc::clone(&self.writer).blocking_lock_owned()
    }

    /// Runs `work` on the shard if it is open, on a thread outside the runtime.
    pub(crate) fn blocking_use<T>(&self, work: impl FnOnce(&Shard) -> T) -> Option<T> {
        self.gate.blocking_read().as_ref().map(work)
    }

    /// Runs `work` on the place of the shard while no one uses it, on a thread outside the runtime.
    pub(crate) fn blocking_gate<T>(&self, work: impl FnOnce(&mut Option<Shard>) -> T) -> T {
        work(&mut self.gate.blocking_write())
    }

    /// Notes that background care was asked for; `false` if it already was.
    pub(crate) fn enqueue(&self) -> bool {
        !self.is_queued.swap(true, Ordering::AcqRel)
    }

    /// Notes that background care has begun.
    pub(crate) fn dequeue(&self) {
        self.is_queued.store(false, Ordering::Release);
    }

    /// Notes, durably, that what removed chunks have left has to go from the files.
    pub(crate) fn begin_erasing(&self) -> Result<()> {
        self.erasures.fetch_add(1, Ordering::AcqRel);
        self.folder.begin_erasing()
    }

    /// How often erasing was begun.
    pub(crate) fn erasures(&self) -> u64 {
        self.erasures.load(Ordering::Acquire)
    }

    fn is_open(&self) -> bool {
        self.gate.try_read().map_or(true, |shard| shard.is_some())
    }

    /// The gate of an open shard that no one uses.
    fn idle_gate(&self) -> Option<ShardGate> {
        let gate = Arc::clone(&self.gate).try_write_owned().ok()?;
        gate.is_some().then_some(gate)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Ok(mut gate) = self.gate.try_write() {
            close_quietly(gate.take());
        }
    }
}

/// Closes a shard that is replaced, evicted, removed or dropped; what it could not save is counted anew.
pub(crate) fn close_quietly(shard: Option<Shard>) {
    if let Some(Err(error)) = shard.map(Shard::close) {
        tracing::warn!(%error, "an index shard did not close cleanly");
    }
}

/// Turns the shared gate into the right to use what is behind it; `None` if that is closed or suspect.
pub(crate) fn into_use(gate: OwnedRwLockReadGuard<Option<Shard>>) -> Option<ShardInUse> {
    OwnedRwLockReadGuard::try_map(gate, |shard| shard.as_ref().filter(|shard| !shard.is_suspect())).ok()
}

/// Every target that was asked for since the start.
#[derive(Debug)]
pub(crate) struct Registry {
    root: PathBuf,
    slots: Mutex<BTreeMap<IndexTarget, Arc<Slot>>>,
    uses: AtomicU64,
}

impl Registry {
    /// Knows no target yet.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root, slots: Mutex::default(), uses: AtomicU64::new(0) }
    }

    /// Slot of a target, which need not exist.
    pub(crate) fn slot(&self, target: &IndexTarget) -> Arc<Slot> {
        let mut slots = self.slots();
        let slot = slots
            .entry(target.clone())
            .or_insert_with(|| Arc::new(Slot::new(Folder::of(&self.root, target))));
        let now = self.uses.fetch_add(1, Ordering::Relaxed);
        slot.last_use.store(now, Ordering::Relaxed);
        Arc::clone(slot)
    }

    /// Forgets a target that does not exist, unless someone else is about to use it.
    pub(crate) fn forget(&self, target: &IndexTarget, slot: Arc<Slot>) {
        let mut slots = self.slots();
        drop(slot);
        if slots.get(target).is_some_and(|kept| Arc::strong_count(kept) == 1 && !kept.is_open()) {
            slots.remove(target);
        }
    }

    /// Every slot.
    pub(crate) fn all(&self) -> Vec<Arc<Slot>> {
        self.slots().values().map(Arc::clone).collect()
    }

    /// Gates of the idle shards to close so that one more than is open now stays within `most`.
    pub(crate) fn surplus(&self, most: usize) -> Vec<ShardGate> {
        let mut open = self.all();
        open.retain(|slot| slot.is_open());
        let surplus = (open.len() + 1).saturating_sub(most);
        open.sort_unstable_by_key(|slot| slot.last_use.load(Ordering::Relaxed));
        open.iter().filter_map(|slot| slot.idle_gate()).take(surplus).collect()
    }

    fn slots(&self) -> MutexGuard<'_, BTreeMap<IndexTarget, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
