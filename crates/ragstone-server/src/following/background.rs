//! The sources of the configuration, which a server ingests and follows while it serves.

use std::path::PathBuf;

use futures::future::join_all;
use ragstone_api::ingest::IngestReport;
use ragstone_core::port::BoxFuture;
use ragstone_core::request::{IngestPaths, PathReading};
use ragstone_core::{AccessList, CallContext, Result};
use ragstone_engine::{Engine, NoProgress};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{CommitFollower, FileFollower, Ingest, News};
use crate::command::up::ensure_collection;
use crate::config::SourceConfig;
use crate::instance::Instance;

/// The task that follows sources.
#[derive(Debug)]
pub(crate) struct BackgroundSources {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl BackgroundSources {
    /// Ingests the sources one after the other, the most important first, and then follows those that are to be watched.
    pub(crate) fn start(engine: &Engine, sources: &[SourceConfig]) -> Self {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        if !sources.is_empty() {
            let (engine, stopped) = (engine.clone(), stop.clone());
            let mut sources = sources.to_vec();
            sources.sort_by_key(|source| source.priority);
            tasks.spawn(async move {
                tokio::select! {
                    () = stopped.cancelled() => {}
                    () = follow_all(engine, sources) => {}
                }
            });
        }
        tasks.close();
        Self { stop, tasks }
    }

    /// Ends after the batch that is being stored.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }
}

async fn follow_all(engine: Engine, sources: Vec<SourceConfig>) {
    let mut followers = Vec::new();
    for source in sources {
        let source = Source { engine: engine.clone(), config: source };
        match source.begin().await {
            Ok(follower) => followers.extend(follower.map(|follower| (source, follower))),
            Err(error) => {
                tracing::error!(%error, source.path = %source.config.path.display(), "cannot follow the source");
            }
        }
    }
    join_all(followers.into_iter().map(|(source, follower)| source.follow(follower))).await;
}

/// One source with what ingests it.
struct Source {
    engine: Engine,
    config: SourceConfig,
}

enum Follower {
    Files(FileFollower),
    Commits(CommitFollower),
}

impl Source {
    /// Ingests the source for the first time; what follows it from then on, if it is watched.
    async fn begin(&self) -> Result<Option<Follower>> {
        let (config, ctx) = (&self.config, CallContext::new(Instance::admin_principal()));
        ensure_collection(&self.engine, &ctx, &config.collection).await?;
        let paths = vec![config.path.clone()];
        let reference = config.git_ref.clone();
        // Before the ingest, so that nothing that changes meanwhile is missed.
        let mut follower = match (config.watch, config.git) {
            (false, _) => None,
            (true, false) => {
                Some(Follower::Files(FileFollower::start(paths.clone(), config.rescan()).await?))
            }
            (true, true) => {
                let commits = CommitFollower::start(paths.clone(), reference.clone()).await?;
                Some(Follower::Commits(commits))
            }
        };
        let reading = if config.git { PathReading::Commit(reference) } else { PathReading::All };
        match (self.ingest(paths, reading).await, &mut follower) {
            (Ok(report), _) => self.tell(&News::Ingested(&report)),
            (Err(error), None) => return Err(error),
            (Err(error), Some(follower)) => {
                self.tell(&News::Failed(&error));
                follower.expect_everything();
            }
        }
        Ok(follower)
    }

    async fn follow(self, follower: Follower) {
        let tell = |news: News<'_>| self.tell(&news);
        let ended = match follower {
            Follower::Files(files) => files.follow(&self, &tell).await,
            Follower::Commits(commits) => commits.follow(&self, &tell).await,
        };
        let Err(error) = ended;
        tracing::error!(%error, source.path = %self.config.path.display(), "the source is not followed any more");
    }

    fn tell(&self, news: &News<'_>) {
        let path = self.config.path.display();
        match news {
            News::Ingested(report) => {
                let IngestReport { created, updated, deleted, failed_total, .. } = report;
                if created + updated + deleted + failed_total > 0 {
                    tracing::info!(
                        source.path = %path, created, updated, deleted, failed = failed_total,
                        "the collection is in line with the source"
                    );
                }
                for failure in &report.failed {
                    tracing::warn!(
                        source.path = %path, failure = failure.path, reason = failure.detail,
                        "a file of the source was left out"
                    );
                }
            }
            News::Vanished(_) => tracing::warn!(
                source.path = %path, "the source is not there; its documents are kept until it returns"
            ),
            News::Returned(_) => tracing::info!(source.path = %path, "the source is there again"),
            News::Failed(error) => {
                tracing::warn!(source.path = %path, %error, "cannot ingest the source; it is tried again");
            }
            News::Unwatched(error) => tracing::warn!(
                source.path = %path, %error, "some folders are not watched; they are looked at from time to time"
            ),
        }
    }
}

impl Follower {
    fn expect_everything(&mut self) {
        match self {
            Self::Files(files) => files.expect_everything(),
            Self::Commits(commits) => commits.expect_everything(),
        }
    }
}

impl Ingest for Source {
    fn ingest(&self, paths: Vec<PathBuf>, reading: PathReading) -> BoxFuture<'_, Result<IngestReport>> {
        Box::pin(async move {
            let request = IngestPaths {
                collection: self.config.collection.clone(),
                paths,
                reading,
                is_empty_allowed: false,
                tags: self.config.tags.clone(),
                metadata: ragstone_core::metadata::Metadata::new(),
                access: AccessList::OPEN,
            };
            let ctx = CallContext::new(Instance::admin_principal());
            self.engine.ingest_paths(&ctx, request, &NoProgress).await.map(IngestReport::from)
        })
    }
}
