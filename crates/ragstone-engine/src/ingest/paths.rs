//! Ingest of paths: brings a collection in line with files, folders, archives and commits of repositories.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use ragstone_core::collection::Collection;
use ragstone_core::document::SourceState;
use ragstone_core::metadata::{check_metadata, check_tags};
use ragstone_core::page::{MAX_PAGE_SIZE, PageRequest};
use ragstone_core::report::IngestReport;
use ragstone_core::request::{IngestPaths, MAX_INGEST_PATHS, MAX_INGEST_PLACES, PathReading};
use ragstone_core::{CallContext, Error, ErrorKind, Result, Scope as Right, TenantId};
use ragstone_observability::{field, span};
use tracing::Instrument as _;
use tracing::field::Empty;

use super::cutting::Cutter;
use super::preparation::Preparation;
use super::progress::IngestProgress;
use super::reader::{Reader, Stored};
use super::run::Run;
use super::target::{Scope, Target};
use crate::analyzers::analyzer_of;
use crate::engine::Engine;

impl Engine {
    /// Makes the collection hold what the paths hold: new and changed files are stored, files that are gone
    /// are deleted, and unchanged ones are left alone.
    ///
    /// A path is a file, a folder, an archive, which stands for its members, or a git repository, which stands for what
    /// a commit holds; [`IngestPaths::reading`] says which, and what of it is looked at. The vectors of a file that was
    /// moved go with it.
    /// A file that cannot be ingested is reported and its stored version stays; so is one whose document the caller may
    /// not read, and a document that the caller may not read stays when its file is gone. An archive that is damaged or
    /// unpacks to more than it may is a failure as a whole. Batches that were stored
    /// before a failure or a dropped call stay stored; the same call again completes the rest.
    /// Errors: `PermissionDenied` for a path outside the roots, `NotFound` for a missing path, collection or reference,
    /// `Unsupported` for what this build cannot read.
    pub async fn ingest_paths(
        &self,
        ctx: &CallContext,
        request: IngestPaths,
        progress: &dyn IngestProgress,
    ) -> Result<IngestReport> {
        require_roots(ctx)?;
        let span = tracing::info_span!(
            span::INGEST,
            { field::TENANT_ID } = ctx.tenant().as_str(),
            { field::DOCUMENTS_COUNT } = Empty,
        );
        self.follow_paths(ctx, request, progress).instrument(span).await
    }

    /// Refuses what [`ingest_paths`](Self::ingest_paths) would refuse before it looks into files.
    pub(crate) async fn check_paths(&self, ctx: &CallContext, request: &IngestPaths) -> Result<()> {
        require_roots(ctx)?;
        self.targets(request).await?;
        self.collection_for_write(ctx, &request.collection).await.map(|_| ())
    }

    async fn follow_paths(
        &self,
        ctx: &CallContext,
        request: IngestPaths,
        progress: &dyn IngestProgress,
    ) -> Result<IngestReport> {
        let start = self.clock().instant();
        let targets = self.targets(&request).await?;
        let collection = self.collection_for_write(ctx, &request.collection).await?;
        let stored = self.stored(ctx, &collection, &targets).await?;
        let cutter = self.cutter(ctx, &collection).await?;
        let reader = Arc::new(self.reader(&collection, cutter, &request, &stored));
        let mut run = Run::new(self, ctx, &collection, &stored, progress);
        let bytes = run.follow(reader, targets).await?;
        run.finish(request.is_empty_allowed).await?;
        tracing::Span::current().record(field::DOCUMENTS_COUNT, run.files());
        Ok(IngestReport { bytes, took: self.clock().instant() - start, ..run.into_report() })
    }

    /// Takes the paths for what they are, on a blocking thread.
    async fn targets(&self, request: &IngestPaths) -> Result<Vec<Target>> {
        check_tags(&request.tags)?;
        check_metadata(&request.metadata)?;
        if request.paths.is_empty() || request.paths.len() > MAX_INGEST_PATHS {
            return Err(Error::invalid("paths", format!("must be 1 to {MAX_INGEST_PATHS}")));
        }
        if matches!(&request.reading, PathReading::Places(places) if places.len() > MAX_INGEST_PLACES) {
            return Err(Error::invalid("places", format!("must be at most {MAX_INGEST_PLACES}")));
        }
        let (paths, reading) = (request.paths.clone(), request.reading.clone());
        let roots = self.config().roots.clone();
        tokio::task::spawn_blocking(move || Target::all(&paths, &reading, &roots))
            .await
            .map_err(|source| Error::new(ErrorKind::Unexpected, "cannot look at paths").with_source(source))?
    }

    fn reader(
        &self,
        collection: &Collection,
        cutter: Cutter,
        request: &IngestPaths,
        stored: &[SourceState],
    ) -> Reader {
        let preparation = Preparation {
            clock: Arc::clone(&self.shared.stores.clock),
            analyzer: analyzer_of(collection),
            cutter,
            limits: self.config().extraction,
            extractor: Arc::clone(&self.config().extractor),
            has_properties: self.config().has_properties,
            tags: request.tags.clone(),
            metadata: request.metadata.clone(),
            access: request.access.clone(),
        };
        let stored: Stored = stored.iter().map(|state| (state.source.clone(), state.clone())).collect();
        let recipe = preparation.recipe();
        let (relies_on_stamps, bulk) = (self.config().relies_on_stamps, self.config().bulk());
        Reader { preparation, stored, recipe, relies_on_stamps, bytes_read: AtomicU64::new(0), bulk }
    }

    /// The stored documents that the targets stand for.
    async fn stored(
        &self,
        ctx: &CallContext,
        collection: &Collection,
        targets: &[Target],
    ) -> Result<Vec<SourceState>> {
        let mut states = Vec::new();
        for target in targets {
            for scope in target.scopes()? {
                states.extend(self.stored_in(ctx, collection, &scope).await?);
            }
        }
        // A place may lie below another one.
        states.sort_by(|one: &SourceState, other| one.source.cmp(&other.source));
        states.dedup_by(|one, other| one.source == other.source);
        Ok(states)
    }

    async fn stored_in(
        &self,
        ctx: &CallContext,
        collection: &Collection,
        scope: &Scope,
    ) -> Result<Vec<SourceState>> {
        let mut states = Vec::new();
        // The source of one file may be the beginning of others; it comes before them.
        let size = if matches!(scope, Scope::One(_)) { 1 } else { MAX_PAGE_SIZE };
        let mut page = PageRequest::try_new(size)?;
        loop {
            let part = self.catalog().source_states(ctx, collection.id, scope.prefix(), &page).await?;
            states.extend(part.items.into_iter().filter(|state| scope.holds(state.source.as_str())));
            match part.next {
                Some(next) if matches!(scope, Scope::Below(_)) => page = page.after(next),
                _ => return Ok(states),
            }
        }
    }
}

/// Roots belong to the operator; tenants besides the operator's own need more than the right to write.
fn require_roots(ctx: &CallContext) -> Result<()> {
    let is_own = *ctx.tenant() == TenantId::default();
    ctx.principal().require(if is_own { Right::Write } else { Right::Admin })
}
