//! The in-memory cache: exact until it is full, then it forgets what was put first.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::lock;
use crate::cache::{CacheKey, CacheValue, check_put};
use crate::clock::Clock;
use crate::context::CallContext;
use crate::error::Result;
use crate::port::Cache;

/// A cache in memory, bounded by the bytes of its values.
pub struct MemoryCache {
    clock: Arc<dyn Clock>,
    most_bytes: usize,
    books: Mutex<CacheBooks>,
}

#[derive(Default)]
struct CacheBooks {
    entries: BTreeMap<CacheKey, Entry>,
    /// Keys by the order in which they were put.
    order: BTreeMap<u64, CacheKey>,
    bytes: usize,
    puts: u64,
}

struct Entry {
    value: CacheValue,
    until: Instant,
    put: u64,
}

impl MemoryCache {
    /// Bytes of the values that a cache built by [`MemoryCache::new`] holds at most: 64 MiB.
    pub const DEFAULT_BYTES: usize = 64 << 20;

    /// Builds an empty cache of [`Self::DEFAULT_BYTES`].
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_capacity(clock, Self::DEFAULT_BYTES)
    }

    /// Builds an empty cache that holds at most `most_bytes` bytes of values.
    pub fn with_capacity(clock: Arc<dyn Clock>, most_bytes: usize) -> Self {
        Self { clock, most_bytes, books: Mutex::default() }
    }
}

impl CacheBooks {
    fn remove(&mut self, key: &CacheKey) {
        if let Some(entry) = self.entries.remove(key) {
            self.order.remove(&entry.put);
            self.bytes -= entry.value.len();
        }
    }

    fn insert(&mut self, key: &CacheKey, value: CacheValue, until: Instant) {
        self.remove(key);
        self.puts += 1;
        self.bytes += value.len();
        self.order.insert(self.puts, key.clone());
        self.entries.insert(key.clone(), Entry { value, until, put: self.puts });
    }

    fn shrink(&mut self, most_bytes: usize) {
        while self.bytes > most_bytes
            && let Some(key) = self.order.values().next().cloned()
        {
            self.remove(&key);
        }
    }
}

impl Cache for MemoryCache {
    async fn get(&self, _ctx: &CallContext, key: &CacheKey) -> Result<Option<CacheValue>> {
        let now = self.clock.instant();
        let mut books = lock(&self.books);
        match books.entries.get(key) {
            Some(entry) if now < entry.until => Ok(Some(Arc::clone(&entry.value))),
            _ => {
                books.remove(key);
                Ok(None)
            }
        }
    }

    async fn put(&self, _ctx: &CallContext, key: &CacheKey, value: CacheValue, ttl: Duration) -> Result<()> {
        check_put(&value, ttl)?;
        let until = self.clock.instant() + ttl;
        let mut books = lock(&self.books);
        books.insert(key, value, until);
        books.shrink(self.most_bytes);
        Ok(())
    }

    async fn remove(&self, _ctx: &CallContext, key: &CacheKey) -> Result<()> {
        lock(&self.books).remove(key);
        Ok(())
    }
}

impl fmt::Debug for MemoryCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCache").field("most_bytes", &self.most_bytes).finish_non_exhaustive()
    }
}
