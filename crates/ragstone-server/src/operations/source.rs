//! What can be asked how it is: the stores, the projections, the disk, and whatever the wiring adds.

use std::sync::Arc;

use ragstone_core::port::{BoxFuture, DynCatalog, DynChunkIndex};
use ragstone_core::{CallContext, Error, ErrorKind, Result};
use ragstone_engine::Engine;
use ragstone_layers::BackendHealth;
use ragstone_redis::RedisStore;
use serde_json::{Map, Value, json};

use crate::admission::{GateStatus, LoadGate};

/// What a source says of itself besides that it is well; shown in deep health.
pub(crate) type Facts = Map<String, Value>;

/// Something whose health is part of the instance's.
///
/// Laws:
///
/// - **Honest.** `Ok` means that a request that needs the source can be served now; an error says why not.
/// - **Cheap.** Called about once a second; the caller bounds its time and drops it where it takes longer.
/// - **Read-only.** Asking changes nothing.
pub(crate) trait HealthSource: Send + Sync {
    /// Fixed name; a label of metrics.
    fn name(&self) -> &'static str;

    /// Whether the instance can do nothing without it.
    fn is_required(&self) -> bool;

    /// Asks now.
    fn look<'a>(&'a self, ctx: &'a CallContext) -> BoxFuture<'a, Result<Facts>>;
}

/// The system of record.
pub(crate) struct CatalogSource(pub(crate) Arc<dyn DynCatalog>);

impl HealthSource for CatalogSource {
    fn name(&self) -> &'static str {
        "catalog"
    }

    fn is_required(&self) -> bool {
        true
    }

    fn look<'a>(&'a self, ctx: &'a CallContext) -> BoxFuture<'a, Result<Facts>> {
        Box::pin(async move { Ok(facts(json!({ "head": self.0.head(ctx).await?.0 }))) })
    }
}

/// The chunk index.
pub(crate) struct IndexSource(pub(crate) Arc<dyn DynChunkIndex>);

impl HealthSource for IndexSource {
    fn name(&self) -> &'static str {
        "index"
    }

    fn is_required(&self) -> bool {
        true
    }

    fn look<'a>(&'a self, ctx: &'a CallContext) -> BoxFuture<'a, Result<Facts>> {
        Box::pin(async move { Ok(facts(json!({ "targets": self.0.targets(ctx).await?.len() }))) })
    }
}

/// Redis. Nothing is lost without it: answers are then kept by each server for itself.
pub(crate) struct RedisSource(pub(crate) RedisStore);

impl HealthSource for RedisSource {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn is_required(&self) -> bool {
        false
    }

    fn look<'a>(&'a self, _ctx: &'a CallContext) -> BoxFuture<'a, Result<Facts>> {
        Box::pin(async move {
            let report = self.0.check().await?;
            Ok(facts(json!({ "version": report.version, "eviction": report.eviction })))
        })
    }
}

/// The circuit breakers. That one is open is no failure of its own: the store behind it is asked by itself.
pub(crate) struct BackendsSource(pub(crate) BackendHealth);

impl HealthSource for BackendsSource {
    fn name(&self) -> &'static str {
        "breakers"
    }

    fn is_required(&self) -> bool {
        false
    }

    fn look<'a>(&'a self, _ctx: &'a CallContext) -> BoxFuture<'a, Result<Facts>> {
        let statuses = self.0.statuses();
        let shown = statuses.iter().map(|status| {
            let failure = status.last_failure.map(|failure| failure.kind.title());
            let fact = json!({
                "state": status.state.as_str(),
                "since": status.since.as_millis(),
                "last_failure": failure,
            });
            (status.name.to_owned(), fact)
        });
        let shown = shown.collect();
        Box::pin(async move { Ok(shown) })
    }
}

/// What the edge admits. That requests are refused is no failure: the instance protects those that it answers.
pub(crate) struct AdmissionSource(pub(crate) Arc<LoadGate>);

impl HealthSource for AdmissionSource {
    fn name(&self) -> &'static str {
        "admission"
    }

    fn is_required(&self) -> bool {
        false
    }

    fn look<'a>(&'a self, _ctx: &'a CallContext) -> BoxFuture<'a, Result<Facts>> {
        let GateStatus { limit, running, refused, is_shedding } = self.0.status();
        let shown = json!({
            "limit": limit, "running": running, "refused": refused, "is_shedding": is_shedding,
        });
        Box::pin(async move { Ok(facts(shown)) })
    }
}

/// How far the projections are. Being behind is no failure: search says what it lacks. A pass that panicked is one.
pub(crate) struct ProjectionSource(pub(crate) Engine);

impl HealthSource for ProjectionSource {
    fn name(&self) -> &'static str {
        "projections"
    }

    fn is_required(&self) -> bool {
        false
    }

    fn look<'a>(&'a self, ctx: &'a CallContext) -> BoxFuture<'a, Result<Facts>> {
        Box::pin(async move {
            let panicked = self.0.panicked();
            if !panicked.is_empty() {
                return Err(Error::new(ErrorKind::Unexpected, "work in the background panics")
                    .with_context("tasks", panicked.join(", ")));
            }
            let status = self.0.status(ctx).await?;
            let lag = status.head.0.saturating_sub(status.indexed.0);
            Ok(facts(json!({
                "chunk-index": { "head": status.head.0, "indexed": status.indexed.0, "lag": lag },
            })))
        })
    }
}

/// What the instance holds; asked for rarely, because it reads every collection.
pub(crate) struct InventorySource(pub(crate) Engine);

impl HealthSource for InventorySource {
    fn name(&self) -> &'static str {
        "inventory"
    }

    fn is_required(&self) -> bool {
        false
    }

    fn look<'a>(&'a self, ctx: &'a CallContext) -> BoxFuture<'a, Result<Facts>> {
        use ragstone_observability::metric::{CHUNKS, COLLECTIONS, DOCUMENTS};
        Box::pin(async move {
            let inventory = self.0.inventory(ctx).await?;
            let (collections, documents, chunks) =
                (inventory.collections, inventory.documents, inventory.chunks);
            for (metric, count) in [(COLLECTIONS, collections), (DOCUMENTS, documents), (CHUNKS, chunks)] {
                metrics::gauge!(metric.name).set(gauge(count));
            }
            Ok(facts(json!({ "collections": collections, "documents": documents, "chunks": chunks })))
        })
    }
}

/// The file system of the data directory.
#[cfg(unix)]
pub(crate) struct DiskSource(pub(crate) std::path::PathBuf, pub(crate) u64);

#[cfg(unix)]
impl HealthSource for DiskSource {
    fn name(&self) -> &'static str {
        "data-directory"
    }

    fn is_required(&self) -> bool {
        false
    }

    fn look<'a>(&'a self, _ctx: &'a CallContext) -> BoxFuture<'a, Result<Facts>> {
        let (path, least) = (self.0.clone(), self.1);
        Box::pin(async move {
            // A file system that is gone can hold a thread for ever; the caller's bound still holds.
            let found = tokio::task::spawn_blocking(move || rustix::fs::statvfs(&path)).await;
            let unreadable = |cause: String| {
                Error::new(ErrorKind::Unavailable, "cannot look at the data directory").with_detail(cause)
            };
            let found = found
                .map_err(|error| unreadable(error.to_string()))?
                .map_err(|error| unreadable(error.to_string()))?;
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            metrics::gauge!(ragstone_observability::metric::DATA_DIR_FREE.name).set(gauge(free));
            if free < least {
                return Err(Error::new(ErrorKind::Unavailable, "the disk of the data directory is full")
                    .with_context("free_bytes", free));
            }
            let total = found.f_blocks.saturating_mul(found.f_frsize);
            Ok(facts(json!({ "free_bytes": free, "total_bytes": total })))
        })
    }
}

pub(super) fn facts(value: Value) -> Facts {
    match value {
        Value::Object(facts) => facts,
        other => Facts::from_iter([("value".to_owned(), other)]),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a floating-point number")]
fn gauge(count: u64) -> f64 {
    count as f64
}
