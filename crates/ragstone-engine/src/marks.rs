//! Marks of projections in the catalog: each has two, one for each slot of a collection.

use std::collections::HashMap;

use ragstone_core::change::{ProjectedCollection, ProjectionMark, ProjectionName};
use ragstone_core::collection::Collection;
use ragstone_core::generation::{Generation, Generations, Standby};
use ragstone_core::index::IndexSlot;
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, CollectionId, Result, Sequence};

use crate::projection::CHUNK_INDEX;

/// The names under which a projection follows the feed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    first: ProjectionName,
    second: ProjectionName,
}

impl Marks {
    /// How far the embedding of passages has come.
    pub(crate) const EMBEDDINGS: Self =
        Self { first: ProjectionName::new("embeddings"), second: ProjectionName::new("embeddings_1") };

    /// How far the index of a name has come.
    pub(crate) fn of_index(name: ProjectionName) -> Self {
        if name == CHUNK_INDEX {
            return Self { first: name, second: ProjectionName::new("chunk-index_1") };
        }
        // Leaked once for each engine with an index of its own: names of projections are constants everywhere else.
        Self { first: name, second: ProjectionName::new(format!("{name}_1").leak()) }
    }

    /// The name for a slot.
    pub(crate) const fn of(self, slot: IndexSlot) -> ProjectionName {
        match slot {
            IndexSlot::First => self.first,
            IndexSlot::Second => self.second,
        }
    }

    /// Every collection with its marks. The second ones are read only where there are second slots.
    pub(crate) async fn list(self, catalog: &dyn DynCatalog, ctx: &CallContext) -> Result<Vec<Listed>> {
        let first = catalog.projected_collections(ctx, self.first).await?;
        let has_second = |one: &ProjectedCollection| {
            let generations = one.collection.generations.as_ref();
            generations.is_some_and(|generations| generations.holds(IndexSlot::Second))
        };
        let mut second: HashMap<CollectionId, ProjectionMark> = HashMap::new();
        if first.iter().any(has_second) {
            let listed = catalog.projected_collections(ctx, self.second).await?;
            second = listed.into_iter().filter_map(|one| Some((one.collection.id, one.mark?))).collect();
        }
        let listed = first.into_iter().map(|first| {
            let second = second.remove(&first.collection.id);
            Listed { first, second }
        });
        Ok(listed.collect())
    }

    /// How far the vectors, or the index, of a generation have come; nowhere for an earlier one of its slot.
    pub(crate) async fn reached(
        self,
        catalog: &dyn DynCatalog,
        ctx: &CallContext,
        collection: CollectionId,
        generation: &Generation,
    ) -> Result<Sequence> {
        let told = catalog.projected(ctx, self.of(generation.slot), &[collection]).await?;
        let mark = told.first().and_then(|one| one.mark);
        let mark = mark.filter(|mark| mark.generation == generation.build);
        Ok(mark.map_or(Sequence::ZERO, |mark| mark.watermark))
    }
}

/// A collection with the marks of both slots.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    first: ProjectedCollection,
    second: Option<ProjectionMark>,
}

impl Listed {
    pub(crate) const fn collection(&self) -> &Collection {
        &self.first.collection
    }

    pub(crate) const fn id(&self) -> CollectionId {
        self.first.collection.id
    }

    pub(crate) const fn is_deleted(&self) -> bool {
        self.first.is_deleted
    }

    pub(crate) const fn generations(&self) -> Option<&Generations> {
        self.first.collection.generations.as_ref()
    }

    pub(crate) fn standby(&self) -> Option<&Standby> {
        self.generations()?.standby.as_ref()
    }

    /// Slot of the generation that answers.
    pub(crate) fn active_slot(&self) -> IndexSlot {
        self.generations().map_or(IndexSlot::First, |generations| generations.active.slot)
    }

    /// Whether something belongs into a slot, or will be removed with the collection.
    pub(crate) fn holds(&self, slot: IndexSlot) -> bool {
        match self.generations() {
            None => slot == IndexSlot::First || self.is_deleted(),
            Some(generations) => generations.holds(slot) || self.is_deleted(),
        }
    }

    /// The collection as the projection of one slot sees it.
    pub(crate) fn at(&self, slot: IndexSlot) -> ProjectedCollection {
        match slot {
            IndexSlot::First => self.first.clone(),
            IndexSlot::Second => ProjectedCollection { mark: self.second, ..self.first.clone() },
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use ragstone_core::clock::{Clock as _, SystemClock};
    use ragstone_core::collection::KeywordSettings;
    use ragstone_core::{CollectionName, TenantId};
    use uuid::Uuid;

    use super::*;

    /// A collection without marks.
    pub(crate) fn listed(generations: Option<Generations>) -> Listed {
        let collection = Collection {
            id: CollectionId::from_uuid(Uuid::from_u128(1)),
            tenant: TenantId::default(),
            name: CollectionName::default(),
            description: String::new(),
            keyword: KeywordSettings::default(),
            created_at: SystemClock.now(),
            generations,
        };
        let first = ProjectedCollection { collection, is_deleted: false, head: Sequence(1), mark: None };
        Listed { first, second: None }
    }

    #[test]
    fn each_slot_has_a_name_of_its_own() {
        for marks in
            [Marks::EMBEDDINGS, Marks::of_index(CHUNK_INDEX), Marks::of_index(ProjectionName::new("x"))]
        {
            assert_ne!(marks.of(IndexSlot::First), marks.of(IndexSlot::Second));
        }
        assert_eq!(Marks::of_index(CHUNK_INDEX).of(IndexSlot::First), CHUNK_INDEX);
        assert_eq!(Marks::of_index(ProjectionName::new("x")).of(IndexSlot::Second).as_str(), "x_1");
    }

    #[test]
    fn a_collection_without_generations_has_its_first_slot() {
        let plain = listed(None);
        assert_eq!(plain.active_slot(), IndexSlot::First);
        assert!(plain.holds(IndexSlot::First) && !plain.holds(IndexSlot::Second));
    }
}
