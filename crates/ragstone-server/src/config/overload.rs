//! How many requests are worked on at once.

use ragstone_core::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::within;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OverloadConfig {
    /// Requests that are worked on at the same time, at most; further ones are answered with 503 and a time to come
    /// back, bulk ingests first. From 1 to 100000.
    pub(crate) max_requests: u32,
    /// Requests that are worked on at the same time however late the answers are. From 1 to `max_requests`.
    pub(crate) min_requests: u32,
    /// Milliseconds within which nine of ten requests should be answered; while they are not, fewer are worked on at
    /// the same time. From 1 to 60000.
    pub(crate) target_ms: u64,
}

impl Default for OverloadConfig {
    fn default() -> Self {
        Self { max_requests: 4096, min_requests: 128, target_ms: 2000 }
    }
}

impl OverloadConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("overload.max_requests", self.max_requests, 1, 100_000)?;
        within("overload.min_requests", self.min_requests, 1, self.max_requests)?;
        within("overload.target_ms", self.target_ms, 1, 60_000)
    }
}
