//! Making and removing generations of a target. The caller holds the write permit.

use std::time::Duration;

use ragstone_core::index::{IndexSchema, IndexTarget};
use ragstone_core::{GenerationId, Result};

use super::Targets;
use crate::slot::{Slot, Table};
use crate::state::StoredState;
use crate::statistics::TermStatistics;
use crate::{name, schema};

impl Targets {
    /// Makes an empty collection of a new generation, lets the alias stand for it, and drops the others.
    pub(crate) async fn create(
        &self,
        slot: &Slot,
        target: &IndexTarget,
        generation: GenerationId,
        schema: IndexSchema,
        limit: Duration,
    ) -> Result<()> {
        let place = self.place(target, limit);
        let alias = &place.collection;
        let collection = name::physical(alias, generation);
        let mut others = self.generations(alias, limit).await?;
        if others.contains(&collection) {
            self.store.delete_collection(limit, collection.clone()).await?;
            others.retain(|other| *other != collection);
        }
        let new_place = place.with_collection(collection.clone());
        let config = self.store.config();
        self.store
            .create_collection(&new_place, schema::collection(config, collection.clone(), schema))
            .await?;
        for request in schema::common_indexes(config, &collection) {
            self.store.create_index(limit, request).await?;
        }
        self.write_state(&new_place, StoredState::new(generation, self.writer, schema)).await?;
        let is_taken = self.is_alias(alias, limit).await?;
        self.store.switch_alias(limit, alias, is_taken, Some(collection)).await?;
        slot.put(Some(Table {
            number: self.registry.next_table(),
            generation,
            schema,
            revision: 0,
            is_owned: true,
            is_ahead: false,
            statistics: TermStatistics::default(),
            indexed: schema::common_fields(),
            unsettled: None,
        }));
        self.drop_collections(others, limit).await
    }

    async fn generations(&self, alias: &str, limit: Duration) -> Result<Vec<String>> {
        let mut collections = self.store.collections(limit).await?;
        collections.retain(|collection| name::is_generation(alias, collection));
        Ok(collections)
    }

    async fn is_alias(&self, alias: &str, limit: Duration) -> Result<bool> {
        Ok(self.store.aliases(limit).await?.iter().any(|held| held.alias_name == alias))
    }

    async fn drop_collections(&self, collections: Vec<String>, limit: Duration) -> Result<()> {
        for collection in collections {
            self.store.delete_collection(limit, collection).await?;
        }
        Ok(())
    }

    /// Removes every generation of a target; from the first step on it does not exist.
    pub(crate) async fn remove(&self, slot: &Slot, target: &IndexTarget, limit: Duration) -> Result<()> {
        let alias = self.place(target, limit).collection;
        slot.put(None);
        if self.is_alias(&alias, limit).await? {
            self.store.switch_alias(limit, &alias, true, None).await?;
        }
        let collections = self.generations(&alias, limit).await?;
        self.drop_collections(collections, limit).await
    }
}
