//! Limits of named graphs.

use std::num::NonZeroUsize;

use ragstone_core::{Error, Result};

/// How much memory and how many threads graphs may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphsConfig {
    /// Threads that compute, 1 to 256; all processors but one where left out.
    pub threads: Option<NonZeroUsize>,
    /// Bytes of graphs that are kept in memory between requests, from 1 MiB; 1 GiB. What is over it is read again from the
    /// catalog when it is asked for.
    pub kept_bytes: u64,
    /// Most working memory of one computation in bytes, its answer included, from 1 MiB; 2 GiB.
    pub max_working_bytes: u64,
}

impl GraphsConfig {
    pub(crate) fn check(&self) -> Result<()> {
        const LEAST: u64 = 1 << 20;
        if self.threads.is_some_and(|threads| threads.get() > 256) {
            return Err(Error::invalid("threads", "must be from 1 to 256"));
        }
        if self.kept_bytes < LEAST || self.max_working_bytes < LEAST {
            return Err(Error::invalid("kept_bytes", "must be at least 1 MiB, as must max_working_bytes"));
        }
        Ok(())
    }
}

impl Default for GraphsConfig {
    fn default() -> Self {
        Self { threads: None, kept_bytes: 1 << 30, max_working_bytes: 2 << 30 }
    }
}
