//! The cache: one key of Redis for each entry.

use std::time::Duration;

use deadpool_redis::redis::cmd;
use ragstone_core::cache::{CacheKey, CacheValue, check_put};
use ragstone_core::port::Cache;
use ragstone_core::{CallContext, Result};

use crate::store::RedisStore;

impl RedisStore {
    fn entry(&self, key: &CacheKey) -> String {
        self.shared.name("cache", key)
    }
}

impl Cache for RedisStore {
    async fn get(&self, _ctx: &CallContext, key: &CacheKey) -> Result<Option<CacheValue>> {
        let value: Option<Vec<u8>> = self.shared.command(cmd("GET").arg(self.entry(key))).await?;
        Ok(value.map(CacheValue::from))
    }

    async fn put(&self, _ctx: &CallContext, key: &CacheKey, value: CacheValue, ttl: Duration) -> Result<()> {
        check_put(&value, ttl)?;
        let mut command = cmd("SET");
        command.arg(self.entry(key)).arg(&*value).arg("PX").arg(whole_millis(ttl));
        self.shared.command(&command).await
    }

    async fn remove(&self, _ctx: &CallContext, key: &CacheKey) -> Result<()> {
        self.shared.command(cmd("UNLINK").arg(self.entry(key))).await
    }
}

/// Milliseconds as Redis counts them.
pub(crate) fn whole_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
