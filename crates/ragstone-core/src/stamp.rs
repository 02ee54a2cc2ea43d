//! What a source shows from outside of its content, so that what has not changed need not be read.

use std::fmt;

use crate::error::{Error, Result};
use crate::id::{Digest, DocumentId};

/// Longest stamp in bytes.
pub const MAX_STAMP_LEN: usize = 128;
/// Most stamps that are noted at once.
pub const MAX_STAMPS: usize = 1024;

/// What a source shows of its content without being read, such as size and times of a file: 1 to [`MAX_STAMP_LEN`]
/// visible ASCII characters.
///
/// Two equal stamps of one source promise equal content. Who makes them sees to it: a file that was written in this
/// moment has none, because it may be written again within the same tick of its clock.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceStamp(Box<str>);

impl SourceStamp {
    /// Checks a stamp.
    pub fn try_new(text: impl Into<String>) -> Result<Self> {
        let text = text.into();
        if text.is_empty() || text.len() > MAX_STAMP_LEN || !text.bytes().all(|byte| byte.is_ascii_graphic())
        {
            let rule = format!("must be 1 to {MAX_STAMP_LEN} visible ASCII characters");
            return Err(Error::invalid("stamp", rule));
        }
        Ok(Self(text.into_boxed_str()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A document whose source was read and found to hold what is stored, and what it looked like before that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StampedDocument {
    /// Identity.
    pub document: DocumentId,
    /// Hash of the bytes that were read.
    pub content_digest: Digest,
    /// What the source showed.
    pub stamp: SourceStamp,
}

/// Checks what every store refuses as `InvalidArgument`: too many stamps at once.
pub fn check_stamps(stamped: &[StampedDocument]) -> Result<()> {
    if stamped.len() > MAX_STAMPS {
        return Err(Error::invalid("stamped", format!("must be at most {MAX_STAMPS}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_short_and_visible() {
        for good in ["1", "120.1700000000000000000.1700000000000000000.42", &"x".repeat(MAX_STAMP_LEN)] {
            assert_eq!(SourceStamp::try_new(good).expect("is a stamp").as_str(), good);
        }
        for bad in ["", "a b", "ä", "a\n", &"x".repeat(MAX_STAMP_LEN + 1)] {
            assert!(SourceStamp::try_new(bad).is_err(), "{bad:?}");
        }
    }
}
