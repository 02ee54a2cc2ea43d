//! One target: where it is, its state, and its statistics as they are stored.

use std::time::Duration;

use qdrant_client::qdrant::{Condition, Filter as WireFilter, PointId};
use ragstone_core::Result;
use ragstone_core::index::IndexTarget;
use uuid::Uuid;

use crate::slot::{Registry, Slot, Table};
use crate::state::{self, StoredState};
use crate::statistics::{self, TermStatistics};
use crate::store::{Place, Store};
use crate::{condition, fault, name, point, schema};

mod change;
mod generation;

/// Points read at a time.
const READ_PAGE: u32 = 2048;
/// Ids removed, or looked up, at a time.
const ID_PAGE: usize = 4096;

/// What all targets of an index share.
#[derive(Debug)]
pub(crate) struct Targets {
    pub(crate) store: Store,
    pub(crate) registry: Registry,
    /// Names this index among all that use the server.
    pub(crate) writer: Uuid,
}

/// A chunk that is there, with its terms.
struct Stored {
    id: PointId,
    terms: Vec<u32>,
}

impl Targets {
    /// Where a target is found, whatever its generation.
    pub(crate) fn place(&self, target: &IndexTarget, limit: Duration) -> Place {
        let collection = name::alias(&self.store.config().prefix, target);
        Place { collection, tenant: target.tenant.clone(), limit }
    }

    /// Condition that every chunk of a target meets, and no other point.
    pub(crate) fn of_tenant(place: &Place) -> Condition {
        condition::keyword(point::TENANT, vec![place.tenant.as_str().to_owned()])
    }

    /// State of a target. `NotFound` where it does not exist.
    pub(crate) async fn state(&self, place: &Place) -> Result<StoredState> {
        let found = self.store.get(place, vec![state::id()], false).await?;
        let found = found.first().ok_or_else(|| fault::corrupt("the state is missing"))?;
        StoredState::of_payload(&found.payload)
    }

    async fn write_state(&self, place: &Place, state: StoredState) -> Result<()> {
        self.store.upsert(place, vec![state.to_point()?]).await
    }

    /// Loads the stored statistics of a target, and checks its form.
    pub(crate) async fn load(&self, slot: &Slot, place: &Place) -> Result<()> {
        let _loading = slot.loading.lock().await;
        if slot.table().is_some() {
            return Ok(());
        }
        schema::check_sharding(self.store.config(), &self.store.info(place).await?)?;
        let state = self.state(place).await?;
        let collection = name::physical(&place.collection, state.generation);
        let table = self.stored_table(&place.with_collection(collection), &state).await?;
        slot.put_loaded(table);
        Ok(())
    }

    /// State of a target, if the collection can be used with the settings.
    ///
    /// They are compared first: with other shards, the state may not even be found.
    pub(crate) async fn usable_state(&self, place: &Place) -> Result<Option<StoredState>> {
        let info = self.store.info(place).await?;
        if let Err(error) = schema::check_sharding(self.store.config(), &info) {
            tracing::warn!(%error, "the index has to be made anew");
            return Ok(None);
        }
        let state = self.state(place).await?;
        schema::check(&info, state.schema)?;
        Ok(Some(state))
    }

    async fn stored_table(&self, place: &Place, state: &StoredState) -> Result<Table> {
        let indexed = schema::check(&self.store.info(place).await?, state.schema)?;
        let mut buckets = Vec::new();
        if state.revision > 0 {
            let ids: Vec<PointId> = (0..state.buckets).map(statistics::bucket_id).collect();
            for page in ids.chunks(ID_PAGE) {
                buckets.extend(self.store.get(place, page.to_vec(), false).await?);
            }
        }
        let payloads = buckets.iter().map(|bucket| &bucket.payload);
        Ok(Table {
            number: self.registry.next_table(),
            generation: state.generation,
            schema: state.schema,
            revision: state.revision,
            is_owned: false,
            is_ahead: false,
            statistics: TermStatistics::of_buckets(state.chunks, state.buckets, payloads)?,
            indexed,
            unsettled: None,
        })
    }

    async fn scan(&self, place: &Place, filter: WireFilter) -> Result<Vec<Stored>> {
        let mut stored = Vec::new();
        let mut offset = None;
        loop {
            let (page, next) = self.store.scroll(place, filter.clone(), offset, READ_PAGE).await?;
            for found in page {
                let terms = point::terms(found.vectors.as_ref()).0;
                stored.push(Stored { id: point::id(point::uuid(found.id.as_ref())?), terms });
            }
            if next.is_none() {
                return Ok(stored);
            }
            offset = next;
        }
    }

    /// Counts the terms of every chunk anew, as is needed when an index died with changes that it had not stored.
    async fn count_anew(&self, place: &Place, buckets: u32) -> Result<TermStatistics> {
        let mut statistics = TermStatistics::of_buckets(0, buckets, [])?;
        let filter = condition::every(vec![Self::of_tenant(place)]);
        let mut offset = None;
        loop {
            let (page, next) = self.store.scroll(place, filter.clone(), offset, READ_PAGE).await?;
            for found in &page {
                statistics.add(&point::terms(found.vectors.as_ref()).0);
            }
            if next.is_none() {
                statistics.forget_saved();
                return Ok(statistics);
            }
            offset = next;
        }
    }
}
