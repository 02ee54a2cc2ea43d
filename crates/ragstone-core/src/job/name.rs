//! Names of kinds of jobs, and keys that make a second job needless.

use std::fmt;

use crate::error::{Error, Result};

/// Longest key in bytes.
const MAX_KEY_LEN: usize = 512;

/// What is to be done, such as `ingest.paths`.
///
/// 1 to 64 characters of `a-z`, `0-9`, `_`, `-` and `.`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobKind(String);

impl JobKind {
    /// Checks and wraps a name.
    pub fn try_new(name: impl Into<String>) -> Result<Self> {
        let name = name.into();
        let is_allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.');
        if !name.is_empty() && name.len() <= 64 && name.bytes().all(is_allowed) {
            return Ok(Self(name));
        }
        Err(Error::invalid("kind", "must have 1 to 64 characters of a-z, 0-9, _, - and ."))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names the work of a job: while one with the key waits or runs, another one of the same tenant and kind is needless.
///
/// 1 to 512 bytes without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobKey(String);

impl JobKey {
    /// Checks and wraps a key.
    pub fn try_new(key: impl Into<String>) -> Result<Self> {
        let key = key.into();
        if key.is_empty() || key.len() > MAX_KEY_LEN || key.chars().any(char::is_control) {
            return Err(Error::invalid("key", "must have 1 to 512 bytes without control characters"));
        }
        Ok(Self(key))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_plain() {
        assert!(JobKind::try_new("ingest.paths").is_ok());
        for bad in ["", "A", "a b", "a/b", "ä", &"a".repeat(65)] {
            assert!(JobKind::try_new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_have_no_control_characters() {
        assert!(JobKey::try_new("/srv/Ä b").is_ok());
        for bad in ["", "a\0", "a\nb", &"a".repeat(513)] {
            assert!(JobKey::try_new(bad).is_err(), "{bad:?}");
        }
    }
}
