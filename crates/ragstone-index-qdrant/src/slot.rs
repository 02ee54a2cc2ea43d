//! What is known in memory of each target, and the right to change it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use ragstone_core::index::{IndexSchema, IndexTarget, SparseVector};
use ragstone_core::{DocumentId, GenerationId};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use uuid::Uuid;

use crate::state::StoredState;
use crate::statistics::TermStatistics;

/// The right to change a target; held by the work itself, not by the future that waits for it.
pub(crate) type WritePermit = OwnedMutexGuard<()>;

/// The statistics of one generation of a target.
#[derive(Debug)]
pub(crate) struct Table {
    /// Tells this table from every other.
    pub(crate) number: u64,
    /// Generation that it is of.
    pub(crate) generation: GenerationId,
    /// What its chunks have.
    pub(crate) schema: IndexSchema,
    /// Revision of the stored statistics that it began with.
    pub(crate) revision: u64,
    /// Whether this index made all changes since it began, so that the table is exact.
    pub(crate) is_owned: bool,
    /// Whether chunks changed since the statistics were stored.
    pub(crate) is_ahead: bool,
    /// The counts.
    pub(crate) statistics: TermStatistics,
    /// Fields of numbers and of values that are indexed.
    pub(crate) indexed: BTreeSet<String>,
    /// A batch that began and did not end well.
    pub(crate) unsettled: Option<Unsettled>,
}

/// Documents of which the counts may not be those of what is stored.
#[derive(Clone, Debug)]
pub(crate) struct Unsettled {
    /// The documents.
    pub(crate) documents: Vec<DocumentId>,
    /// Terms of each of their chunks, as they are counted.
    pub(crate) counted: Vec<Vec<u32>>,
}

/// What a search needs of a table, as of one moment.
#[derive(Debug)]
pub(crate) struct View {
    number: u64,
    generation: GenerationId,
    revision: u64,
    is_owned: bool,
    /// What the chunks have.
    pub(crate) schema: IndexSchema,
    /// Query weights by term, multiplied by the inverse document frequency.
    pub(crate) weights: Vec<(u32, f64)>,
    /// Number of chunks.
    pub(crate) chunks: usize,
}

impl View {
    /// Whether what Qdrant says of the collection agrees with the table that this is of.
    ///
    /// Copies may answer with an older state, which is no reason to doubt the table.
    pub(crate) fn is_current(&self, state: &StoredState, own_writer: Uuid) -> bool {
        let is_mine = self.is_owned && state.writer == own_writer;
        let is_later = state.revision > self.revision || (self.is_owned && state.is_dirty);
        state.generation == self.generation && (is_mine || !is_later)
    }
}

/// One target.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    table: RwLock<Option<Table>>,
    writer: Arc<AsyncMutex<()>>,
    /// Held while a table is loaded, so that it is loaded once.
    pub(crate) loading: AsyncMutex<()>,
    last_use: AtomicU64,
}

impl Slot {
    /// Waits until no one else in this process changes the target.
    pub(crate) async fn write_permit(&self) -> WritePermit {
        Arc::clone(&self.writer).lock_owned().await
    }

    /// The table, if there is one.
    pub(crate) fn table(&self) -> RwLockReadGuard<'_, Option<Table>> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn table_mut(&self) -> RwLockWriteGuard<'_, Option<Table>> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a table in place of whatever there is.
    pub(crate) fn put(&self, table: Option<Table>) {
        *self.table_mut() = table;
    }

    /// Puts a table in place, unless there is one that is exact.
    pub(crate) fn put_loaded(&self, table: Table) {
        let mut held = self.table_mut();
        if !held.as_ref().is_some_and(|held| held.is_owned && held.generation == table.generation) {
            *held = Some(table);
        }
    }

    /// Changes the table of this number; `None` where it is gone.
    pub(crate) fn change<T>(&self, number: u64, change: impl FnOnce(&mut Table) -> T) -> Option<T> {
        self.table_mut().as_mut().filter(|table| table.number == number).map(change)
    }

    /// Drops the table that turned out to be wrong or out of date.
    pub(crate) fn forget(&self, number: u64) {
        let mut held = self.table_mut();
        if held.as_ref().is_some_and(|table| table.number == number) {
            *held = None;
        }
    }

    /// Drops the table of a view that is not current.
    pub(crate) fn forget_view(&self, view: &View) {
        self.forget(view.number);
    }

    /// Weighs a query; `None` where no table is loaded.
    ///
    /// Terms that no chunk is known to hold are kept unless this index made all changes itself.
    pub(crate) fn view(&self, keyword: &SparseVector) -> Option<View> {
        let held = self.table();
        let table = held.as_ref()?;
        let statistics = &table.statistics;
        let weights = keyword
            .iter()
            .filter(|(term, _)| !table.is_owned || statistics.knows(*term))
            .map(|(term, weight)| (term, f64::from(weight) * statistics.weight(term)))
            .collect();
        Some(View {
            number: table.number,
            generation: table.generation,
            revision: table.revision,
            is_owned: table.is_owned,
            schema: table.schema,
            weights,
            chunks: usize::try_from(statistics.chunks()).unwrap_or(usize::MAX),
        })
    }

    /// Whether the table holds nothing but what is stored.
    fn is_disposable(&self) -> bool {
        self.table().as_ref().is_some_and(|table| !table.is_ahead) && self.writer.try_lock().is_ok()
    }
}

/// Every target that was asked for.
#[derive(Debug)]
pub(crate) struct Registry {
    slots: Mutex<BTreeMap<IndexTarget, Arc<Slot>>>,
    uses: AtomicU64,
    tables: AtomicU64,
    max_cached: usize,
}

impl Registry {
    /// Knows no target yet.
    pub(crate) fn new(max_cached: usize) -> Self {
        Self { slots: Mutex::default(), uses: AtomicU64::new(0), tables: AtomicU64::new(0), max_cached }
    }

    /// Slot of a target, which need not exist; drops the least recently used tables beyond the limit.
    ///
    /// Tables with changes that are not stored stay.
    pub(crate) fn slot(&self, target: &IndexTarget) -> Arc<Slot> {
        let mut slots = self.slots();
        if slots.len() >= self.max_cached && !slots.contains_key(target) {
            drop_oldest(&mut slots);
        }
        let slot = slots.entry(target.clone()).or_default();
        slot.last_use.store(self.uses.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        Arc::clone(slot)
    }

    /// Forgets a target that does not exist, unless someone else is about to use it.
    pub(crate) fn forget(&self, target: &IndexTarget, slot: Arc<Slot>) {
        let mut slots = self.slots();
        drop(slot);
        if slots.get(target).is_some_and(|kept| Arc::strong_count(kept) == 1 && kept.table().is_none()) {
            slots.remove(target);
        }
    }

    /// A number that no table has yet.
    pub(crate) fn next_table(&self) -> u64 {
        self.tables.fetch_add(1, Ordering::Relaxed)
    }

    fn slots(&self) -> MutexGuard<'_, BTreeMap<IndexTarget, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn drop_oldest(slots: &mut BTreeMap<IndexTarget, Arc<Slot>>) {
    let idle = slots
        .iter()
        .filter(|(_, slot)| Arc::strong_count(slot) == 1 && (slot.table().is_none() || slot.is_disposable()));
    let oldest = idle.min_by_key(|(_, slot)| slot.last_use.load(Ordering::Relaxed));
    if let Some(target) = oldest.map(|(target, _)| target.clone()) {
        slots.remove(&target);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generation(number: u128) -> GenerationId {
        GenerationId::from_uuid(Uuid::from_u128(number))
    }

    fn table(is_owned: bool, revision: u64) -> Table {
        Table {
            number: 1,
            generation: generation(1),
            schema: IndexSchema::default(),
            revision,
            is_owned,
            is_ahead: is_owned,
            statistics: TermStatistics::default(),
            indexed: BTreeSet::new(),
            unsettled: None,
        }
    }

    fn view(is_owned: bool, revision: u64) -> View {
        let slot = Slot::default();
        slot.put(Some(table(is_owned, revision)));
        slot.view(&SparseVector::default()).expect("there is a table")
    }

    #[test]
    fn a_view_is_current_until_another_index_stored_counts() {
        let (me, other) = (Uuid::from_u128(8), Uuid::from_u128(9));
        let state = |writer, revision, is_dirty| StoredState {
            revision,
            is_dirty,
            ..StoredState::new(generation(1), writer, IndexSchema::default())
        };
        for (is_owned, state, is_current) in [
            (false, state(other, 3, false), true),
            (false, state(other, 3, true), true),
            (false, state(other, 2, true), true),
            (false, state(other, 4, false), false),
            (true, state(me, 3, true), true),
            (true, state(me, 4, false), true),
            (true, state(other, 3, false), true),
            (true, state(other, 3, true), false),
            (true, state(other, 4, false), false),
        ] {
            assert_eq!(view(is_owned, 3).is_current(&state, me), is_current, "{is_owned} {state:?}");
        }
        let next = StoredState::new(generation(2), me, IndexSchema::default());
        assert!(!view(true, 3).is_current(&next, me));
    }

    #[test]
    fn a_loaded_table_does_not_replace_an_exact_one() {
        let slot = Slot::default();
        slot.put(Some(table(true, 3)));
        slot.put_loaded(table(false, 4));
        assert!(slot.table().as_ref().is_some_and(|table| table.is_owned));
        slot.forget(2);
        assert!(slot.table().is_some(), "another table is forgotten");
        slot.forget(1);
        slot.put_loaded(table(false, 4));
        assert!(slot.table().as_ref().is_some_and(|table| !table.is_owned));
    }

    #[test]
    fn tables_that_are_ahead_are_never_dropped() {
        let registry = Registry::new(2);
        let target = |number| {
            IndexTarget::first_of(
                ragstone_core::TenantId::default(),
                ragstone_core::CollectionId::from_uuid(Uuid::from_u128(number)),
            )
        };
        registry.slot(&target(1)).put(Some(table(true, 1)));
        registry.slot(&target(2)).put(Some(table(false, 1)));
        registry.slot(&target(3)).put(Some(table(false, 1)));
        assert!(registry.slot(&target(1)).table().is_some());
        assert!(registry.slot(&target(2)).table().is_none());
    }
}
