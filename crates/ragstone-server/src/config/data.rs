//! The data directory's room.

use ragstone_core::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::within;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DataConfig {
    /// Free space of the disk in MiB below which writes are refused, so that what runs can finish; reads go on. 0 for no
    /// such reserve. At most 1048576.
    pub(crate) min_free_mb: u64,
}

impl Default for DataConfig {
    fn default() -> Self {
        Self { min_free_mb: 64 }
    }
}

impl DataConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("data.min_free_mb", self.min_free_mb, 0, 1 << 20)
    }

    /// Free bytes below which writes are refused.
    pub(crate) const fn least_free(&self) -> u64 {
        self.min_free_mb << 20
    }
}
