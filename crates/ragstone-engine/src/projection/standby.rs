//! The generation that does not answer: filled in parts beside the work that callers wait for, and switched to.

use ragstone_core::change::ProjectedCollection;
use ragstone_core::generation::{Generations, Standby, StandbyRole};
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, ErrorKind, Result};

use super::collection::{CollectionPass, Vectors};
use super::content::tenant_context;
use super::pass::Pass;
use crate::marks::{Listed, Marks};

/// Changes that are applied in one pass, so that what callers wait for comes soon again.
const PART: u32 = 512;

/// How far a standby came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Advance {
    /// There is nothing to do before more has been embedded.
    Waits,
    /// There is more to do at once.
    HasMore,
    /// It holds what there is.
    Whole,
    /// It answers from now on.
    Switched,
}

pub(super) struct StandbyPass<'a> {
    pub(super) pass: &'a Pass,
    pub(super) ctx: &'a CallContext,
    pub(super) listed: &'a Listed,
    pub(super) generations: &'a Generations,
    pub(super) standby: &'a Standby,
}

impl StandbyPass<'_> {
    /// Brings the standby further, behind the active generation, which has been brought to the catalog in this pass.
    ///
    /// The switch leaves nothing out: what is embedded is read first, then the head of the feed, and the index is
    /// brought to that head. So it holds all that the active one does, and all that this process has said can be found.
    pub(super) async fn run(&self) -> Result<Advance> {
        let slot = self.standby.generation.slot;
        let is_next = self.standby.role == StandbyRole::Next;
        let place = (self.listed.id(), slot);
        if !is_next && self.pass.is_settled(place) && !self.listed.at(slot).is_behind() {
            return Ok(Advance::Whole);
        }
        let is_embedded = self.is_embedded().await?;
        let Some(projected) = self.projected().await? else { return Ok(Advance::HasMore) };
        let digest = self.standby.generation.model.digest;
        let has_begun = projected.mark.is_some_and(|mark| mark.model == Some(digest));
        if !is_embedded && !has_begun {
            return Ok(Advance::Waits);
        }
        let vectors = Vectors::of(&self.standby.generation);
        let pass = CollectionPass::new(self.pass, self.ctx, projected, (slot, Some(vectors)));
        if !pass.in_parts_of(PART).run().await? {
            return Ok(Advance::HasMore);
        }
        if is_next && is_embedded { self.switch().await } else { Ok(Advance::Whole) }
    }

    /// Whether every passage has a vector that had to, or has one of the active generation.
    async fn is_embedded(&self) -> Result<bool> {
        let (catalog, collection) = (self.catalog(), self.listed.id());
        let marks = Marks::EMBEDDINGS;
        let active = marks.reached(catalog, self.ctx, collection, &self.generations.active).await?;
        let own = marks.reached(catalog, self.ctx, collection, &self.standby.generation).await?;
        Ok(own >= active.max(self.standby.since))
    }

    /// The collection as it is now; `None` where its generations have changed.
    async fn projected(&self) -> Result<Option<ProjectedCollection>> {
        let name = self.pass.marks.of(self.standby.generation.slot);
        let told = self.catalog().projected(self.ctx, name, &[self.listed.id()]).await?;
        let is_same = |one: &ProjectedCollection| {
            !one.is_deleted && one.collection.generations.as_ref() == Some(self.generations)
        };
        Ok(told.into_iter().next().filter(is_same))
    }

    async fn switch(&self) -> Result<Advance> {
        let collection = self.listed.collection();
        self.pass.step(self.ctx).await?;
        let ctx = tenant_context(collection);
        let (before, after) = (self.generations.clone(), self.generations.clone().switched());
        let switched = self.catalog().set_generations(&ctx, collection.id, Some(before), after).await;
        match switched {
            Ok(_) => {
                let model = &self.standby.generation.model.reference;
                tracing::info!(collection.id = %collection.id, %model, "another model answers for the collection");
                Ok(Advance::Switched)
            }
            // Somebody else has changed them: the next pass sees how.
            Err(error) if matches!(error.kind(), ErrorKind::Conflict | ErrorKind::NotFound) => {
                Ok(Advance::HasMore)
            }
            Err(error) => Err(error),
        }
    }

    fn catalog(&self) -> &dyn DynCatalog {
        &*self.pass.stores.catalog
    }
}
