//! What a cache holds and how its entries are named.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::id::{Digest, TenantId};

/// Bytes of one entry; cheap to clone.
pub type CacheValue = Arc<[u8]>;

/// Largest value of a cache in bytes: 8 MiB.
pub const MAX_CACHE_VALUE: usize = 8 << 20;

/// Longest time to live of an entry: 30 days.
pub const MAX_CACHE_TTL: Duration = Duration::from_hours(720);

/// Name of one entry: what kind of thing it is, whose it is, and a hash of everything else that it depends on.
///
/// The tenant is part of every key, so that no caller can forget it.
/// The parts are hashed (BLAKE3, each with its length), so any bytes may be in them and none can be read back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CacheKey {
    namespace: &'static str,
    tenant: TenantId,
    digest: Digest,
}

impl CacheKey {
    /// Names an entry of `namespace`, such as `search-answer`, which is shared with other processes and so must
    /// change when the meaning of its values does.
    pub fn new(namespace: &'static str, tenant: TenantId, parts: &[&[u8]]) -> Self {
        Self { namespace, tenant, digest: digest_of(parts) }
    }

    /// What kind of thing the entry is.
    pub const fn namespace(&self) -> &'static str {
        self.namespace
    }

    /// Whose entry it is.
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Hash of the parts.
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }
}

impl fmt::Display for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.namespace, self.tenant, self.digest)
    }
}

/// Hashes parts so that no two lists of parts look the same.
pub(crate) fn digest_of(parts: &[&[u8]]) -> Digest {
    let mut hasher = blake3::Hasher::new_derive_key("ragstone shared key v1");
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    Digest::from_bytes(*hasher.finalize().as_bytes())
}

/// Checks what every cache refuses: an empty or too long time to live, a value that is too large.
pub fn check_put(value: &CacheValue, ttl: Duration) -> Result<()> {
    if value.len() > MAX_CACHE_VALUE {
        return Err(Error::new(ErrorKind::TooLarge, "the value is too large for a cache")
            .with_context("bytes", value.len())
            .with_context("most_bytes", MAX_CACHE_VALUE));
    }
    check_duration("ttl", ttl, MAX_CACHE_TTL)
}

/// Refuses a duration below a millisecond or above `longest`.
pub(crate) fn check_duration(field: &'static str, duration: Duration, longest: Duration) -> Result<()> {
    if duration < Duration::from_millis(1) || duration > longest {
        let rule = format!("must be from 1 ms to {} s", longest.as_secs());
        return Err(Error::invalid(field, rule));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let key = |parts: &[&[u8]]| CacheKey::new("test", TenantId::default(), parts);
        assert_ne!(key(&[b"ab", b"c"]), key(&[b"a", b"bc"]));
        assert_ne!(key(&[b"ab"]), key(&[b"ab", b""]));
        assert_eq!(key(&[b"ab", b"c"]), key(&[b"ab", b"c"]));
    }

    #[test]
    fn tenants_and_namespaces_are_apart() {
        let other = TenantId::try_new("other").expect("is a tenant");
        let key = CacheKey::new("test", TenantId::default(), &[b"a"]);
        assert_ne!(key, CacheKey::new("test", other, &[b"a"]));
        assert_ne!(key, CacheKey::new("more", TenantId::default(), &[b"a"]));
    }
}
