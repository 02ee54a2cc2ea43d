//! Migrations: another model for a collection, built beside the one that answers.

use std::sync::Arc;

use ragstone_core::generation::{ChosenModel, Generation, Generations, ModelReference, Standby, StandbyRole};
use ragstone_core::index::IndexSlot;
use ragstone_core::report::MigrationReport;
use ragstone_core::request::{MigrateCollection, MigrationTarget};
use ragstone_core::{CallContext, CollectionName, Error, ErrorKind, GenerationId, Result, Scope};

use self::report::Report;
use crate::engine::Engine;
use crate::models::no_source;

mod report;

/// Attempts to write generations that others change at the same time.
const ATTEMPTS: usize = 5;

impl Engine {
    /// Begins to build the vectors and the index of another model for a collection, beside those that answer.
    ///
    /// It answers when it has caught up, unless it is held. A former generation that was kept for a way back makes room;
    /// where it has the same model, it becomes the next one. The same migration again changes nothing. Errors:
    /// `NotFound` for the collection or the model, `AlreadyExists` where the model answers already,
    /// `FailedPrecondition` where another migration is under way, the model cannot be used, or there is none to migrate
    /// from. Opens the model, which may take seconds.
    pub async fn migrate(
        &self,
        ctx: &CallContext,
        name: &CollectionName,
        request: MigrateCollection,
    ) -> Result<MigrationReport> {
        ctx.principal().require(Scope::Admin)?;
        self.find_collection(ctx, name).await?;
        let (model, is_chosen) = self.wanted(&request.target).await?;
        let role = if request.is_held { StandbyRole::Held } else { StandbyRole::Next };
        let since = self.catalog().head(ctx).await?;
        let build = GenerationId::from_uuid(self.shared.stores.ids.fresh());
        self.change(ctx, name, |before| {
            let slot = before.active.slot.other();
            let generation = Generation { slot, build, model: model.clone(), is_chosen };
            migrated(before, Standby { generation, role, since })
        })
        .await
    }

    /// Lets the generation beside the active one answer, as soon as it holds all that the active one holds.
    ///
    /// `role` says which is meant: a held one, or the previous one, which is the way back; the model stays then, whatever
    /// the configuration says. `FailedPrecondition` where there is no such one, or its model cannot be used.
    pub async fn switch_generation(
        &self,
        ctx: &CallContext,
        name: &CollectionName,
        role: StandbyRole,
    ) -> Result<MigrationReport> {
        ctx.principal().require(Scope::Admin)?;
        let collection = self.find_collection(ctx, name).await?;
        if let Some(standby) = collection.generations.and_then(|generations| generations.standby) {
            self.shared.models.get(&standby.generation.model).await?;
        }
        let since = self.catalog().head(ctx).await?;
        self.change(ctx, name, |mut generations| {
            let standby = standby_of(&mut generations, role)?;
            if standby.role == StandbyRole::Previous {
                standby.generation.is_chosen = true;
                standby.since = since;
            }
            standby.role = StandbyRole::Next;
            Ok(generations)
        })
        .await
    }

    /// Drops the generation beside the active one, with its index and its vectors.
    ///
    /// `role` says which is meant: the next one, held or not, which ends its migration, or the previous one, after which
    /// there is no way back. `FailedPrecondition` where there is no such one.
    pub async fn drop_generation(
        &self,
        ctx: &CallContext,
        name: &CollectionName,
        role: StandbyRole,
    ) -> Result<MigrationReport> {
        ctx.principal().require(Scope::Admin)?;
        self.change(ctx, name, |mut generations| {
            standby_of(&mut generations, role)?;
            Ok(generations.without_standby())
        })
        .await
    }

    /// Says which models a collection has vectors of, and how far they have come.
    pub async fn migration(&self, ctx: &CallContext, name: &CollectionName) -> Result<MigrationReport> {
        ctx.principal().require(Scope::Admin)?;
        let collection = self.find_collection(ctx, name).await?;
        Report::new(self, collection).make().await
    }

    /// Names the collections of all tenants whose model cannot be opened; needs the right `admin`.
    pub async fn unusable_models(&self, ctx: &CallContext) -> Result<Vec<(CollectionName, Error)>> {
        ctx.principal().require(Scope::Admin)?;
        let mut unusable = Vec::new();
        for projected in self.catalog().projected_collections(ctx, self.config().projection).await? {
            if projected.is_deleted {
                continue;
            }
            let answering = self.answering(Arc::new(projected.collection));
            if let Err(error) = self.semantics(&answering).await {
                unusable.push((answering.collection.name.clone(), error));
            }
        }
        Ok(unusable)
    }

    /// The model that is meant, opened.
    async fn wanted(&self, target: &MigrationTarget) -> Result<(ChosenModel, bool)> {
        let models = &self.shared.models;
        match target {
            MigrationTarget::Configured => Ok((models.configured_choice().ok_or_else(no_configured)?, false)),
            MigrationTarget::Model { name, precision } => {
                if !models.can_open() {
                    return Err(no_source());
                }
                let configured = models.configured_choice().map(|model| model.reference.precision());
                let precision = precision.or(configured).unwrap_or(ragstone_core::embedding::Precision::F32);
                let reference = ModelReference::try_new(name.as_str(), precision)?;
                Ok((models.named(&reference).await?.0, true))
            }
        }
    }

    /// Changes the generations of a collection, again where somebody else changes them at the same time.
    async fn change(
        &self,
        ctx: &CallContext,
        name: &CollectionName,
        change: impl Fn(Generations) -> Result<Generations>,
    ) -> Result<MigrationReport> {
        let mut outcome =
            Err(Error::new(ErrorKind::Conflict, "the generations of the collection keep changing"));
        for _ in 0..ATTEMPTS {
            let collection = self.find_collection(ctx, name).await?;
            let generations = match collection.generations.clone() {
                Some(generations) => generations,
                None => Generations::of(self.first_generation()?),
            };
            let after = change(generations)?;
            if collection.generations.as_ref() == Some(&after) {
                return Report::new(self, collection).make().await;
            }
            let expected = collection.generations.clone();
            match self.catalog().set_generations(ctx, collection.id, expected, after).await {
                Ok(_) => {
                    self.wake_all();
                    return self.migration(ctx, name).await;
                }
                Err(error) if error.kind() == ErrorKind::Conflict => outcome = Err(error),
                Err(error) => return Err(error),
            }
        }
        outcome
    }

    /// What answers for a collection whose model was never written down.
    fn first_generation(&self) -> Result<Generation> {
        let model = self.shared.models.configured_choice().ok_or_else(no_configured)?;
        let build = GenerationId::derive(&model.digest);
        Ok(Generation { slot: IndexSlot::First, build, model, is_chosen: false })
    }
}

/// With a standby that is to answer.
fn migrated(before: Generations, wanted: Standby) -> Result<Generations> {
    let Generation { model, is_chosen, .. } = &wanted.generation;
    if before.active.model.digest == model.digest {
        // The model is the same, and from now on it follows the configuration, or does not any more.
        if before.active.is_chosen == *is_chosen || before.standby.is_some() {
            return Err(Error::new(ErrorKind::AlreadyExists, "the model answers for the collection already")
                .with_context("model", &model.reference));
        }
        let active = Generation { is_chosen: *is_chosen, ..before.active };
        return Ok(Generations { active, ..before });
    }
    let Some(held) = &before.standby else { return Ok(Generations { standby: Some(wanted), ..before }) };
    if held.generation.model.digest == model.digest {
        // Under way, or on the way back: what was built of it goes on being of use.
        let since = if held.role == StandbyRole::Previous { wanted.since } else { held.since };
        let generation = Generation { is_chosen: *is_chosen, ..held.generation.clone() };
        let standby = Some(Standby { generation, role: wanted.role, since });
        return Ok(Generations { standby, ..before });
    }
    if held.role != StandbyRole::Previous {
        return Err(Error::new(
            ErrorKind::FailedPrecondition,
            "another migration of the collection is under way",
        )
        .with_context("model", &held.generation.model.reference)
        .with_help("cancel it first, or let it end"));
    }
    let room = before.without_standby();
    Ok(Generations { standby: Some(wanted), ..room })
}

/// The standby in a role; the next one may be held.
fn standby_of(generations: &mut Generations, role: StandbyRole) -> Result<&mut Standby> {
    let is_meant = |held: StandbyRole| (held == StandbyRole::Previous) == (role == StandbyRole::Previous);
    let (lacking, help) = match role {
        StandbyRole::Previous => (
            "the collection has no former generation",
            "there is one after a migration, until it is finished or another one begins",
        ),
        StandbyRole::Next | StandbyRole::Held => {
            ("no migration of the collection is under way", "begin one with a model to migrate to")
        }
    };
    generations
        .standby
        .as_mut()
        .filter(|standby| is_meant(standby.role))
        .ok_or_else(|| Error::new(ErrorKind::FailedPrecondition, lacking).with_help(help))
}

fn no_configured() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the configuration names no model that could be opened again")
        .with_help("name a model in the configuration of the server first")
}
