//! Named graphs: how much memory and how many threads they may take.

use std::num::NonZeroUsize;

use ragstone_core::Result;
use ragstone_engine::graphs::GraphsConfig as EngineGraphsConfig;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::within;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GraphsConfig {
    /// Threads that compute on graphs; 0 stands for all processors but one. From 0 to 256.
    pub(crate) threads: usize,
    /// MiB of graphs that are kept in memory between requests; others are read again when they are asked for. From 1 to
    /// 1048576.
    pub(crate) memory_mb: u64,
    /// MiB that one computation may take besides, its answer included; what would take more is refused. From 1 to 1048576.
    pub(crate) working_mb: u64,
    /// MiB of a file of a graph that is imported. From 1 to 4096.
    pub(crate) file_mb: usize,
}

impl Default for GraphsConfig {
    fn default() -> Self {
        Self { threads: 0, memory_mb: 1024, working_mb: 2048, file_mb: 256 }
    }
}

impl GraphsConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("graphs.threads", self.threads, 0, 256)?;
        within("graphs.memory_mb", self.memory_mb, 1, 1_048_576)?;
        within("graphs.working_mb", self.working_mb, 1, 1_048_576)?;
        within("graphs.file_mb", self.file_mb, 1, 4096)
    }

    /// What the engine does with it.
    pub(crate) fn settings(&self) -> EngineGraphsConfig {
        EngineGraphsConfig {
            threads: NonZeroUsize::new(self.threads),
            kept_bytes: self.memory_mb << 20,
            max_working_bytes: self.working_mb << 20,
        }
    }

    /// Longest file in bytes.
    pub(crate) const fn longest_file(&self) -> usize {
        self.file_mb << 20
    }
}
