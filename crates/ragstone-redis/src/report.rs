//! What stands at the other end, for those who run the server.

use deadpool_redis::redis::{InfoDict, Value, cmd};
use ragstone_core::{Error, ErrorKind, Result, Retry};

use crate::store::RedisStore;

/// Oldest version with everything that is needed.
const OLDEST: (u32, u32) = (6, 0);

/// What a Redis says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisReport {
    /// Version, such as `7.0.15`; `None` of a cluster, whose nodes may differ.
    pub version: Option<String>,
    /// What it is.
    pub role: RedisRole,
    /// What it does when its memory is full, such as `noeviction`; `None` of a cluster.
    ///
    /// A policy that evicts keys without a time to live (`allkeys-…`) may forget the last tokens of leases,
    /// which then go on from Redis's clock.
    pub eviction: Option<String>,
}

/// What a Redis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedisRole {
    /// It takes writes.
    Primary,
    /// It repeats the writes of a primary.
    Replica,
    /// A cluster that serves all its slots.
    Cluster,
}

impl RedisStore {
    /// Looks at Redis and writes a key, so that whatever would fail later fails now and says why.
    ///
    /// `Unavailable` where it cannot be reached, refuses the log-in, is read-only, out of memory or without all
    /// slots of a cluster, or is older than 6.0. Costs two round trips.
    pub async fn check(&self) -> Result<RedisReport> {
        let report = if self.shared.connector().is_cluster() {
            self.cluster_report().await?
        } else {
            self.server_report().await?
        };
        let mut probe = cmd("SET");
        probe.arg(self.shared.name("check", "probe")).arg("1").arg("PX").arg(1000);
        self.shared.command::<Value>(&probe).await?;
        Ok(report)
    }

    async fn server_report(&self) -> Result<RedisReport> {
        let info: InfoDict = self.shared.command(&cmd("INFO")).await?;
        let version: Option<String> = info.get("redis_version");
        if version.as_deref().and_then(major_minor).is_some_and(|version| version < OLDEST) {
            return Err(Error::new(ErrorKind::Unavailable, "redis is too old")
                .with_retry(Retry::Never)
                .with_context("version", version.unwrap_or_default())
                .with_help("use redis 6.0 or later"));
        }
        let is_replica = info.get::<String>("role").is_some_and(|role| role == "slave");
        let role = if is_replica { RedisRole::Replica } else { RedisRole::Primary };
        Ok(RedisReport { version, role, eviction: info.get("maxmemory_policy") })
    }

    async fn cluster_report(&self) -> Result<RedisReport> {
        let mut command = cmd("CLUSTER");
        let info: InfoDict = self.shared.command(command.arg("INFO")).await?;
        if info.get::<String>("cluster_state").is_none_or(|state| state != "ok") {
            return Err(Error::new(ErrorKind::Unavailable, "the redis cluster does not serve all its slots"));
        }
        Ok(RedisReport { version: None, role: RedisRole::Cluster, eviction: None })
    }
}

fn major_minor(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(major_minor("7.0.15") > Some(OLDEST));
        assert!(major_minor("10.0") > major_minor("9.9"));
        assert!(major_minor("5.0.3") < Some(OLDEST));
        assert_eq!(major_minor("unstable"), None);
    }
}
