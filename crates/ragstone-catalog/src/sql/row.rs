//! Rows, read column by column.

use ragstone_core::{
    ChunkId, CollectionId, Digest, DocumentId, DocumentVersion, Error, ErrorKind, GenerationId, GraphId,
    HolderId, JobId, KeyedRequestId, Result, Sequence, Timestamp, UploadId,
};
use uuid::Uuid;

use super::Value;

/// A row whose columns are taken from left to right.
///
/// A column that is missing or of another type is [`ErrorKind::Corrupt`]: the schema is this crate's own, so
/// only damage can do that.
#[derive(Debug)]
pub struct Row {
    columns: std::vec::IntoIter<Value<'static>>,
}

impl Row {
    pub(crate) fn new(columns: Vec<Value<'static>>) -> Self {
        Self { columns: columns.into_iter() }
    }

    /// All columns from here on.
    pub(crate) fn into_values(self) -> Vec<Value<'static>> {
        self.columns.collect()
    }

    /// Passes over columns.
    pub(crate) fn skip(&mut self, columns: usize) {
        for _ in 0..columns {
            self.next();
        }
    }

    fn next(&mut self) -> Value<'static> {
        self.columns.next().unwrap_or(Value::Null)
    }

    pub(crate) fn integer(&mut self) -> Result<i64> {
        match self.next() {
            Value::Integer(value) => Ok(value),
            other => Err(damaged("an integer", &other)),
        }
    }

    pub(crate) fn optional_integer(&mut self) -> Result<Option<i64>> {
        match self.next() {
            Value::Null => Ok(None),
            Value::Integer(value) => Ok(Some(value)),
            other => Err(damaged("an integer or nothing", &other)),
        }
    }

    /// A count or a position.
    pub(crate) fn count(&mut self) -> Result<u64> {
        u64::try_from(self.integer()?).map_err(|_| out_of_range("a count"))
    }

    pub(crate) fn small_count(&mut self) -> Result<u32> {
        u32::try_from(self.integer()?).map_err(|_| out_of_range("a 32-bit count"))
    }

    pub(crate) fn length(&mut self) -> Result<usize> {
        usize::try_from(self.integer()?).map_err(|_| out_of_range("a length"))
    }

    pub(crate) fn flag(&mut self) -> Result<bool> {
        Ok(self.integer()? != 0)
    }

    /// A number that was stored as `f32`, so that nothing is lost on the way back.
    #[expect(clippy::cast_possible_truncation, reason = "the stored value was an f32")]
    pub(crate) fn real(&mut self) -> Result<f32> {
        match self.next() {
            Value::Real(value) => Ok(value as f32),
            other => Err(damaged("a number", &other)),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String> {
        self.optional_text()?.ok_or_else(|| damaged("a text", &Value::Null))
    }

    pub(crate) fn optional_text(&mut self) -> Result<Option<String>> {
        match self.next() {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text.into_owned())),
            other => Err(damaged("a text", &other)),
        }
    }

    pub(crate) fn optional_bytes(&mut self) -> Result<Option<Vec<u8>>> {
        match self.next() {
            Value::Null => Ok(None),
            Value::Bytes(bytes) => Ok(Some(bytes.into_owned())),
            other => Err(damaged("bytes", &other)),
        }
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>> {
        self.optional_bytes()?.ok_or_else(|| damaged("bytes", &Value::Null))
    }

    pub(crate) fn optional_uuid(&mut self) -> Result<Option<Uuid>> {
        match self.next() {
            Value::Null => Ok(None),
            Value::Uuid(uuid) => Ok(Some(uuid)),
            Value::Bytes(bytes) => Uuid::from_slice(&bytes).map(Some).map_err(|_| out_of_range("an id")),
            other => Err(damaged("an id", &other)),
        }
    }

    fn uuid(&mut self) -> Result<Uuid> {
        self.optional_uuid()?.ok_or_else(|| damaged("an id", &Value::Null))
    }

    pub(crate) fn collection_id(&mut self) -> Result<CollectionId> {
        self.uuid().map(CollectionId::from_uuid)
    }

    pub(crate) fn document_id(&mut self) -> Result<DocumentId> {
        self.uuid().map(DocumentId::from_uuid)
    }

    pub(crate) fn chunk_id(&mut self) -> Result<ChunkId> {
        self.uuid().map(ChunkId::from_uuid)
    }

    pub(crate) fn optional_generation(&mut self) -> Result<Option<GenerationId>> {
        Ok(self.optional_uuid()?.map(GenerationId::from_uuid))
    }

    pub(crate) fn digest(&mut self) -> Result<Digest> {
        self.optional_digest()?.ok_or_else(|| damaged("a hash", &Value::Null))
    }

    pub(crate) fn optional_digest(&mut self) -> Result<Option<Digest>> {
        let Some(bytes) = self.optional_bytes()? else { return Ok(None) };
        let hash = <[u8; 32]>::try_from(bytes).map_err(|_| out_of_range("a hash"))?;
        Ok(Some(Digest::from_bytes(hash)))
    }

    pub(crate) fn version(&mut self) -> Result<DocumentVersion> {
        self.small_count().map(DocumentVersion)
    }

    pub(crate) fn sequence(&mut self) -> Result<Sequence> {
        self.count().map(Sequence)
    }

    pub(crate) fn timestamp(&mut self) -> Result<Timestamp> {
        self.integer().map(Timestamp::from_millis)
    }

    pub(crate) fn optional_timestamp(&mut self) -> Result<Option<Timestamp>> {
        Ok(self.optional_integer()?.map(Timestamp::from_millis))
    }

    pub(crate) fn job_id(&mut self) -> Result<JobId> {
        self.uuid().map(JobId::from_uuid)
    }

    pub(crate) fn request_id(&mut self) -> Result<KeyedRequestId> {
        self.uuid().map(KeyedRequestId::from_uuid)
    }

    pub(crate) fn graph_id(&mut self) -> Result<GraphId> {
        self.uuid().map(GraphId::from_uuid)
    }

    pub(crate) fn upload_id(&mut self) -> Result<UploadId> {
        self.uuid().map(UploadId::from_uuid)
    }

    pub(crate) fn optional_holder(&mut self) -> Result<Option<HolderId>> {
        Ok(self.optional_uuid()?.map(HolderId::from_uuid))
    }
}

/// The error for stored data that cannot be what this crate wrote.
pub(crate) fn corrupt(detail: impl Into<String>) -> Error {
    Error::new(ErrorKind::Corrupt, "a stored row cannot be read")
        .with_detail(detail)
        .with_help("check the disk, then restore the catalog from a backup")
}

fn damaged(expected: &str, found: &Value<'_>) -> Error {
    let found = match found {
        Value::Null => "nothing",
        Value::Integer(_) => "an integer",
        Value::Real(_) => "a number",
        Value::Text(_) => "a text",
        Value::Bytes(_) => "bytes",
        Value::Uuid(_) => "an id",
    };
    corrupt(format!("a column holds {found} in place of {expected}"))
}

fn out_of_range(expected: &str) -> Error {
    corrupt(format!("a column does not fit {expected}"))
}
