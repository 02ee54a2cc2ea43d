//! Identifiers and other small newtypes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::span::ByteSpan;

macro_rules! uuid_id {
    ($(#[$meta:meta])* $name:ident, $noun:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an existing UUID.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                Uuid::parse_str(text)
                    .map(Self)
                    .map_err(|_| Error::invalid($noun, concat!("is not a ", $noun, " id (a UUID)")))
            }
        }
    };
}

uuid_id! {
    /// Identity of a collection; minted once and never reused, so that a new collection of an old name is another one.
    CollectionId, "collection"
}
uuid_id! {
    /// Identity of a document: derived from tenant, collection and source, the same for all its versions.
    DocumentId, "document"
}
uuid_id! {
    /// Identity of a chunk: derived from document, version and span.
    ChunkId, "chunk"
}
uuid_id! {
    /// Identity of one build of a projection, such as one set of index files.
    GenerationId, "generation"
}
uuid_id! {
    /// Identity of a named graph; minted once and never reused.
    GraphId, "graph"
}
uuid_id! {
    /// Identity of one process that takes leases; fresh at each start.
    HolderId, "holder"
}
uuid_id! {
    /// Identity of a job; minted by who asks for it.
    JobId, "job"
}
uuid_id! {
    /// Identity of a request that came with an idempotency key; minted when the key is first seen.
    KeyedRequestId, "request"
}
uuid_id! {
    /// Identity of an upload, and of the job that it becomes; minted by who begins it.
    UploadId, "upload"
}

impl DocumentId {
    /// Derives the id of the document that `source` names in a collection.
    pub fn derive(collection: CollectionId, source: &SourceUri) -> Self {
        Self(derived("ragstone document v1", &[collection.0.as_bytes(), source.as_str().as_bytes()]))
    }
}

impl ChunkId {
    /// Derives the id of the chunk that covers `span` in one version of a document.
    ///
    /// Its first half is that of the document, so that an index of ids holds the chunks of a document in one place.
    pub fn derive(document: DocumentId, version: DocumentVersion, span: ByteSpan) -> Self {
        let start = (span.start() as u64).to_le_bytes();
        let end = (span.end() as u64).to_le_bytes();
        let parts: [&[u8]; 4] = [document.0.as_bytes(), &version.0.to_le_bytes(), &start, &end];
        let own = derived("ragstone chunk v2", &parts).as_u128();
        let shared = document.0.as_u128() >> 64 << 64;
        let bytes = (shared | (own & u128::from(u64::MAX))).to_be_bytes();
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

impl GenerationId {
    /// Derives the id of everything that is made with what `content` is the hash of.
    pub fn derive(content: &Digest) -> Self {
        Self(derived("ragstone generation v1", &[content.as_bytes()]))
    }
}

/// A version 8 UUID (RFC 9562 §5.8) from the BLAKE3 hash of length-prefixed parts.
fn derived(domain: &str, parts: &[&[u8]]) -> Uuid {
    let mut hasher = blake3::Hasher::new_derive_key(domain);
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

macro_rules! slug {
    ($(#[$meta:meta])* $name:ident, $noun:literal) => {
        $(#[$meta])*
        ///
        /// 1 to 64 characters of `a-z`, `0-9`, `_` and `-`, starting with a letter or a digit.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks and wraps a name.
            pub fn try_new(name: impl Into<String>) -> Result<Self> {
                let name = name.into();
                if is_slug(&name) {
                    Ok(Self(name))
                } else {
                    Err(Error::invalid(
                        $noun,
                        "must have 1 to 64 characters of a-z, 0-9, _ and -, and start with a letter or a digit",
                    ))
                }
            }

            /// The name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                Self::try_new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                Self::try_new(text).map_err(|error| error.public_message())
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

slug! {
    /// Owner of collections; no call crosses from one tenant to another.
    TenantId, "tenant"
}
slug! {
    /// Name of a collection, unique within its tenant.
    CollectionName, "collection"
}

slug! {
    /// Name of a graph, unique within its tenant.
    GraphName, "graph"
}

slug! {
    /// Name of a saved search, unique within its tenant.
    SavedSearchName, "search"
}

impl Default for TenantId {
    /// The tenant `default`, the only one of a single-user instance.
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl Default for CollectionName {
    /// The collection `default`, used where a caller names none.
    fn default() -> Self {
        Self("default".to_owned())
    }
}

fn is_slug(name: &str) -> bool {
    let first = name.bytes().next();
    name.len() <= 64
        && first.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}

/// Where a document comes from, as a URI; unique within a collection.
///
/// Files are `file:///absolute/path`; texts given by a caller are `text:<external id>`.
/// 1 to 4,096 bytes, without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceUri(String);

impl SourceUri {
    /// Longest accepted URI in bytes.
    pub const MAX_LEN: usize = 4096;

    /// Checks and wraps a URI.
    pub fn try_new(uri: impl Into<String>) -> Result<Self> {
        let uri = uri.into();
        if uri.is_empty() || uri.len() > Self::MAX_LEN {
            return Err(Error::invalid("source", "must have 1 to 4096 bytes"));
        }
        if uri.chars().any(char::is_control) {
            return Err(Error::invalid("source", "must not contain control characters"));
        }
        Ok(Self(uri))
    }

    /// The URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for SourceUri {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::try_new(text).map_err(|error| error.public_message())
    }
}

impl From<SourceUri> for String {
    fn from(uri: SourceUri) -> Self {
        uri.0
    }
}

/// Version of a document, counted from 1 and raised by every change of content or attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentVersion(pub u32);

impl fmt::Display for DocumentVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for DocumentVersion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let number = text.parse().ok().filter(|number| *number > 0);
        number.map(Self).ok_or_else(|| Error::invalid("version", "must be a number from 1"))
    }
}

/// Position in the catalog's change feed; every acknowledged write has a greater one than all writes before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sequence(pub u64);

impl Sequence {
    /// Before the first change.
    pub const ZERO: Self = Self(0);
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// BLAKE3 hash of some bytes; shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// Hashes `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Wraps a stored hash.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Hashes bytes that come one after the other.
#[derive(Clone, Debug, Default)]
pub struct Hasher(blake3::Hasher);

impl Hasher {
    /// Takes more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all bytes.
    pub fn digest(&self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(blake3::Hash::from_bytes(self.0).to_hex().as_str())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        blake3::Hash::from_hex(text)
            .map(|hash| Self(*hash.as_bytes()))
            .map_err(|_| Error::invalid("digest", "must be 64 hexadecimal digits"))
    }
}

impl TryFrom<String> for Digest {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|error: Error| error.public_message())
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

#[cfg(test)]
mod tests;
