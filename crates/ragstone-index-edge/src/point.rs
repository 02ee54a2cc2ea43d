//! Chunks as points of Edge: the stored form and back.

use qdrant_edge::external::serde_json::{Map, Number, Value};
use qdrant_edge::{
    JsonPath, PointId, PointStruct, PointStructPersisted, Vector, VectorInternal, VectorStructInternal,
    Vectors,
};
use ragstone_core::index::IndexedChunk;
use ragstone_core::index::keyword::{Held, KeywordField, StoredAttributes};
use ragstone_core::{ChunkId, DocumentVersion, Result};

use crate::fault;

/// Name of the sparse vector.
pub(crate) const KEYWORD_VECTOR: &str = "keyword";
/// Name of the dense vector.
pub(crate) const DENSE_VECTOR: &str = "dense";

/// Id of the document, as text.
pub(crate) const DOCUMENT: &str = KeywordField::Document.name();
/// Version of the document.
pub(crate) const VERSION: &str = "version";

/// Path of a field of the payload. The name is taken as it is, dots included.
pub(crate) fn path(field: &str) -> JsonPath {
    JsonPath { first_key: field.to_owned(), rest: Vec::new() }
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

/// Payloads of the first chunk of a document, and of every other.
pub(crate) fn payloads(version: DocumentVersion, attributes: StoredAttributes) -> (Value, Value) {
    let StoredAttributes { keywords, numbers, facets } = attributes;
    let mut fields = Map::new();
    for (field, held) in keywords {
        let value = match held {
            Held::One(keyword) => Value::from(keyword),
            Held::Many(keywords) => Value::from(keywords),
        };
        fields.insert(field.name().to_owned(), value);
    }
    let numbers = numbers.into_iter().filter_map(|(field, number)| Some((field, Number::from_f64(number)?)));
    fields.extend(numbers.map(|(field, number)| (field, Value::Number(number))));
    fields.insert(VERSION.to_owned(), version.0.into());
    let mut first = fields.clone();
    first.extend(facets.into_iter().map(|(field, words)| (field, Value::from(words))));
    (Value::Object(first), Value::Object(fields))
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
