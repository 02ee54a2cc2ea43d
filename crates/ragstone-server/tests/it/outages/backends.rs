//! PostgreSQL, Redis and the stand-in for Qdrant as processes of one test, and a server on them.

use std::path::{Path, PathBuf};
use std::process::Command;

use ragstone_testkit::process::{PostgresCluster, RedisServer};

use super::site::REQUEST_TIMEOUT;
use super::stand_in::StandInProcess;
use crate::cli::ragstone;
use crate::data::skip;
use crate::server::Server;

/// Name of the database.
pub(super) const DATABASE: &str = "ragstone";
/// Events that figures are read from.
const FILTER: &str = "warn,ragstone=info,ragstone_rest::access=info,sqlx=off";

pub(super) struct Backends {
    pub(super) postgres: PostgresCluster,
    pub(super) redis: RedisServer,
    pub(super) qdrant: StandInProcess,
    /// Of PostgreSQL, while another one is set.
    pub(super) password: String,
    key_file: PathBuf,
    _folders: [tempfile::TempDir; 3],
}

impl Backends {
    /// `None` where PostgreSQL or Redis is not installed, which is reported.
    pub(super) fn start(test: &str) -> Option<Self> {
        if !PostgresCluster::is_installed() || !RedisServer::is_installed() {
            skip(test, "PostgreSQL or Redis is not installed");
            return None;
        }
        let folders = [(); 3].map(|()| tempfile::tempdir().expect("folder"));
        let postgres = PostgresCluster::start(folders[0].path(), "").expect("PostgreSQL starts");
        postgres.sql("postgres", &format!("CREATE DATABASE {DATABASE}")).expect("made");
        let redis = RedisServer::start(&[]);
        let qdrant = StandInProcess::start(&folders[1].path().join("data"), "right");
        let key_file = folders[2].path().join("key");
        std::fs::write(&key_file, "right").expect("written");
        Some(Self { postgres, redis, qdrant, password: String::new(), key_file, _folders: folders })
    }

    /// A command on these stores; its log is JSON.
    pub(super) fn command(&self, data: &Path) -> Command {
        let mut command = ragstone(data);
        command
            .env("RAGSTONE_CATALOG__URL", self.postgres.url(DATABASE))
            .env("RAGSTONE_INDEX__URL", self.qdrant.url())
            .env("RAGSTONE_INDEX__API_KEY_FILE", &self.key_file)
            .env("RAGSTONE_REDIS__URL", self.redis.url())
            .env("RAGSTONE_SERVER__REQUEST_TIMEOUT_SECONDS", REQUEST_TIMEOUT.as_secs().to_string())
            .env("RAGSTONE_LOG__FORMAT", "json")
            .env("RAGSTONE_LOG__FILTER", FILTER);
        command
    }

    pub(super) fn serve(&self, data: &Path) -> Server {
        Server::spawn(data, self.command(data).arg("serve"))
    }
}
