//! Ids, payloads and vectors of the wire as those of the engine, and back.

use std::collections::HashMap;

use qdrant_client::qdrant as wire;
use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::value::Kind;
use qdrant_edge::external::serde_json::{Map, Number, Value};
use qdrant_edge::external::uuid::Uuid;
use qdrant_edge::{
    DEFAULT_VECTOR_NAME, JsonPath, OrderValue, Payload, PointId, SparseVector, Vector, VectorInternal,
    VectorStructInternal, Vectors, WithPayloadInterface, WithVector,
};
use tonic::Status;

use super::fault::{bad_input, unsupported};

type Answer<T> = Result<T, Status>;

// ---- Ids ----

pub(super) fn id(id: Option<wire::PointId>) -> Answer<PointId> {
    match id.and_then(|id| id.point_id_options) {
        Some(PointIdOptions::Num(number)) => Ok(PointId::NumId(number)),
        Some(PointIdOptions::Uuid(text)) => {
            let uuid: Uuid = text.parse().map_err(|_| bad_input("Unable to parse UUID"))?;
            Ok(PointId::Uuid(uuid))
        }
        None => Err(bad_input("Empty ID is not allowed")),
    }
}

pub(super) fn ids(ids: Vec<wire::PointId>) -> Answer<Vec<PointId>> {
    ids.into_iter().map(|one| id(Some(one))).collect()
}

pub(super) fn wire_id(id: PointId) -> wire::PointId {
    let options = match id {
        PointId::NumId(number) => PointIdOptions::Num(number),
        PointId::Uuid(uuid) => PointIdOptions::Uuid(uuid.to_string()),
    };
    wire::PointId { point_id_options: Some(options) }
}

// ---- Payload ----

fn value(given: wire::Value) -> Answer<Value> {
    Ok(match given.kind {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::DoubleValue(number)) => {
            Value::Number(Number::from_f64(number).ok_or_else(|| bad_input("a number is not finite"))?)
        }
        Some(Kind::IntegerValue(number)) => number.into(),
        Some(Kind::StringValue(text)) => text.into(),
        Some(Kind::BoolValue(truth)) => truth.into(),
        Some(Kind::StructValue(fields)) => Value::Object(map(fields.fields)?),
        Some(Kind::ListValue(list)) => {
            Value::Array(list.values.into_iter().map(value).collect::<Answer<_>>()?)
        }
    })
}

fn map(fields: HashMap<String, wire::Value>) -> Answer<Map<String, Value>> {
    fields.into_iter().map(|(key, held)| Ok((key, value(held)?))).collect()
}

pub(super) fn payload(fields: HashMap<String, wire::Value>) -> Answer<Payload> {
    map(fields).map(Payload)
}

fn wire_value(value: Value) -> wire::Value {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(truth) => Kind::BoolValue(truth),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Kind::IntegerValue(whole),
            (None, Some(real)) => Kind::DoubleValue(real),
            (None, None) => Kind::NullValue(0),
        },
        Value::String(text) => Kind::StringValue(text),
        Value::Array(values) => {
            Kind::ListValue(wire::ListValue { values: values.into_iter().map(wire_value).collect() })
        }
        Value::Object(fields) => Kind::StructValue(wire::Struct { fields: wire_map(fields) }),
    };
    wire::Value { kind: Some(kind) }
}

fn wire_map(fields: Map<String, Value>) -> HashMap<String, wire::Value> {
    fields.into_iter().map(|(key, value)| (key, wire_value(value))).collect()
}

pub(super) fn wire_payload(payload: Option<Payload>) -> HashMap<String, wire::Value> {
    payload.map(|payload| wire_map(payload.0)).unwrap_or_default()
}

pub(super) fn wire_order(order: Option<OrderValue>) -> Option<wire::OrderValue> {
    let variant = match order? {
        OrderValue::Int(number) => wire::order_value::Variant::Int(number),
        OrderValue::Float(number) => wire::order_value::Variant::Float(number),
    };
    Some(wire::OrderValue { variant: Some(variant) })
}

// ---- Vectors ----

#[expect(deprecated, reason = "clients before 1.16 send the flat form")]
fn vector(given: wire::Vector) -> Answer<Vector> {
    let wire::Vector { data, indices, vectors_count, vector } = given;
    match vector {
        Some(wire::vector::Vector::Dense(dense)) => Ok(Vector::new_dense(dense.data)),
        Some(wire::vector::Vector::Sparse(sparse)) => sparse_vector(sparse.indices, sparse.values),
        Some(wire::vector::Vector::MultiDense(_)) => Err(unsupported("multi-vectors")),
        Some(_) => Err(unsupported("inference")),
        None if vectors_count.is_some() => Err(unsupported("multi-vectors")),
        None => match indices {
            Some(indices) => sparse_vector(indices.data, data),
            None => Ok(Vector::new_dense(data)),
        },
    }
}

fn sparse_vector(indices: Vec<u32>, values: Vec<f32>) -> Answer<Vector> {
    sparse(indices, values).map(Vector::from)
}

/// A sparse vector, sorted as the engine needs it.
pub(super) fn sparse(indices: Vec<u32>, values: Vec<f32>) -> Answer<SparseVector> {
    if indices.len() != values.len() {
        return Err(bad_input("must be the same length as indices"));
    }
    let mut pairs: Vec<(u32, f32)> = indices.into_iter().zip(values).collect();
    pairs.sort_by_key(|(index, _)| *index);
    if pairs.windows(2).any(|pair| matches!(pair, [left, right] if left.0 == right.0)) {
        return Err(bad_input("must be unique"));
    }
    let (indices, values) = pairs.into_iter().unzip();
    Ok(SparseVector { indices, values })
}

pub(super) fn vectors(given: Option<wire::Vectors>) -> Answer<Vectors> {
    match given.and_then(|vectors| vectors.vectors_options) {
        Some(wire::vectors::VectorsOptions::Vector(single)) => vector(single).map(Vectors::from),
        Some(wire::vectors::VectorsOptions::Vectors(named)) => {
            let named: HashMap<String, Vector> = named
                .vectors
                .into_iter()
                .map(|(name, held)| Ok((name, vector(held)?)))
                .collect::<Answer<_>>()?;
            Ok(Vectors::from(named))
        }
        None => Err(bad_input("No vector provided")),
    }
}

fn wire_vector(vector: VectorInternal) -> Option<wire::VectorOutput> {
    let vector = match vector {
        VectorInternal::Dense(data) => wire::vector_output::Vector::Dense(wire::DenseVector { data }),
        VectorInternal::Sparse(SparseVector { indices, values }) => {
            wire::vector_output::Vector::Sparse(wire::SparseVector { values, indices })
        }
        // Collections with multi-vectors cannot be made.
        VectorInternal::MultiDense(_) => return None,
    };
    Some(wire::VectorOutput { vector: Some(vector), ..wire::VectorOutput::default() })
}

pub(super) fn wire_vectors(vectors: Option<VectorStructInternal>) -> Option<wire::VectorsOutput> {
    let mut named = match vectors? {
        VectorStructInternal::Single(data) => {
            HashMap::from([(DEFAULT_VECTOR_NAME.to_owned(), VectorInternal::Dense(data))])
        }
        VectorStructInternal::MultiDense(_) => return None,
        VectorStructInternal::Named(named) => named,
    };
    let options = match named.remove(DEFAULT_VECTOR_NAME) {
        Some(single) if named.is_empty() => {
            wire::vectors_output::VectorsOptions::Vector(wire_vector(single)?)
        }
        single => {
            let single = single.map(|vector| (DEFAULT_VECTOR_NAME.to_owned(), vector));
            let vectors = named.into_iter().chain(single);
            let vectors = vectors.filter_map(|(name, vector)| Some((name, wire_vector(vector)?))).collect();
            wire::vectors_output::VectorsOptions::Vectors(wire::NamedVectorsOutput { vectors })
        }
    };
    Some(wire::VectorsOutput { vectors_options: Some(options) })
}

// ---- Selectors ----

pub(super) fn path(key: &str) -> Answer<JsonPath> {
    key.parse().map_err(|()| bad_input(format!("`{key}` is no path of the payload")))
}

pub(super) fn with_payload(
    given: Option<wire::WithPayloadSelector>,
    default: bool,
) -> Answer<WithPayloadInterface> {
    use wire::with_payload_selector::SelectorOptions;
    match given.and_then(|selector| selector.selector_options) {
        None => Ok(WithPayloadInterface::Bool(default)),
        Some(SelectorOptions::Enable(is_wanted)) => Ok(WithPayloadInterface::Bool(is_wanted)),
        Some(SelectorOptions::Include(fields)) => {
            let fields = fields.fields.iter().map(|field| path(field)).collect::<Answer<_>>()?;
            Ok(WithPayloadInterface::Fields(fields))
        }
        Some(SelectorOptions::Exclude(_)) => Err(unsupported("excluded fields of the payload")),
    }
}

pub(super) fn with_vectors(given: Option<wire::WithVectorsSelector>) -> WithVector {
    use wire::with_vectors_selector::SelectorOptions;
    match given.and_then(|selector| selector.selector_options) {
        None => WithVector::Bool(false),
        Some(SelectorOptions::Enable(is_wanted)) => WithVector::Bool(is_wanted),
        Some(SelectorOptions::Include(names)) => WithVector::Selector(names.names),
    }
}
