//! Requests that a caller may repeat: keys, what they stand for, and answers that are kept.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result, Retry};
use crate::id::{Digest, HolderId, KeyedRequestId};
use crate::lease::{FencingToken, check_ttl};

pub use self::effect::{BoundAnswer, Effect};
pub use self::record::{Given, KeyRecord};

mod effect;
mod record;

/// Longest key in bytes.
pub const MAX_KEY_LEN: usize = 255;
/// Longest name of an operation in bytes.
pub const MAX_OPERATION_LEN: usize = 64;
/// Longest head of an answer in bytes.
pub const MAX_HEAD_LEN: usize = 8 * 1024;
/// Longest body of an answer in bytes.
pub const MAX_BODY_LEN: usize = 1024 * 1024;
/// Longest time that answers are kept: 30 days.
pub const MAX_KEY_RETENTION: Duration = Duration::from_hours(30 * 24);

/// Names a request, so that it can be repeated without being done twice; chosen by the caller.
///
/// 1 to 255 printable ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Checks and wraps a key.
    pub fn try_new(key: impl Into<String>) -> Result<Self> {
        let key = key.into();
        if (1..=MAX_KEY_LEN).contains(&key.len()) && key.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Ok(Self(key));
        }
        Err(Error::invalid("idempotency key", "must have 1 to 255 printable ASCII characters"))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A request with its key. A key belongs to the tenant and the principal of the caller and to the operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRequest {
    /// Name in the table of operations; at most [`MAX_OPERATION_LEN`] bytes.
    pub operation: String,
    /// The key.
    pub key: IdempotencyKey,
    /// Hash of everything that the request asks for.
    pub fingerprint: Digest,
}

/// How a request is taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPolicy {
    /// Time after which a request whose process vanished may be taken up by another one, 1 ms to 1 day.
    pub hold: Duration,
    /// How long a key is known from when it was first seen, 1 ms to [`MAX_KEY_RETENTION`].
    pub retention: Duration,
    /// Most keys of a tenant, from 1.
    pub most_keys: u32,
    /// Bytes of kept answers of a tenant after which no new key is taken, from 1.
    pub most_bytes: u64,
}

impl KeyPolicy {
    /// Checks every range; every store refuses what fails here.
    pub fn check(&self) -> Result<()> {
        check_ttl(self.hold)?;
        if !(Duration::from_millis(1)..=MAX_KEY_RETENTION).contains(&self.retention) {
            return Err(Error::invalid("retention", "must be from 1 ms to 30 days"));
        }
        if self.most_keys == 0 || self.most_bytes == 0 {
            return Err(Error::invalid("most_keys", "must be at least 1, as must the most bytes"));
        }
        Ok(())
    }
}

impl KeyedRequest {
    /// Checks the name of the operation; every store refuses what fails here.
    pub fn check(&self) -> Result<()> {
        let is_plain = self.operation.bytes().all(|byte| byte.is_ascii_graphic());
        if (1..=MAX_OPERATION_LEN).contains(&self.operation.len()) && is_plain {
            return Ok(());
        }
        Err(Error::invalid("operation", "must have 1 to 64 visible ASCII characters"))
    }
}

/// The right to do a request, until it runs out; held by one process at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyClaim {
    /// The request; the same whoever does it.
    pub request: KeyedRequestId,
    /// Who does it.
    pub holder: HolderId,
    /// Counts how often it was taken up.
    pub token: FencingToken,
}

/// An answer as its transport wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// What stands before the body, in a form of the transport; at most [`MAX_HEAD_LEN`] bytes without NUL.
    pub head: String,
    /// The body; at most [`MAX_BODY_LEN`] bytes.
    pub body: Vec<u8>,
}

impl KeptAnswer {
    /// Bytes of both parts.
    pub fn len(&self) -> usize {
        self.head.len().saturating_add(self.body.len())
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Checks sizes; every store refuses what fails here.
    pub fn check(&self) -> Result<()> {
        if self.head.contains('\0') {
            return Err(Error::invalid("head", "must not contain NUL characters"));
        }
        if self.head.len() > MAX_HEAD_LEN || self.body.len() > MAX_BODY_LEN {
            return Err(Error::new(ErrorKind::TooLarge, "the answer is too long to be kept")
                .with_context("bytes", self.len()));
        }
        Ok(())
    }
}

/// What a key says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It is the caller's to do now.
    Claimed(KeyClaim),
    /// Somebody does it.
    UnderWay,
    /// It was done. `None` where the answer was too long to be kept.
    Answered(Option<KeptAnswer>),
}

/// The error for a key that was used for another request.
pub fn reused() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the idempotency key was used for another request")
        .with_help("repeat the request exactly, or send another one with a key of its own")
}

/// The error for a request that somebody does, for a caller who waits no longer.
pub fn under_way() -> Error {
    Error::new(ErrorKind::AlreadyExists, "a request with this idempotency key is under way")
        .with_help("send the same request with the same key again after a while")
        .with_retry(Retry::After(Duration::from_secs(1)))
}

/// The error for a request that was done and whose answer was not kept.
pub fn answer_not_kept() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the request was done, and its answer was too long to be kept")
        .with_help("read what it changed; it is not done again under this key")
}

/// The error for a tenant that has as many keys as it may have.
pub fn too_many() -> Error {
    Error::new(ErrorKind::RateLimited, "the tenant has as many idempotency keys as it may have")
        .with_help("try again when older keys have been forgotten, or send the request without a key")
}

/// The error for a claim that ran out or was taken by another.
pub fn lost(claim: &KeyClaim) -> Error {
    Error::new(ErrorKind::Conflict, "the claim of the keyed request was lost")
        .with_context("request", claim.request)
        .with_context("token", claim.token)
        .with_help("send the same request with the same key again")
}

/// The error of a store that keeps no keys, for a write that is bound to one.
pub fn unsupported() -> Error {
    Error::new(ErrorKind::Unsupported, "this store cannot keep what a write did beside an idempotency key")
        .with_help("send the request without a key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_printable() {
        for good in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", "with space", &"k".repeat(255)] {
            assert!(IdempotencyKey::try_new(good).is_ok(), "{good}");
        }
        for bad in ["", "ä", "a\n", "a\0", &"k".repeat(256)] {
            assert!(IdempotencyKey::try_new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn policies_and_answers_are_bounded() {
        let good = KeyPolicy {
            hold: Duration::from_secs(1),
            retention: Duration::from_hours(24),
            most_keys: 1,
            most_bytes: 1,
        };
        assert!(good.check().is_ok());
        for bad in [
            KeyPolicy { hold: Duration::ZERO, ..good },
            KeyPolicy { retention: MAX_KEY_RETENTION + Duration::from_millis(1), ..good },
            KeyPolicy { most_keys: 0, ..good },
            KeyPolicy { most_bytes: 0, ..good },
        ] {
            assert_eq!(bad.check().map_err(|error| error.kind()), Err(ErrorKind::InvalidArgument));
        }
        let long = KeptAnswer { head: String::new(), body: vec![0; MAX_BODY_LEN + 1] };
        assert_eq!(long.check().map_err(|error| error.kind()), Err(ErrorKind::TooLarge));
    }
}
