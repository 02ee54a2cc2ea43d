//! A server with all its stores behind proxies.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::Duration;

use ragstone_testkit::proxy::FaultProxy;
use ragstone_testkit::qdrant::{QdrantStandIn, StandInConfig};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::PREFIX;
use crate::data::variable;
use crate::postgres::{Database, url_in};
use crate::server::Server;

/// What the server gives a request.
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(3);

pub(super) struct Site {
    runtime: Runtime,
    pub(super) catalog: FaultProxy,
    pub(super) index: FaultProxy,
    pub(super) redis: FaultProxy,
    pub(super) server: Server,
    pub(super) database: Database,
    _stand_in: Option<QdrantStandIn>,
    _folders: [tempfile::TempDir; 2],
}

impl Site {
    /// `None` without PostgreSQL or Redis, which is reported.
    pub(super) fn start(test: &str) -> Option<Self> {
        let redis = url_in(test, "RAGSTONE_TEST_REDIS_URL")?;
        Self::start_with(test, &redis)
    }

    /// Takes this Redis.
    pub(super) fn start_with(test: &str, redis: &Url) -> Option<Self> {
        let database = Database::create(test)?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("runtime");
        let folders = [(); 2].map(|()| tempfile::tempdir().expect("folder"));
        let (stand_in, qdrant) = if variable("RAGSTONE_TEST_QDRANT_URL").is_some() {
            (None, url_in(test, "RAGSTONE_TEST_QDRANT_URL")?)
        } else {
            let config = StandInConfig::new(folders[1].path());
            let stand_in = runtime.block_on(QdrantStandIn::start(config)).expect("starts");
            let url = Url::parse(&stand_in.url()).expect("a URL");
            (Some(stand_in), url)
        };
        let proxy = |url: &Url, port| {
            runtime.block_on(FaultProxy::start(address(url, port), 11)).expect("the proxy starts")
        };
        let (catalog, index, cache) =
            (proxy(&database.url(), 5432), proxy(&qdrant, 6334), proxy(redis, 6379));
        let prefix = format!("{PREFIX}{}", cache.address().port());
        let mut command = database.command(folders[0].path());
        command
            .arg("serve")
            .env("RAGSTONE_CATALOG__URL", through(&database.url(), &catalog))
            .env("RAGSTONE_INDEX__URL", through(&qdrant, &index))
            .env("RAGSTONE_INDEX__PREFIX", &prefix)
            .env("RAGSTONE_REDIS__URL", through(redis, &cache))
            .env("RAGSTONE_REDIS__PREFIX", &prefix)
            // Answers that are kept would hide what else is.
            .env("RAGSTONE_CACHE__MAX_BYTES", "1048576")
            .env("RAGSTONE_SERVER__REQUEST_TIMEOUT_SECONDS", REQUEST_TIMEOUT.as_secs().to_string());
        let server = Server::spawn(folders[0].path(), &mut command);
        Some(Self {
            runtime,
            catalog,
            index,
            redis: cache,
            server,
            database,
            _stand_in: stand_in,
            _folders: folders,
        })
    }

    pub(super) fn stop(self) {
        self.server.stop();
        drop(self.runtime);
    }
}

pub(crate) fn address(url: &Url, port: u16) -> SocketAddr {
    let host = url.host_str().expect("a host");
    (host, url.port().unwrap_or(port)).to_socket_addrs().expect("resolved").next().expect("an address")
}

/// The URL with the address of a proxy.
pub(crate) fn through(url: &Url, proxy: &FaultProxy) -> String {
    let mut url = url.clone();
    url.set_host(Some("127.0.0.1")).expect("a host");
    url.set_port(Some(proxy.address().port())).expect("a port");
    url.into()
}
