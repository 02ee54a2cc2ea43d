//! In-memory leases, for the tasks of one process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::lock;
use crate::clock::Clock;
use crate::context::CallContext;
use crate::error::{Error, ErrorKind, Result};
use crate::id::HolderId;
use crate::lease::{FencingToken, Lease, LeaseName, check_ttl};
use crate::port::Leases;

/// Leases in memory: between the tasks of one process, and for tests.
///
/// Tokens are counted anew by each process. A name is never forgotten, so that its tokens go on; names beyond
/// [`MemoryLeases::MOST_NAMES`] are `Unavailable`.
pub struct MemoryLeases {
    clock: Arc<dyn Clock>,
    names: Mutex<BTreeMap<LeaseName, Held>>,
}

#[derive(Default)]
struct Held {
    last: u64,
    /// Who holds the last token, until when.
    current: Option<(HolderId, Instant)>,
}

impl Held {
    fn holder(&self, now: Instant) -> Option<HolderId> {
        self.current.filter(|(_, until)| now < *until).map(|(holder, _)| holder)
    }

    fn is_held_by(&self, lease: &Lease, now: Instant) -> bool {
        FencingToken(self.last) == lease.token && self.holder(now) == Some(lease.holder)
    }
}

impl MemoryLeases {
    /// Most names that are ever leased.
    pub const MOST_NAMES: usize = 100_000;

    /// Builds a store in which nothing was ever leased.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, names: Mutex::default() }
    }
}

impl Leases for MemoryLeases {
    async fn acquire(
        &self,
        _ctx: &CallContext,
        name: &LeaseName,
        holder: HolderId,
        ttl: Duration,
    ) -> Result<Option<Lease>> {
        check_ttl(ttl)?;
        let now = self.clock.instant();
        let mut names = lock(&self.names);
        if names.len() >= Self::MOST_NAMES && !names.contains_key(name) {
            return Err(Error::new(ErrorKind::Unavailable, "too many names were leased"));
        }
        let held = names.entry(name.clone()).or_default();
        if held.holder(now).is_some_and(|current| current != holder) {
            return Ok(None);
        }
        held.last += 1;
        held.current = Some((holder, now + ttl));
        Ok(Some(Lease { name: name.clone(), holder, token: FencingToken(held.last), ttl }))
    }

    async fn renew(&self, _ctx: &CallContext, lease: &Lease, ttl: Duration) -> Result<Lease> {
        check_ttl(ttl)?;
        let now = self.clock.instant();
        match lock(&self.names).get_mut(&lease.name) {
            Some(held) if held.is_held_by(lease, now) => {
                held.current = Some((lease.holder, now + ttl));
                Ok(Lease { ttl, ..lease.clone() })
            }
            _ => Err(crate::lease::lost(lease)),
        }
    }

    async fn release(&self, _ctx: &CallContext, lease: &Lease) -> Result<()> {
        let now = self.clock.instant();
        if let Some(held) = lock(&self.names).get_mut(&lease.name)
            && held.is_held_by(lease, now)
        {
            held.current = None;
        }
        Ok(())
    }
}

impl fmt::Debug for MemoryLeases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLeases").field("names", &lock(&self.names).len()).finish_non_exhaustive()
    }
}
