//! The pools of connections to the stores, as facts of deep health and as gauges.

use ragstone_core::port::BoxFuture;
use ragstone_core::{CallContext, Result};
use ragstone_observability::metric::{BACKEND, POOL, POOL_CONNECTIONS, POOL_WAITING, STATE};
use ragstone_redis::RedisStore;
use serde_json::json;

use super::source::{Facts, HealthSource};
use crate::stores::OpenCatalog;

/// The pools. That calls wait for a connection is no failure of its own: the stores are asked by themselves.
pub(crate) struct PoolsSource {
    pub(crate) catalog: OpenCatalog,
    pub(crate) redis: Option<RedisStore>,
}

/// A pool at one moment, whatever it leads to.
struct Pool {
    backend: &'static str,
    name: &'static str,
    open: u32,
    idle: u32,
    most: u32,
    waiting: u32,
}

impl HealthSource for PoolsSource {
    fn name(&self) -> &'static str {
        "pools"
    }

    fn is_required(&self) -> bool {
        false
    }

    fn look<'a>(&'a self, _ctx: &'a CallContext) -> BoxFuture<'a, Result<Facts>> {
        Box::pin(async move {
            let pools = self.pools();
            pools.iter().for_each(Pool::publish);
            Ok(pools.iter().map(|pool| (format!("{}.{}", pool.backend, pool.name), pool.fact())).collect())
        })
    }
}

impl PoolsSource {
    fn pools(&self) -> Vec<Pool> {
        let catalog = self.catalog.pools().into_iter().map(|status| Pool {
            backend: "catalog",
            name: status.name,
            open: status.open,
            idle: status.idle,
            most: status.most,
            waiting: status.waiting,
        });
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let redis = self.redis.as_ref().map(RedisStore::pool_status).map(|status| Pool {
            backend: "redis",
            name: "commands",
            open: count(status.open),
            idle: count(status.free),
            most: count(status.most),
            waiting: count(status.waiting),
        });
        catalog.chain(redis).collect()
    }
}

impl Pool {
    fn used(&self) -> u32 {
        self.open.saturating_sub(self.idle)
    }

    fn publish(&self) {
        let &Self { backend, name, idle, most, waiting, .. } = self;
        for (state, count) in [("idle", idle), ("used", self.used()), ("max", most)] {
            metrics::gauge!(POOL_CONNECTIONS.name, BACKEND => backend, POOL => name, STATE => state)
                .set(f64::from(count));
        }
        metrics::gauge!(POOL_WAITING.name, BACKEND => backend, POOL => name).set(f64::from(waiting));
    }

    fn fact(&self) -> serde_json::Value {
        json!({ "idle": self.idle, "used": self.used(), "max": self.most, "waiting": self.waiting })
    }
}
