//! Whether the engine is ready and how far its projections are.

use ragstone_core::page::{MAX_PAGE_SIZE, PageRequest};
use ragstone_core::report::{EngineStatus, Readiness};
use ragstone_core::{CallContext, Error, Principal, Result, Scope, Sequence};

use crate::embedding::EmbeddingTask;
use crate::engine::Engine;
use crate::semantics::no_model;

/// What all tenants hold together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Collections.
    pub collections: u64,
    /// Live documents.
    pub documents: u64,
    /// Chunks of live documents.
    pub chunks: u64,
}

pub(crate) const fn level(readiness: Readiness) -> u8 {
    match readiness {
        Readiness::Starting => 0,
        Readiness::Ready => 1,
        Readiness::Draining => 2,
    }
}

pub(crate) const fn from_level(level: u8) -> Readiness {
    match level {
        0 => Readiness::Starting,
        1 => Readiness::Ready,
        _ => Readiness::Draining,
    }
}

impl Engine {
    /// Says how far the projections are behind the catalog.
    pub async fn status(&self, ctx: &CallContext) -> Result<EngineStatus> {
        ctx.principal().require(Scope::Read)?;
        let indexed = self.shared.projector.indexed();
        let head = self.catalog().head(ctx).await?;
        let page = self.catalog().collections(ctx, &PageRequest::try_new(MAX_PAGE_SIZE)?).await?;
        Ok(EngineStatus {
            head,
            indexed,
            is_caught_up: indexed >= head,
            collections: page.items.len() as u64,
        })
    }

    /// Looks at the change feed now rather than at the next interval, because another process has written.
    pub fn wake_projector(&self) {
        self.wake();
    }

    /// Names of work in the background whose last pass panicked; each is tried again by itself.
    pub fn panicked(&self) -> Vec<&'static str> {
        let shared = &self.shared;
        let embedding = shared.embedding.iter().flat_map(EmbeddingTask::panicked);
        shared.projector.panicked().into_iter().chain(embedding).chain(shared.words.panicked()).collect()
    }

    /// Counts what all tenants hold; needs the right `admin`. Cost: one catalog read for each collection.
    pub async fn inventory(&self, ctx: &CallContext) -> Result<Inventory> {
        ctx.principal().require(Scope::Admin)?;
        let mut inventory = Inventory::default();
        for projected in self.catalog().projected_collections(ctx, self.shared.config.projection).await? {
            if projected.is_deleted {
                continue;
            }
            let tenant = projected.collection.tenant.clone();
            let mut of_tenant = CallContext::new(Principal::system_of(tenant));
            if let Some(deadline) = ctx.deadline() {
                of_tenant = of_tenant.with_deadline(deadline);
            }
            let statistics = self.catalog().statistics(&of_tenant, projected.collection.id).await?;
            inventory.collections += 1;
            inventory.documents += statistics.documents;
            inventory.chunks += statistics.chunks;
        }
        Ok(inventory)
    }

    /// Whether there is a model to search by meaning.
    pub fn has_model(&self) -> bool {
        self.shared.models.configured().is_some()
    }

    /// Waits until search by meaning sees the write that was acknowledged with `sequence`, as [`Self::wait_indexed`]
    /// does for keywords; where no model can be had `FailedPrecondition`. A second for every ten to hundred passages.
    pub async fn wait_embedded(&self, ctx: &CallContext, sequence: Sequence) -> Result<()> {
        ctx.principal().require(Scope::Read)?;
        let Some(embedding) = &self.shared.embedding else {
            return Err(no_model());
        };
        embedding.wait(ctx, self.clock(), sequence).await?;
        let head = self.catalog().head(ctx).await?;
        self.wait_indexed(ctx, head).await
    }

    /// Waits until misspelt words are compared with those of the write that was acknowledged with `sequence`, and
    /// completions are taken from them.
    ///
    /// Fails with `DeadlineExceeded` at the deadline, and `Unavailable` when the engine stops first.
    pub async fn wait_words(&self, ctx: &CallContext, sequence: Sequence) -> Result<()> {
        ctx.principal().require(Scope::Read)?;
        self.shared.words.wait(ctx, self.clock(), sequence).await
    }

    /// Waits until search sees the write that was acknowledged with `sequence`.
    ///
    /// Fails with `DeadlineExceeded` at the deadline, `InvalidArgument` for a sequence that was never
    /// acknowledged, and `Unavailable` when the engine stops first.
    pub async fn wait_indexed(&self, ctx: &CallContext, sequence: Sequence) -> Result<()> {
        ctx.principal().require(Scope::Read)?;
        if self.shared.projector.indexed() >= sequence {
            return Ok(());
        }
        if sequence > self.catalog().head(ctx).await? {
            return Err(Error::invalid("min_sequence", "was never acknowledged")
                .with_help("pass the sequence that a write of this instance answered with"));
        }
        self.shared.projector.wait(ctx, self.clock(), sequence).await
    }
}
