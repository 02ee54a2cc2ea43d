//! One collection in one pass.

use ragstone_core::change::{Change, ChangeKind, ProjectedCollection, ProjectionMark};
use ragstone_core::collection::Collection;
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::generation::Generation;
use ragstone_core::index::{IndexOperation, IndexSchema, IndexSlot, IndexState, IndexTarget};
use ragstone_core::port::{DynCatalog, DynChunkIndex};
use ragstone_core::{CallContext, Digest, ErrorKind, GenerationId, Result, Sequence};

use super::content::ContentReader;
use super::pass::Pass;
use super::rebuilding::Place;
use crate::contents::stored;
use crate::semantics::Semantics;

/// Changes that are applied before the index is flushed and the watermark moves.
const FLUSH_EVERY: u32 = 4096;
/// Changes that are read at a time.
const BATCH: u32 = 128;

/// A target of a collection in the index.
pub(crate) fn target(collection: &Collection, slot: IndexSlot) -> IndexTarget {
    IndexTarget { tenant: collection.tenant.clone(), collection: collection.id, slot }
}

/// The vectors that a target is to hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vectors {
    model: Digest,
    schema: IndexSchema,
}

impl Vectors {
    pub(super) const fn of(generation: &Generation) -> Self {
        Self { model: generation.model.digest, schema: generation.schema() }
    }

    pub(super) fn by(semantics: &Semantics) -> Self {
        Self { model: *semantics.model(), schema: semantics.schema() }
    }
}

/// One target of a collection.
pub(super) struct CollectionPass<'a> {
    pass: &'a Pass,
    ctx: &'a CallContext,
    projected: ProjectedCollection,
    target: IndexTarget,
    /// None projects those that the target has already.
    vectors: Option<Vectors>,
    /// Changes after which the pass ends; none goes to the head.
    most: Option<u32>,
}

impl<'a> CollectionPass<'a> {
    pub(super) fn new(
        pass: &'a Pass,
        ctx: &'a CallContext,
        projected: ProjectedCollection,
        (slot, vectors): (IndexSlot, Option<Vectors>),
    ) -> Self {
        let target = target(&projected.collection, slot);
        Self { pass, ctx, projected, target, vectors, most: None }
    }

    /// Ends after about so many changes.
    pub(super) fn in_parts_of(self, changes: u32) -> Self {
        Self { most: Some(changes), ..self }
    }

    /// Brings the target up to the catalog, or removes it with its collection; says whether it got so far.
    pub(super) async fn run(&self) -> Result<bool> {
        if self.projected.is_deleted {
            return self.remove().await.map(|()| true);
        }
        let mut mark = match self.usable_mark().await? {
            Some(mark) => mark,
            None => self.rebuild().await?,
        };
        let place = self.place();
        let is_known = self.pass.rebuilding.is_whole(place);
        if mark.watermark == Sequence::ZERO || (self.most.is_some() && !is_known) {
            self.pass.rebuilding.begin(place);
        }
        let is_whole;
        (mark, is_whole) = self.apply_from(mark).await?;
        if !is_whole {
            return Ok(false);
        }
        self.pass.rebuilding.end(place);
        if let Some(average_length) = self.drifted(&mark).await? {
            let again = ProjectionMark { average_length, ..mark };
            let whole =
                Self { most: None, projected: self.projected.clone(), target: self.target.clone(), ..*self };
            whole.apply_changes(again, Sequence::ZERO).await?;
        }
        Ok(true)
    }

    /// Removes all targets of a deleted collection, then what the catalog still has of it.
    async fn remove(&self) -> Result<()> {
        let ctx = self.step().await?;
        for slot in IndexSlot::ALL {
            self.index().remove(&ctx, &target(&self.projected.collection, slot)).await?;
        }
        reach(FailPoint::EngineProjectionRemoved)?;
        self.catalog().purge_collection(&ctx, self.projected.collection.id).await
    }

    const fn place(&self) -> Place {
        (self.target.collection, self.target.slot)
    }

    /// The mark, if the index agrees that it has been reached.
    async fn usable_mark(&self) -> Result<Option<ProjectionMark>> {
        let Some(mark) = self.projected.mark else {
            return Ok(None);
        };
        let state = match self.index().state(self.ctx, &self.target).await {
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                tracing::warn!(collection.id = %self.target.collection, %error, "rebuilding a damaged index");
                None
            }
            outcome => outcome?,
        };
        let has_vectors = |state: &IndexState| {
            // Without a model the vectors that are there stay, and go on being projected.
            self.vectors
                .is_none_or(|vectors| mark.model == Some(vectors.model) && state.schema == vectors.schema)
        };
        let agrees = |state: &IndexState| {
            state.generation == mark.generation && state.checkpoint >= mark.watermark && has_vectors(state)
        };
        Ok(state.filter(agrees).map(|_| mark))
    }

    /// Starts a new generation; the caller fills it.
    async fn rebuild(&self) -> Result<ProjectionMark> {
        let generation = GenerationId::from_uuid(self.pass.stores.ids.fresh());
        let schema = self.vectors.map_or(IndexSchema::default(), |vectors| vectors.schema);
        let model = self.vectors.map(|vectors| vectors.model);
        self.index().create(&self.step().await?, &self.target, generation, schema).await?;
        reach(FailPoint::EngineProjectionRebuilt)?;
        let mark = ProjectionMark { generation, watermark: Sequence::ZERO, average_length: 0.0, model };
        self.mark(mark).await?;
        Ok(mark)
    }

    /// Applies what is new; the first time, with the average length of what is there now.
    async fn apply_from(&self, mut mark: ProjectionMark) -> Result<(ProjectionMark, bool)> {
        if mark.average_length <= 0.0 {
            mark.average_length = self.average_length().await?;
        }
        self.apply_changes(mark, mark.watermark).await
    }

    /// Applies the changes behind `after`, marks how far it came, and says whether that is as far as there are any.
    async fn apply_changes(
        &self,
        mut mark: ProjectionMark,
        mut after: Sequence,
    ) -> Result<(ProjectionMark, bool)> {
        let reader = ContentReader::try_new(self.pass, &self.projected.collection, &mark)?;
        let (mut unflushed, mut applied) = (0, 0);
        loop {
            let collection = self.projected.collection.id;
            let ctx = self.step().await?;
            let changes = self.catalog().changes(&ctx, collection, after, BATCH).await?;
            let Some(last) = changes.last() else { break };
            after = last.sequence;
            let count = u32::try_from(changes.len()).unwrap_or(BATCH);
            (unflushed, applied) = (unflushed + count, applied + count);
            self.apply(&reader, changes).await?;
            // Not while weights are computed again: the mark names the new average only when all have it.
            if unflushed >= FLUSH_EVERY && after > mark.watermark {
                mark = self.flush(mark, after).await?;
                unflushed = 0;
            }
            // What came later is for the next pass, so that one busy collection does not keep the others waiting.
            if after >= self.projected.head {
                break;
            }
            if self.most.is_some_and(|most| applied >= most) {
                return Ok((self.flush(mark, after).await?, false));
            }
        }
        let reached = after.max(self.projected.head);
        if applied == 0 && reached <= mark.watermark {
            // A start looks at every collection, and most have nothing new: no reason to sync each of them.
            return Ok((mark, true));
        }
        Ok((self.flush(mark, reached).await?, true))
    }

    /// Reads what the changes are about, and applies a part of it while the next one is read.
    async fn apply(&self, reader: &ContentReader<'_>, changes: Vec<Change>) -> Result<()> {
        let stored = stored(&changes);
        let mut read: Vec<IndexOperation> = changes.iter().filter_map(removal).collect();
        let mut rest = &stored[..];
        while !rest.is_empty() {
            let (applied, next) = futures::join!(self.apply_read(read), reader.operations(rest));
            applied?;
            (read, rest) = next?;
        }
        self.apply_read(read).await
    }

    async fn apply_read(&self, operations: Vec<IndexOperation>) -> Result<()> {
        if operations.is_empty() {
            return Ok(());
        }
        reach(FailPoint::EngineProjectionRead)?;
        self.index().apply(&self.step().await?, &self.target, operations).await?;
        reach(FailPoint::EngineProjectionApplied)
    }

    /// Makes the index durable, then moves the watermark; never the other way round.
    async fn flush(&self, mark: ProjectionMark, reached: Sequence) -> Result<ProjectionMark> {
        let mark = ProjectionMark { watermark: mark.watermark.max(reached), ..mark };
        self.index().flush(&self.step().await?, &self.target, mark.watermark).await?;
        reach(FailPoint::EngineProjectionFlushed)?;
        self.mark(mark).await?;
        reach(FailPoint::EngineProjectionMarked)?;
        Ok(mark)
    }

    async fn mark(&self, mark: ProjectionMark) -> Result<()> {
        let collection = self.projected.collection.id;
        let name = self.pass.marks.of(self.target.slot);
        self.catalog().mark(&self.step().await?, name, collection, mark).await
    }

    /// The average length of now, if the weights were computed with one that is too far from it.
    async fn drifted(&self, mark: &ProjectionMark) -> Result<Option<f32>> {
        let now = self.average_length().await?;
        let drift = (now - mark.average_length).abs();
        Ok((now > 0.0 && drift > self.pass.length_drift * mark.average_length).then_some(now))
    }

    async fn average_length(&self) -> Result<f32> {
        let ctx = self.tenant_context();
        let statistics = self.catalog().statistics(&ctx, self.projected.collection.id).await?;
        Ok(statistics.average_length())
    }

    /// A context for the next call that changes something, while the engine runs and this process is the one
    /// that projects.
    async fn step(&self) -> Result<CallContext> {
        self.pass.step(self.ctx).await
    }

    fn tenant_context(&self) -> CallContext {
        super::content::tenant_context(&self.projected.collection)
    }

    fn index(&self) -> &dyn DynChunkIndex {
        &*self.pass.stores.index
    }

    fn catalog(&self) -> &dyn DynCatalog {
        &*self.pass.stores.catalog
    }
}

/// What a change takes out of the index.
fn removal(change: &Change) -> Option<IndexOperation> {
    let document = change.document;
    match change.kind {
        ChangeKind::Stored => None,
        ChangeKind::Deleted => Some(IndexOperation::Remove { document }),
        ChangeKind::Purged => Some(IndexOperation::Erase { document }),
    }
}
