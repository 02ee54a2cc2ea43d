//! Leases: their names, holders and fencing tokens.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cache::check_duration;
use crate::error::{Error, ErrorKind, Result};
use crate::id::HolderId;

/// Longest time that a lease is given for: 1 day.
pub const MAX_LEASE_TTL: Duration = Duration::from_hours(24);

/// Name of what is leased, such as `projection/chunk-index`.
///
/// 1 to 128 characters of `a-z`, `0-9`, `_`, `-`, `.` and `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseName(String);

impl LeaseName {
    /// Checks and wraps a name.
    pub fn try_new(name: impl Into<String>) -> Result<Self> {
        let name = name.into();
        let is_allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'/');
        if !name.is_empty() && name.len() <= 128 && name.bytes().all(is_allowed) {
            return Ok(Self(name));
        }
        Err(Error::invalid("lease", "must have 1 to 128 characters of a-z, 0-9, _, -, . and /"))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LeaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Order of the leases of one name: each has a greater token than all that were ever given before it.
///
/// Whoever acts under a lease hands its token to what it acts on, which refuses a smaller one than it has seen;
/// so a holder that slept past the end of its lease can do no harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FencingToken(pub u64);

impl fmt::Display for FencingToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A right that was given for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What is leased.
    pub name: LeaseName,
    /// Who holds it.
    pub holder: HolderId,
    /// Its place among all leases of the name.
    pub token: FencingToken,
    /// How long it was given or renewed for. A holder counts from before it made the call.
    pub ttl: Duration,
}

/// Checks what every lease store refuses: a time below a millisecond or above [`MAX_LEASE_TTL`].
pub fn check_ttl(ttl: Duration) -> Result<()> {
    check_duration("ttl", ttl, MAX_LEASE_TTL)
}

/// What a store answers to the renewal of a lease that was lost, released or ran out.
pub fn lost(lease: &Lease) -> Error {
    Error::new(ErrorKind::Conflict, "the lease was lost")
        .with_context("lease", &lease.name)
        .with_context("token", lease.token)
        .with_help("stop the work, or acquire the lease anew")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        assert!(LeaseName::try_new("projection/chunk-index").is_ok());
        for bad in ["", "A", "a b", "a:b", "a{b}", "ä", &"a".repeat(129)] {
            assert!(LeaseName::try_new(bad).is_err(), "{bad}");
        }
    }
}
