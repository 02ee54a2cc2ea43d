//! What answers for a collection: one target of the index, and the model of its vectors. They never part.

use std::sync::Arc;
use std::time::Instant;

use ragstone_core::collection::Collection;
use ragstone_core::generation::{ChosenModel, Generation, Generations, StandbyRole};
use ragstone_core::index::{IndexSlot, IndexTarget};
use ragstone_core::{Digest, GenerationId, Result};

use crate::engine::Engine;
use crate::projection::{Rebuilding, target};
use crate::semantics::Semantics;

/// A collection that is asked, and what is asked for it.
#[derive(Clone, Debug)]
pub(crate) struct Answering {
    pub(crate) collection: Arc<Collection>,
    pub(crate) slot: IndexSlot,
    model: Option<ModelOf>,
    /// `None` where nothing was written down.
    build: Option<GenerationId>,
    /// When it was chosen.
    pub(crate) since: Instant,
}

#[derive(Clone, Debug)]
enum ModelOf {
    Configured(Digest),
    Generation(ChosenModel),
}

impl Answering {
    /// Target of the index.
    pub(crate) fn target(&self) -> IndexTarget {
        target(&self.collection, self.slot)
    }

    /// Model of the vectors; `None` where nothing is asked by meaning.
    pub(crate) const fn model(&self) -> Option<&Digest> {
        match &self.model {
            None => None,
            Some(ModelOf::Configured(digest)) => Some(digest),
            Some(ModelOf::Generation(model)) => Some(&model.digest),
        }
    }

    /// Whether what was asked is still there, by a later look at the collection.
    pub(crate) fn is_kept_by(&self, later: &Collection) -> bool {
        match (&later.generations, self.build) {
            (Some(generations), Some(build)) => {
                generations.iter().any(|held| held.slot == self.slot && held.build == build)
            }
            // What is written down first is what has answered before.
            (_, None) => self.slot == IndexSlot::First,
            (None, Some(_)) => false,
        }
    }
}

impl Engine {
    /// Chooses what answers for a collection from now to the end of a call.
    ///
    /// That is the active generation. While its index is filled in this process, the previous one answers, if it is
    /// whole. A model that nobody chose for the collection answers only while the configuration names one.
    pub(crate) fn answering(&self, collection: Arc<Collection>) -> Answering {
        let configured = self.shared.models.configured();
        let since = self.clock().instant();
        let Some(generations) = &collection.generations else {
            let model = configured.map(|semantics| ModelOf::Configured(*semantics.model()));
            return Answering { collection, slot: IndexSlot::First, model, build: None, since };
        };
        let generation = whole(self.shared.projector.rebuilding(), &collection, generations);
        let is_asked = generation.is_chosen || configured.is_some();
        let model = is_asked.then(|| ModelOf::Generation(generation.model.clone()));
        let (slot, build) = (generation.slot, Some(generation.build));
        Answering { collection, slot, model, build, since }
    }

    /// The model that answers, opened; `None` where nothing is asked by meaning.
    pub(crate) async fn semantics(&self, answering: &Answering) -> Result<Option<Arc<Semantics>>> {
        match &answering.model {
            None => Ok(None),
            Some(ModelOf::Configured(_)) => Ok(self.shared.models.configured().cloned()),
            Some(ModelOf::Generation(model)) => self.shared.models.get(model).await.map(Some),
        }
    }
}

fn whole<'g>(
    rebuilding: &Rebuilding,
    collection: &Collection,
    generations: &'g Generations,
) -> &'g Generation {
    let active = &generations.active;
    let previous = generations.standby.as_ref().filter(|standby| standby.role == StandbyRole::Previous);
    match previous.map(|standby| &standby.generation) {
        Some(previous)
            if rebuilding.contains((collection.id, active.slot))
                && rebuilding.is_whole((collection.id, previous.slot)) =>
        {
            previous
        }
        _ => active,
    }
}
