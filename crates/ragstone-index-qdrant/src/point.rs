//! Chunks as points of Qdrant: the stored form and back.

use std::collections::HashMap;

use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::value::Kind;
use qdrant_client::qdrant::vectors::VectorsOptions;
use qdrant_client::qdrant::{
    DenseVector as WireDense, ListValue, NamedVectors, PointId, PointStruct, SparseVector as WireVector,
    Value, Vector, Vectors, VectorsOutput, vector, vector_output,
};
use ragstone_core::index::IndexedChunk;
use ragstone_core::index::keyword::{Held, KeywordField, StoredAttributes};
use ragstone_core::{DocumentVersion, Result, TenantId};
use uuid::Uuid;

use crate::fault;

/// Name of the sparse vector.
pub(crate) const KEYWORD_VECTOR: &str = "keyword";
/// Name of the dense vector.
pub(crate) const DENSE_VECTOR: &str = "dense";

/// Name of the tenant. Every chunk has it and no other point does.
pub(crate) const TENANT: &str = "tenant";
/// Id of the document, as text.
pub(crate) const DOCUMENT: &str = KeywordField::Document.name();
/// Version of the document.
pub(crate) const VERSION: &str = "version";

/// Fields of a payload.
pub(crate) type Payload = HashMap<String, Value>;

/// Id of a point.
pub(crate) fn id(uuid: Uuid) -> PointId {
    PointId { point_id_options: Some(PointIdOptions::Uuid(uuid.to_string())) }
}

/// Id that Qdrant answered with.
pub(crate) fn uuid(id: Option<&PointId>) -> Result<Uuid> {
    match id.and_then(|id| id.point_id_options.as_ref()) {
        Some(PointIdOptions::Uuid(text)) => {
            text.parse().map_err(|_| fault::corrupt("the id of a point is no UUID"))
        }
        Some(PointIdOptions::Num(number)) => Err(fault::corrupt(format!("point {number} is not a chunk"))),
        None => Err(fault::corrupt("a point has no id")),
    }
}

/// A text as a value.
pub(crate) fn text(text: impl Into<String>) -> Value {
    Value { kind: Some(Kind::StringValue(text.into())) }
}

/// A whole number as a value.
pub(crate) fn whole(number: i64) -> Value {
    Value { kind: Some(Kind::IntegerValue(number)) }
}

/// Values in order.
pub(crate) fn list(values: Vec<Value>) -> Value {
    Value { kind: Some(Kind::ListValue(ListValue { values })) }
}

/// A field that holds a text.
pub(crate) fn text_of<'a>(payload: &'a Payload, field: &str) -> Option<&'a str> {
    match payload.get(field)?.kind.as_ref()? {
        Kind::StringValue(text) => Some(text),
        _ => None,
    }
}

/// A field that holds a whole number.
pub(crate) fn whole_of(payload: &Payload, field: &str) -> Option<i64> {
    as_whole(payload.get(field)?)
}

/// A value that is a whole number.
pub(crate) fn as_whole(value: &Value) -> Option<i64> {
    match value.kind.as_ref()? {
        Kind::IntegerValue(number) => Some(*number),
        _ => None,
    }
}

/// Payloads of the first chunk of a document, and of every other.
pub(crate) fn payloads(
    tenant: &TenantId,
    version: DocumentVersion,
    stored: StoredAttributes,
) -> (Payload, Payload) {
    let keywords = stored.keywords.into_iter().map(|(field, held)| match held {
        Held::One(keyword) => (field.name().to_owned(), text(keyword)),
        Held::Many(keywords) => (field.name().to_owned(), list(keywords.into_iter().map(text).collect())),
    });
    let numbers = stored.numbers.into_iter();
    let numbers = numbers.map(|(field, number)| (field, Value { kind: Some(Kind::DoubleValue(number)) }));
    let mut fields: Payload = keywords.chain(numbers).collect();
    fields.insert(TENANT.to_owned(), text(tenant.as_str()));
    fields.insert(VERSION.to_owned(), whole(i64::from(version.0)));
    let mut first = fields.clone();
    let facets = stored.facets.into_iter();
    first.extend(facets.map(|(field, words)| (field, list(words.into_iter().map(text).collect()))));
    (first, fields)
}

/// Point of a chunk. A chunk without terms has no keyword vector.
pub(crate) fn of_chunk(chunk: &IndexedChunk, payload: Payload) -> PointStruct {
    let mut vectors = HashMap::with_capacity(2);
    if !chunk.keyword.is_empty() {
        let sparse =
            WireVector { indices: chunk.keyword.indices().to_vec(), values: chunk.keyword.values().to_vec() };
        let sparse = Vector { vector: Some(vector::Vector::Sparse(sparse)), ..Vector::default() };
        vectors.insert(KEYWORD_VECTOR.to_owned(), sparse);
    }
    if let Some(dense) = &chunk.dense {
        let dense = vector::Vector::Dense(WireDense { data: dense.values().to_vec() });
        let dense = Vector { vector: Some(dense), ..Vector::default() };
        vectors.insert(DENSE_VECTOR.to_owned(), dense);
    }
    PointStruct { id: Some(id(chunk.id.as_uuid())), payload, vectors: Some(named(vectors)) }
}

/// Vectors by name.
pub(crate) fn named(vectors: HashMap<String, Vector>) -> Vectors {
    Vectors { vectors_options: Some(VectorsOptions::Vectors(NamedVectors { vectors })) }
}

/// Terms and weights of a stored point; none where it has no keyword vector.
pub(crate) fn terms(vectors: Option<&VectorsOutput>) -> (Vec<u32>, Vec<f32>) {
    match vectors.and_then(|vectors| vectors.get_vector_by_name(KEYWORD_VECTOR)) {
        Some(vector_output::Vector::Sparse(vector)) => (vector.indices, vector.values),
        Some(vector_output::Vector::Dense(_) | vector_output::Vector::MultiDense(_)) | None => {
            (Vec::new(), Vec::new())
        }
    }
}

/// Components of the dense vector of a stored point; none where it has no such vector.
pub(crate) fn direction(vectors: Option<&VectorsOutput>) -> Vec<f32> {
    match vectors.and_then(|vectors| vectors.get_vector_by_name(DENSE_VECTOR)) {
        Some(vector_output::Vector::Dense(vector)) => vector.data,
        Some(vector_output::Vector::Sparse(_) | vector_output::Vector::MultiDense(_)) | None => Vec::new(),
    }
}
