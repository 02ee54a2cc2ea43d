//! How far the generations of a collection have come.

use ragstone_core::collection::Collection;
use ragstone_core::generation::{Generation, Generations, Standby, StandbyRole};
use ragstone_core::index::IndexSlot;
use ragstone_core::report::{GenerationReport, MigrationPhase, MigrationReport, StandbyReport};
use ragstone_core::{CallContext, ErrorKind, GenerationId, Reader, Result};

use crate::engine::Engine;
use crate::marks::Marks;
use crate::projection::{target, tenant_context};

pub(super) struct Report<'a> {
    engine: &'a Engine,
    /// Of the whole collection, whatever the caller may read of it: the caller is an admin.
    ctx: CallContext,
    collection: Collection,
}

impl<'a> Report<'a> {
    pub(super) fn new(engine: &'a Engine, collection: Collection) -> Self {
        Self { engine, ctx: tenant_context(&collection), collection }
    }

    /// Costs a few reads, and a scan of the keys of the standby's vectors where there is one.
    pub(super) async fn make(self) -> Result<MigrationReport> {
        let collection = self.collection.name.clone();
        let Some(generations) = self.collection.generations.clone() else {
            let phase = MigrationPhase::Settled;
            return Ok(MigrationReport { collection, phase, active: self.configured().await, standby: None });
        };
        let active = Some(self.generation(&generations.active).await);
        let (phase, standby) = match &generations.standby {
            None => (MigrationPhase::Settled, None),
            Some(standby) => {
                let report = self.standby(standby).await?;
                (self.phase(&generations, standby, &report).await?, Some(report))
            }
        };
        Ok(MigrationReport { collection, phase, active, standby })
    }

    /// What answers where nothing was written down.
    async fn configured(&self) -> Option<GenerationReport> {
        let model = self.engine.shared.models.configured_choice()?;
        let build = GenerationId::derive(&model.digest);
        let generation = Generation { slot: IndexSlot::First, build, model, is_chosen: false };
        Some(self.generation(&generation).await)
    }

    async fn generation(&self, generation: &Generation) -> GenerationReport {
        let Generation { slot, model, is_chosen, .. } = generation;
        let trouble = match self.engine.shared.models.get(model).await {
            Ok(_) => self.engine.shared.troubles.of(self.collection.id, *slot),
            Err(error) => Some(error.public_message()),
        };
        GenerationReport {
            model: model.reference.clone(),
            dimensions: model.dimensions,
            is_chosen: *is_chosen,
            trouble,
        }
    }

    async fn standby(&self, standby: &Standby) -> Result<StandbyReport> {
        let Standby { generation, role, .. } = standby;
        let (catalog, id) = (self.engine.catalog(), self.collection.id);
        let statistics = catalog.statistics(&self.ctx, id).await?;
        let embedded = catalog.count_embeddings(&self.ctx, id, &generation.model.digest).await?;
        let target = target(&self.collection, generation.slot);
        let counted = self.engine.index().count(&self.ctx, &target, None, &Reader::Everything).await;
        let indexed_passages = match counted {
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            counted => counted?,
        };
        Ok(StandbyReport {
            generation: self.generation(generation).await,
            role: *role,
            documents: statistics.documents,
            embedded_documents: embedded.documents,
            passages: statistics.chunks,
            indexed_passages,
        })
    }

    async fn phase(
        &self,
        generations: &Generations,
        standby: &Standby,
        report: &StandbyReport,
    ) -> Result<MigrationPhase> {
        if standby.role == StandbyRole::Previous {
            return Ok(MigrationPhase::Switched);
        }
        let (catalog, id, marks) = (self.engine.catalog(), self.collection.id, Marks::EMBEDDINGS);
        let active = marks.reached(catalog, &self.ctx, id, &generations.active).await?;
        let own = marks.reached(catalog, &self.ctx, id, &standby.generation).await?;
        if own < active.max(standby.since) {
            return Ok(MigrationPhase::Embedding);
        }
        let is_whole = report.indexed_passages >= report.passages;
        let is_held = standby.role == StandbyRole::Held;
        Ok(if is_held && is_whole { MigrationPhase::Held } else { MigrationPhase::Indexing })
    }
}
