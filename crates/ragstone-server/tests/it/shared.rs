//! Stores that several servers share: a database, an index and Redis.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use ragstone_testkit::qdrant::{QdrantStandIn, StandInConfig};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use crate::postgres::{Database, url_in};
use crate::server::Server;

/// What the servers share.
pub(crate) struct Shared {
    pub(crate) database: Database,
    index: QdrantStandIn,
    redis: Url,
    prefix: String,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Shared {
    /// `None` without PostgreSQL or Redis, which is reported.
    pub(crate) fn start(test: &str) -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let database = Database::create(test)?;
        let redis = url_in(test, "RAGSTONE_TEST_REDIS_URL")?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("runtime");
        let folder = tempfile::tempdir().expect("folder");
        let index =
            runtime.block_on(QdrantStandIn::start(StandInConfig::new(folder.path()))).expect("starts");
        // Redis is one for all tests.
        let prefix = format!("it{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Some(Self { database, index, redis, prefix, runtime, _folder: folder })
    }

    /// `serve` on a data directory of its own and on the shared stores.
    pub(crate) fn command(&self, data: &Path) -> Command {
        let mut command = self.database.command(data);
        command
            .arg("serve")
            .env("RAGSTONE_INDEX__URL", self.index.url())
            .env("RAGSTONE_REDIS__URL", self.redis.as_str())
            .env("RAGSTONE_REDIS__PREFIX", &self.prefix);
        command
    }

    pub(crate) fn serve(&self, data: &Path) -> Server {
        Server::spawn(data, &mut self.command(data))
    }

    /// Ends the index once no server uses it.
    pub(crate) fn stop(self) {
        self.runtime.block_on(self.index.stop()).expect("stops");
    }
}
