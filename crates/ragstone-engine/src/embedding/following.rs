//! Collections whose model nobody chose follow the configuration.
//!
//! When it names another model, its vectors are built beside those that answer, as in a migration, and take their
//! place; then the old ones go. Only the process that embeds decides, so that servers with different configurations do
//! not undo each other's work.

use ragstone_core::generation::{ChosenModel, Generation, Generations, Standby, StandbyRole};
use ragstone_core::index::IndexSlot;
use ragstone_core::{CallContext, ErrorKind, GenerationId, Result};

use super::pass::Pass;
use crate::marks::Listed;
use crate::projection::tenant_context;

pub(super) struct Follow<'a> {
    pub(super) pass: &'a Pass,
    pub(super) ctx: &'a CallContext,
    pub(super) listed: &'a Listed,
}

impl Follow<'_> {
    /// Writes down what the configuration means for the collection; whether that has changed anything.
    pub(super) async fn run(&self) -> bool {
        let Some(model) = self.pass.models.configured_choice() else { return false };
        let build = GenerationId::from_uuid(self.pass.stores.ids.fresh());
        let outcome = match wanted(self.listed, model, build) {
            Some(wanted) => self.set(wanted).await,
            None => return false,
        };
        match outcome {
            Ok(()) => true,
            // Somebody else has changed them: the next pass looks again.
            Err(error) if matches!(error.kind(), ErrorKind::Conflict | ErrorKind::NotFound) => true,
            Err(error) => {
                tracing::warn!(
                    collection.id = %self.listed.id(), %error, "cannot write down the model of the collection"
                );
                false
            }
        }
    }

    async fn set(&self, mut wanted: Generations) -> Result<()> {
        self.pass.step(self.ctx).await?;
        let (collection, catalog) = (self.listed.collection(), self.pass.catalog());
        if let Some(standby) = &mut wanted.standby {
            standby.since = catalog.head(self.ctx).await?;
            let (old, new) = (&wanted.active.model.reference, &standby.generation.model.reference);
            tracing::info!(
                collection.id = %collection.id, %old, %new, "building vectors of the configured model"
            );
        }
        let before = collection.generations.clone();
        catalog.set_generations(&tenant_context(collection), collection.id, before, wanted).await?;
        Ok(())
    }
}

/// The generations that a collection is to have while `model` is the configured one; `None` for those that it has.
fn wanted(listed: &Listed, model: ChosenModel, build: GenerationId) -> Option<Generations> {
    let Some(held) = listed.generations() else {
        // What is there was made with this model, or will be in place.
        let build = GenerationId::derive(&model.digest);
        let active = Generation { slot: IndexSlot::First, build, model, is_chosen: false };
        return Some(Generations::of(active));
    };
    if held.active.is_chosen || held.standby.as_ref().is_some_and(is_of_somebody) {
        return None;
    }
    let (same_active, standby) = (held.active.model.digest == model.digest, held.standby.as_ref());
    if same_active {
        // Back again before the other one was built.
        return standby.map(|_| held.clone().without_standby());
    }
    if standby.is_some_and(|standby| standby.generation.model.digest == model.digest) {
        return None;
    }
    let slot = held.active.slot.other();
    let generation = Generation { slot, build, model, is_chosen: false };
    let standby = Standby { generation, role: StandbyRole::Next, since: ragstone_core::Sequence::ZERO };
    Some(Generations { standby: Some(standby), ..held.clone().without_standby() })
}

/// Whether a caller wanted the standby, or wants it kept.
fn is_of_somebody(standby: &Standby) -> bool {
    standby.generation.is_chosen || standby.role != StandbyRole::Next
}

#[cfg(test)]
mod tests {
    use ragstone_core::Digest;
    use ragstone_core::embedding::{Dimensions, Precision};
    use ragstone_core::generation::ModelReference;
    use uuid::Uuid;

    use super::*;
    use crate::marks::tests::listed;

    fn model(name: &str) -> ChosenModel {
        ChosenModel {
            reference: ModelReference::try_new(name, Precision::F32).expect("valid"),
            digest: Digest::of(name.as_bytes()),
            dimensions: Dimensions::try_new(4).expect("in range"),
        }
    }

    fn after(held: Option<Generations>, configured: &str) -> Option<Generations> {
        wanted(&listed(held), model(configured), GenerationId::from_uuid(Uuid::from_u128(9)))
    }

    /// Names of the models of a collection, the active one first.
    fn names(generations: &Generations) -> Vec<&str> {
        generations.iter().map(|generation| generation.model.reference.name()).collect()
    }

    #[test]
    fn collections_follow_the_configuration_there_and_back() {
        let first = after(None, "a").expect("is written down");
        assert_eq!(names(&first), ["a"]);
        assert_eq!(after(Some(first.clone()), "a"), None);
        let there = after(Some(first.clone()), "b").expect("is built");
        assert_eq!((names(&there), there.is_untidy), (vec!["a", "b"], false));
        assert_eq!(after(Some(there.clone()), "b"), None);
        let back = after(Some(there.clone()), "a").expect("is dropped");
        assert_eq!((names(&back), back.is_untidy), (vec!["a"], true));
        let elsewhere = after(Some(there), "c").expect("is built");
        assert_eq!((names(&elsewhere), elsewhere.is_untidy), (vec!["a", "c"], true));
    }

    #[test]
    fn what_somebody_chose_stays() {
        let mut chosen = after(None, "a").expect("is written down");
        chosen.active.is_chosen = true;
        assert_eq!(after(Some(chosen), "b"), None);
        let mut under_way = after(after(None, "a"), "b").expect("is built");
        under_way.standby.as_mut().expect("is there").generation.is_chosen = true;
        assert_eq!(after(Some(under_way.clone()), "c"), None);
        let switched = under_way.switched();
        assert_eq!(after(Some(switched), "c"), None);
    }
}
