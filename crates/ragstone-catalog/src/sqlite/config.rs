//! Settings of the SQLite catalog, checked where they are made.

use std::time::Duration;

use ragstone_core::{Error, Result};

/// Settings of a [`SqliteCatalog`](crate::SqliteCatalog).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqliteConfig {
    readers: u32,
    busy_timeout: Duration,
    queue_timeout: Duration,
    cache_kib: u32,
}

impl Default for SqliteConfig {
    /// 4 readers, 5 s for a lock of another process, 30 s in the queue, 8 MiB of cache for each connection.
    fn default() -> Self {
        Self {
            readers: 4,
            busy_timeout: Duration::from_secs(5),
            queue_timeout: Duration::from_secs(30),
            cache_kib: 8 * 1024,
        }
    }
}

impl SqliteConfig {
    /// Sets the most connections that read at once, 1 to 64. Each has a thread of its own.
    pub fn with_readers(mut self, readers: u32) -> Result<Self> {
        if !(1..=64).contains(&readers) {
            return Err(Error::invalid("readers", "must be from 1 to 64"));
        }
        self.readers = readers;
        Ok(self)
    }

    /// Sets how long a statement waits for a lock that another process holds, at most 10 min.
    pub fn with_busy_timeout(mut self, timeout: Duration) -> Result<Self> {
        if timeout > Duration::from_mins(10) {
            return Err(Error::invalid("busy_timeout", "must be at most 10 min"));
        }
        self.busy_timeout = timeout;
        Ok(self)
    }

    /// Sets how long a call waits for its turn before it is `Unavailable`, more than 0 and at most 10 min.
    pub fn with_queue_timeout(mut self, timeout: Duration) -> Result<Self> {
        if timeout.is_zero() || timeout > Duration::from_mins(10) {
            return Err(Error::invalid("queue_timeout", "must be more than 0 and at most 10 min"));
        }
        self.queue_timeout = timeout;
        Ok(self)
    }

    /// Sets the page cache of each connection in KiB, 64 to 4,194,304.
    pub fn with_cache_kib(mut self, kib: u32) -> Result<Self> {
        if !(64..=4_194_304).contains(&kib) {
            return Err(Error::invalid("cache_kib", "must be from 64 to 4194304"));
        }
        self.cache_kib = kib;
        Ok(self)
    }

    pub(super) fn readers(&self) -> u32 {
        self.readers
    }

    pub(super) fn busy_timeout(&self) -> Duration {
        self.busy_timeout
    }

    pub(super) fn queue_timeout(&self) -> Duration {
        self.queue_timeout
    }

    pub(super) fn cache_kib(&self) -> u32 {
        self.cache_kib
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_range_are_refused() {
        let config = SqliteConfig::default;
        assert!(config().with_readers(0).is_err());
        assert!(config().with_readers(65).is_err());
        assert!(config().with_busy_timeout(Duration::from_secs(601)).is_err());
        assert!(config().with_queue_timeout(Duration::ZERO).is_err());
        assert!(config().with_cache_kib(1).is_err());
    }
}
