//! Requests with idempotency keys, and uploads in parts: what is kept of them, and how long.

use std::time::Duration;

use ragstone_core::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::within;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct IdempotencyConfig {
    /// Hours for which the answer to a request with an idempotency key is kept. From 1 to 720.
    pub(crate) keep_hours: u64,
    /// Keys of a tenant that are kept at the same time; a new one is refused where there are as many. From 1 to 1000000.
    pub(crate) keys_per_tenant: u32,
    /// MiB of answers of a tenant that are kept at the same time; a new key is refused where there are as many. From 1 to
    /// 65536.
    pub(crate) mb_per_tenant: u64,
    /// Seconds after which a request whose server vanished is done by who is asked again. From 1 to 3600.
    pub(crate) lease_seconds: u64,
}

impl Default for IdempotencyConfig {
    fn default() -> Self {
        Self { keep_hours: 24, keys_per_tenant: 10_000, mb_per_tenant: 64, lease_seconds: 15 }
    }
}

impl IdempotencyConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("idempotency.keep_hours", self.keep_hours, 1, 720)?;
        within("idempotency.keys_per_tenant", self.keys_per_tenant, 1, 1_000_000)?;
        within("idempotency.mb_per_tenant", self.mb_per_tenant, 1, 65_536)?;
        within("idempotency.lease_seconds", self.lease_seconds, 1, 3600)
    }

    /// What the engine does with it; a request is waited for as long as it may take.
    pub(crate) fn settings(&self, patience: Duration) -> ragstone_engine::KeysConfig {
        ragstone_engine::KeysConfig {
            retention: Duration::from_hours(self.keep_hours),
            per_tenant: self.keys_per_tenant,
            bytes_per_tenant: self.mb_per_tenant << 20,
            hold: Duration::from_secs(self.lease_seconds),
            patience,
            ..ragstone_engine::KeysConfig::default()
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct UploadsConfig {
    /// Hours for which an upload in parts waits for its next part. From 1 to 24.
    pub(crate) keep_hours: u64,
    /// Uploads of a tenant that may be under way at the same time. From 1 to 100000.
    pub(crate) per_tenant: u32,
    /// MiB of uploads of a tenant that may be under way at the same time, announced or arrived. From 1 to 1048576.
    pub(crate) mb_per_tenant: u64,
}

impl Default for UploadsConfig {
    fn default() -> Self {
        Self { keep_hours: 24, per_tenant: 100, mb_per_tenant: 1024 }
    }
}

impl UploadsConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("uploads.keep_hours", self.keep_hours, 1, 24)?;
        within("uploads.per_tenant", self.per_tenant, 1, 100_000)?;
        within("uploads.mb_per_tenant", self.mb_per_tenant, 1, 1_048_576)
    }

    /// What the engine does with it.
    pub(crate) fn settings(&self) -> ragstone_engine::UploadsConfig {
        ragstone_engine::UploadsConfig {
            lifetime: Duration::from_hours(self.keep_hours),
            per_tenant: self.per_tenant,
            bytes_per_tenant: self.mb_per_tenant << 20,
        }
    }
}
