//! Chunks as points of Edge: the stored form and back.

use qdrant_edge::external::serde_json::{Map, Number, Value};
use qdrant_edge::{
    JsonPath, Payload, PointId, PointStruct, PointStructPersisted, Vector, VectorInternal,
    VectorStructInternal, Vectors,
};
use ragstone_core::index::{IndexAttributes, IndexedChunk};
use ragstone_core::{ChunkId, DocumentId, DocumentVersion, Result};

use crate::{fault, token};

/// Name of the sparse vector.
pub(crate) const KEYWORD_VECTOR: &str = "keyword";
/// Name of the dense vector.
pub(crate) const DENSE_VECTOR: &str = "dense";

/// Id of the document, as text.
pub(crate) const DOCUMENT: &str = "document";
/// Version of the document.
pub(crate) const VERSION: &str = "version";
/// Keyword of the source.
pub(crate) const SOURCE: &str = "source";
/// Keyword of the format.
pub(crate) const FORMAT: &str = "format";
/// Keywords of the tags.
pub(crate) const TAG: &str = "tag";
/// Keywords of the attributes.
pub(crate) const METADATA: &str = "metadata";
/// Fields that carry keywords, each with an index of its own.
pub(crate) const KEYWORD_FIELDS: [&str; 5] = [DOCUMENT, SOURCE, FORMAT, TAG, METADATA];
/// What the names of fields that carry numbers begin with.
const NUMBER_PREFIX: &str = "number-";

/// Path of a field of the payload. The name is taken as it is, dots included.
pub(crate) fn path(field: &str) -> JsonPath {
    JsonPath { first_key: field.to_owned(), rest: Vec::new() }
}

/// Name of the field that carries a numeric attribute.
pub(crate) fn number_field(key: &str) -> String {
    format!("{NUMBER_PREFIX}{key}")
}

/// Path of the field that carries a numeric attribute.
pub(crate) fn number_path(key: &str) -> JsonPath {
    path(&number_field(key))
}

/// Attribute whose numbers a field carries; `None` for other fields.
pub(crate) fn numeric_key(path: &JsonPath) -> Option<&str> {
    path.first_key.strip_prefix(NUMBER_PREFIX)
}

/// Point that stands for a chunk.
pub(crate) fn id(chunk: ChunkId) -> PointId {
    PointId::Uuid(chunk.as_uuid())
}

/// Chunk that a point stands for.
pub(crate) fn chunk(id: PointId) -> Result<ChunkId> {
    match id {
        PointId::Uuid(uuid) => Ok(ChunkId::from_uuid(uuid)),
        PointId::NumId(number) => Err(fault::corrupt(format!("point {number} is not a chunk"))),
    }
}

/// Payload of every chunk of a document.
pub(crate) fn payload(document: DocumentId, version: DocumentVersion, attributes: &IndexAttributes) -> Value {
    let mut tags: Vec<Value> = attributes.tags.iter().map(|tag| token::of_text(tag).into()).collect();
    if !tags.is_empty() {
        tags.push(token::HAS_TAG.into());
    }
    let mut fields = Map::new();
    let mut tokens = Vec::new();
    for (key, value) in &attributes.metadata {
        tokens.extend(token::held(key, value).into_iter().map(Value::from));
        if let Some(number) = value.as_number().and_then(Number::from_f64) {
            fields.insert(number_field(key), Value::Number(number));
        }
    }
    fields.insert(DOCUMENT.to_owned(), document.to_string().into());
    fields.insert(VERSION.to_owned(), version.0.into());
    fields.insert(SOURCE.to_owned(), token::of_text(attributes.source.as_str()).into());
    fields.insert(FORMAT.to_owned(), token::of_text(&attributes.format).into());
    fields.insert(TAG.to_owned(), tags.into());
    fields.insert(METADATA.to_owned(), tokens.into());
    Value::Object(fields)
}

/// Point of a chunk. A chunk without terms has no keyword vector.
pub(crate) fn of_chunk(chunk: IndexedChunk, payload: Value) -> Result<PointStructPersisted> {
    let mut vectors = Vec::with_capacity(2);
    if !chunk.keyword.is_empty() {
        let (indices, values) = (chunk.keyword.indices(), chunk.keyword.values());
        let vector = Vector::new_sparse(indices.to_vec(), values.to_vec()).map_err(fault::of_edge)?;
        vectors.push((KEYWORD_VECTOR, vector));
    }
    if let Some(dense) = chunk.dense {
        vectors.push((DENSE_VECTOR, Vector::new_dense(dense.values().to_vec())));
    }
    Ok(PointStruct::new(id(chunk.id), Vectors::new_named(vectors), payload).into())
}

/// Document and version that a payload names.
pub(crate) fn origin(payload: &Payload) -> Result<(DocumentId, DocumentVersion)> {
    let document = payload.0.get(DOCUMENT).and_then(Value::as_str).and_then(|text| text.parse().ok());
    let version =
        payload.0.get(VERSION).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    match (document, version) {
        (Some(document), Some(version)) => Ok((document, DocumentVersion(version))),
        _ => Err(fault::corrupt("a point names no document")),
    }
}

/// Terms and weights of a stored point, in the order of storage; none where it has no vector.
pub(crate) fn terms(vector: Option<VectorStructInternal>) -> (Vec<u32>, Vec<f32>) {
    let Some(VectorStructInternal::Named(mut vectors)) = vector else {
        return (Vec::new(), Vec::new());
    };
    match vectors.remove(KEYWORD_VECTOR) {
        Some(VectorInternal::Sparse(vector)) => (vector.indices, vector.values),
        Some(VectorInternal::Dense(_) | VectorInternal::MultiDense(_)) | None => (Vec::new(), Vec::new()),
    }
}

/// The dense vector of a stored point, if it has one.
pub(crate) fn direction(vector: Option<VectorStructInternal>) -> Option<Vec<f32>> {
    let Some(VectorStructInternal::Named(mut vectors)) = vector else { return None };
    match vectors.remove(DENSE_VECTOR)? {
        VectorInternal::Dense(values) => Some(values),
        VectorInternal::Sparse(_) | VectorInternal::MultiDense(_) => None,
    }
}
