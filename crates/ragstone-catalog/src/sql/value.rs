//! Values that travel to and from a database.

use std::borrow::Cow;

use ragstone_core::{
    ChunkId, CollectionId, CollectionName, Digest, DocumentId, DocumentVersion, GenerationId, GraphId,
    GraphName, HolderId, JobId, KeyedRequestId, SavedSearchName, Sequence, SourceUri, TenantId, Timestamp,
    UploadId,
};
use uuid::Uuid;

/// A parameter or a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'q> {
    /// No value.
    Null,
    /// Any whole number; truth values are 0 and 1.
    Integer(i64),
    /// Any other number.
    Real(f64),
    /// Text.
    Text(Cow<'q, str>),
    /// Bytes.
    Bytes(Cow<'q, [u8]>),
    /// An id, in the database's own form.
    Uuid(Uuid),
}

impl Value<'_> {
    /// A count or a position; those of this system never reach the maximum it is capped at.
    pub(crate) fn count(value: u64) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// A length or an offset.
    pub(crate) fn length(value: usize) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<f32> for Value<'_> {
    fn from(value: f32) -> Self {
        Self::Real(f64::from(value))
    }
}

impl<'q> From<&'q str> for Value<'q> {
    fn from(value: &'q str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl<'q> From<&'q [u8]> for Value<'q> {
    fn from(value: &'q [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(value))
    }
}

impl<'q> From<&'q Digest> for Value<'q> {
    fn from(value: &'q Digest) -> Self {
        Self::Bytes(Cow::Borrowed(value.as_bytes()))
    }
}

impl<'q> From<Option<&'q Digest>> for Value<'q> {
    fn from(value: Option<&'q Digest>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl<'q> From<Option<&'q str>> for Value<'q> {
    fn from(value: Option<&'q str>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Integer)
    }
}

impl From<Option<Timestamp>> for Value<'_> {
    fn from(value: Option<Timestamp>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl From<Option<HolderId>> for Value<'_> {
    fn from(value: Option<HolderId>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl From<Sequence> for Value<'_> {
    fn from(value: Sequence) -> Self {
        Self::count(value.0)
    }
}

impl From<DocumentVersion> for Value<'_> {
    fn from(value: DocumentVersion) -> Self {
        Self::from(value.0)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Integer(value.as_millis())
    }
}

macro_rules! from_uuid_id {
    ($($id:ident),*) => {
        $(
            impl From<$id> for Value<'_> {
                fn from(value: $id) -> Self {
                    Self::Uuid(value.as_uuid())
                }
            }
        )*
    };
}
from_uuid_id!(
    CollectionId,
    DocumentId,
    ChunkId,
    GenerationId,
    GraphId,
    HolderId,
    JobId,
    KeyedRequestId,
    UploadId
);

macro_rules! from_name {
    ($($name:ident),*) => {
        $(
            impl<'q> From<&'q $name> for Value<'q> {
                fn from(value: &'q $name) -> Self {
                    Self::from(value.as_str())
                }
            }
        )*
    };
}
from_name!(GraphName, TenantId, CollectionName, SavedSearchName, SourceUri);
