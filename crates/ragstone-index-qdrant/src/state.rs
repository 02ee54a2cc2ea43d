//! The point that says what a collection holds: generation, checkpoint, and who changes it.

use qdrant_client::qdrant::value::Kind;
use qdrant_client::qdrant::{PointId, PointStruct, Value};
use ragstone_core::index::{Dimensions, IndexSchema, IndexState};
use ragstone_core::{Error, ErrorKind, GenerationId, Result, Sequence};
use uuid::Uuid;

use crate::fault;
use crate::point::{self, Payload};

/// Raised when the stored form of points changes. Form 2 has access lists; form 3 knows where sources lie, dates and
/// languages.
const FORMAT: i64 = 3;
/// No derived id looks like this: it would have to be of the UUID version 15.
const STATE_POINT: Uuid = Uuid::from_u128(0xffff_ffff_ffff_ffff_0000_0000_0000_0000);

const FORMAT_FIELD: &str = "format";
const GENERATION: &str = "generation";
const CHECKPOINT: &str = "checkpoint";
const DIMENSIONS: &str = "dimensions";
const REVISION: &str = "revision";
const CHUNKS: &str = "chunks";
const BUCKETS: &str = "buckets";
const WRITER: &str = "writer";
const IS_DIRTY: &str = "is_dirty";

/// What a collection says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredState {
    /// Which build of the index this is.
    pub(crate) generation: GenerationId,
    /// What its chunks have.
    pub(crate) schema: IndexSchema,
    /// Every change up to here is in the collection.
    pub(crate) checkpoint: Sequence,
    /// Counts how often the stored statistics were replaced.
    pub(crate) revision: u64,
    /// Number of chunks that the stored statistics are over.
    pub(crate) chunks: u64,
    /// Number of points that the stored statistics are spread over.
    pub(crate) buckets: u32,
    /// Index that changed the collection last.
    pub(crate) writer: Uuid,
    /// Whether chunks changed since the statistics were stored.
    pub(crate) is_dirty: bool,
}

impl StoredState {
    /// State of an empty collection.
    pub(crate) fn new(generation: GenerationId, writer: Uuid, schema: IndexSchema) -> Self {
        let checkpoint = Sequence::ZERO;
        let (revision, chunks, buckets, is_dirty) = (0, 0, 1, false);
        Self { generation, schema, checkpoint, revision, chunks, buckets, writer, is_dirty }
    }

    /// The part that the port shows.
    pub(crate) fn shown(&self) -> IndexState {
        IndexState { generation: self.generation, schema: self.schema, checkpoint: self.checkpoint }
    }

    /// The state as a point.
    pub(crate) fn to_point(self) -> Result<PointStruct> {
        let mut payload = Payload::from([
            (FORMAT_FIELD.to_owned(), point::whole(FORMAT)),
            (GENERATION.to_owned(), point::text(self.generation.to_string())),
            (CHECKPOINT.to_owned(), number(self.checkpoint.0)?),
            (REVISION.to_owned(), number(self.revision)?),
            (CHUNKS.to_owned(), number(self.chunks)?),
            (BUCKETS.to_owned(), number(u64::from(self.buckets))?),
            (WRITER.to_owned(), point::text(self.writer.to_string())),
            (IS_DIRTY.to_owned(), Value { kind: Some(Kind::BoolValue(self.is_dirty)) }),
        ]);
        if let Some(dimensions) = self.schema.dense {
            payload.insert(DIMENSIONS.to_owned(), number(dimensions.get() as u64)?);
        }
        Ok(PointStruct {
            id: Some(id()),
            payload,
            vectors: Some(point::named(std::collections::HashMap::new())),
        })
    }

    /// Reads the state back.
    ///
    /// `Corrupt` where it cannot be understood or is of an older form, which creating the target anew mends;
    /// `FailedPrecondition` where a later version of this crate wrote it, so that nothing of it is dropped.
    pub(crate) fn of_payload(payload: &Payload) -> Result<Self> {
        match point::whole_of(payload, FORMAT_FIELD) {
            Some(FORMAT) => {}
            Some(later) if later > FORMAT => {
                return Err(Error::new(
                    ErrorKind::FailedPrecondition,
                    "the index was written by a later version",
                )
                .with_context("format", later)
                .with_context("known", FORMAT)
                .with_help("upgrade this server, or use another prefix for its collections"));
            }
            Some(_) | None => return Err(fault::corrupt("the state has an unknown form")),
        }
        Self::read(payload).ok_or_else(|| fault::corrupt("the state cannot be read"))
    }

    fn read(payload: &Payload) -> Option<Self> {
        let number = |field| point::whole_of(payload, field).and_then(|number| u64::try_from(number).ok());
        let is_dirty = match payload.get(IS_DIRTY)?.kind.as_ref()? {
            Kind::BoolValue(truth) => *truth,
            _ => return None,
        };
        // States of versions without dense vectors do not have the field.
        let dense = match payload.get(DIMENSIONS) {
            None => None,
            Some(_) => Some(Dimensions::try_new(usize::try_from(number(DIMENSIONS)?).ok()?).ok()?),
        };
        Some(Self {
            schema: IndexSchema { dense },
            generation: point::text_of(payload, GENERATION)?.parse().ok()?,
            checkpoint: Sequence(number(CHECKPOINT)?),
            revision: number(REVISION)?,
            chunks: number(CHUNKS)?,
            buckets: u32::try_from(number(BUCKETS)?).ok().filter(|buckets| buckets.is_power_of_two())?,
            writer: point::text_of(payload, WRITER)?.parse().ok()?,
            is_dirty,
        })
    }
}

/// Id of the point that holds the state.
pub(crate) fn id() -> PointId {
    point::id(STATE_POINT)
}

fn number(number: u64) -> Result<Value> {
    let number = i64::try_from(number).map_err(|_| Error::invalid("checkpoint", "must be below 2^63"))?;
    Ok(point::whole(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> StoredState {
        let generation = GenerationId::from_uuid(Uuid::from_u128(7));
        let writer = Uuid::from_u128(8);
        let checkpoint = Sequence(1 << 40);
        let schema = IndexSchema { dense: Dimensions::try_new(384).ok() };
        StoredState {
            generation,
            schema,
            checkpoint,
            revision: 3,
            chunks: 4,
            buckets: 8,
            writer,
            is_dirty: true,
        }
    }

    #[test]
    fn a_state_is_read_back() {
        let point = sample().to_point().expect("fits");
        assert_eq!(StoredState::of_payload(&point.payload).expect("reads"), sample());
        let too_far = StoredState { checkpoint: Sequence(u64::MAX), ..sample() };
        assert_eq!(too_far.to_point().expect_err("is refused").kind(), ErrorKind::InvalidArgument);
    }

    #[test]
    fn an_older_form_is_corrupt_and_a_later_one_is_left_alone() {
        let mut payload = sample().to_point().expect("fits").payload;
        for (format, kind) in [(2, ErrorKind::Corrupt), (4, ErrorKind::FailedPrecondition)] {
            payload.insert(FORMAT_FIELD.to_owned(), point::whole(format));
            assert_eq!(StoredState::of_payload(&payload).expect_err("is refused").kind(), kind);
        }
        let mut payload = sample().to_point().expect("fits").payload;
        payload.remove(WRITER);
        assert_eq!(StoredState::of_payload(&payload).expect_err("is refused").kind(), ErrorKind::Corrupt);
    }
}
