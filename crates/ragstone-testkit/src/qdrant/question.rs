//! Questions of the wire as those of the engine, and their answers.

use qdrant_client::qdrant as wire;
use qdrant_client::qdrant::query::Variant;
use qdrant_edge::external::ordered_float::OrderedFloat;
use qdrant_edge::external::serde_json::{self, Map, Value, json};
use qdrant_edge::{
    CountRequest, DEFAULT_VECTOR_NAME, Direction, FacetRequest, FacetValue, FacetValueHit, Fusion,
    NamedQuery, OrderBy, OrderByInterface, Prefetch, QueryEnum, QueryRequest, Record, ScoredPoint,
    ScoringQuery, ScrollRequest, SearchParams, StartFrom, VectorInternal,
};
use tonic::Status;

use super::fault::{bad_input, unsupported};
use super::filter::filter;
use super::wire::{
    id, path, sparse, wire_id, wire_order, wire_payload, wire_vectors, with_payload, with_vectors,
};

/// Hits where a request names no limit.
const DEFAULT_LIMIT: u64 = 10;
/// `k` of reciprocal rank fusion where a request names none.
const DEFAULT_RRF_K: usize = 2;

type Answer<T> = Result<T, Status>;

/// Reads a ranking.
pub(super) fn query(request: wire::QueryPoints) -> Answer<QueryRequest> {
    if request.lookup_from.is_some() {
        return Err(unsupported("looking up vectors in other collections"));
    }
    Ok(QueryRequest {
        prefetches: request.prefetch.into_iter().map(prefetch).collect::<Answer<_>>()?,
        query: scoring(request.query, request.using)?,
        filter: filter(request.filter)?,
        score_threshold: request.score_threshold.map(OrderedFloat),
        limit: limit(request.limit)?,
        offset: size(request.offset.unwrap_or(0))?,
        params: params(request.params)?,
        with_vector: with_vectors(request.with_vectors),
        with_payload: with_payload(request.with_payload, false)?,
    })
}

fn prefetch(request: wire::PrefetchQuery) -> Answer<Prefetch> {
    if request.lookup_from.is_some() {
        return Err(unsupported("looking up vectors in other collections"));
    }
    Ok(Prefetch {
        prefetches: request.prefetch.into_iter().map(prefetch).collect::<Answer<_>>()?,
        query: scoring(request.query, request.using)?,
        limit: limit(request.limit)?,
        params: params(request.params)?,
        filter: filter(request.filter)?,
        score_threshold: request.score_threshold.map(OrderedFloat),
    })
}

fn limit(limit: Option<u64>) -> Answer<usize> {
    match size(limit.unwrap_or(DEFAULT_LIMIT))? {
        0 => Err(bad_input("limit: value 0 invalid, must be 1 or larger")),
        limit => Ok(limit),
    }
}

fn size(number: u64) -> Answer<usize> {
    usize::try_from(number).map_err(bad_input)
}

fn scoring(query: Option<wire::Query>, using: Option<String>) -> Answer<Option<ScoringQuery>> {
    let Some(query) = query else {
        return Ok(None);
    };
    let fusion = |k: usize, weights: Vec<f32>| {
        let weights = (!weights.is_empty()).then(|| weights.into_iter().map(OrderedFloat).collect());
        ScoringQuery::Fusion(Fusion::Rrf { k, weights })
    };
    match query.variant {
        Some(Variant::Nearest(input)) => {
            let using = using.unwrap_or_else(|| DEFAULT_VECTOR_NAME.to_owned());
            let nearest = NamedQuery { query: vector(input)?, using: Some(using) };
            Ok(Some(ScoringQuery::Vector(QueryEnum::Nearest(nearest))))
        }
        Some(Variant::Fusion(kind)) => match wire::Fusion::try_from(kind) {
            Ok(wire::Fusion::Rrf) => Ok(Some(fusion(DEFAULT_RRF_K, Vec::new()))),
            Ok(wire::Fusion::Dbsf) => Ok(Some(ScoringQuery::Fusion(Fusion::Dbsf))),
            Err(error) => Err(bad_input(error)),
        },
        Some(Variant::Rrf(rrf)) => {
            let k = rrf.k.map_or(Ok(DEFAULT_RRF_K), |k| size(u64::from(k)))?;
            if k == 0 {
                return Err(bad_input("k: value 0 invalid, must be 1 or larger"));
            }
            Ok(Some(fusion(k, rrf.weights)))
        }
        Some(Variant::OrderBy(order)) => Ok(Some(ScoringQuery::OrderBy(order_by(order)?))),
        Some(_) => Err(unsupported("this query")),
        None => Err(bad_input("Query is missing")),
    }
}

fn vector(input: wire::VectorInput) -> Answer<VectorInternal> {
    use wire::vector_input::Variant as Input;
    match input.variant {
        Some(Input::Dense(dense)) => Ok(VectorInternal::Dense(dense.data)),
        Some(Input::Sparse(vector)) => Ok(VectorInternal::Sparse(sparse(vector.indices, vector.values)?)),
        Some(_) => Err(unsupported("this query vector")),
        None => Err(bad_input("VectorInput is missing")),
    }
}

fn order_by(order: wire::OrderBy) -> Answer<OrderBy> {
    let direction = match order.direction.map(|_| order.direction()) {
        None => None,
        Some(wire::Direction::Asc) => Some(Direction::Asc),
        Some(wire::Direction::Desc) => Some(Direction::Desc),
    };
    let start_from = match order.start_from.and_then(|start| start.value) {
        None => None,
        Some(wire::start_from::Value::Float(number)) => Some(StartFrom::Float(number)),
        Some(wire::start_from::Value::Integer(number)) => Some(StartFrom::Integer(number)),
        Some(_) => return Err(unsupported("ordering from a time")),
    };
    Ok(OrderBy { key: path(&order.key)?, direction, start_from })
}

fn params(params: Option<wire::SearchParams>) -> Answer<Option<SearchParams>> {
    let Some(params) = params else {
        return Ok(None);
    };
    if params.idf.is_some() || params.acorn.is_some() {
        return Err(unsupported("this search parameter"));
    }
    let mut json = Map::new();
    json.insert("hnsw_ef".to_owned(), json!(params.hnsw_ef));
    json.insert("exact".to_owned(), params.exact.unwrap_or(false).into());
    json.insert("indexed_only".to_owned(), params.indexed_only.unwrap_or(false).into());
    if let Some(quantization) = params.quantization {
        let quantization = json!({
            "ignore": quantization.ignore.unwrap_or(false),
            "rescore": quantization.rescore,
            "oversampling": quantization.oversampling,
        });
        json.insert("quantization".to_owned(), quantization);
    }
    serde_json::from_value(Value::Object(json)).map(Some).map_err(bad_input)
}

/// Reads a page.
pub(super) fn scroll(request: wire::ScrollPoints) -> Answer<ScrollRequest> {
    let offset = request.offset.map(|offset| id(Some(offset))).transpose()?;
    let order_by = request.order_by.map(order_by).transpose()?;
    Ok(ScrollRequest {
        offset,
        limit: Some(limit(request.limit.map(u64::from))?),
        filter: filter(request.filter)?,
        with_payload: Some(with_payload(request.with_payload, true)?),
        with_vector: with_vectors(request.with_vectors),
        order_by: order_by.map(OrderByInterface::Struct),
    })
}

/// Reads a count.
pub(super) fn count(request: wire::CountPoints) -> Answer<CountRequest> {
    Ok(CountRequest { filter: filter(request.filter)?, exact: request.exact.unwrap_or(true) })
}

/// Reads a question for the values of a field.
pub(super) fn facet(request: wire::FacetCounts) -> Answer<FacetRequest> {
    Ok(FacetRequest {
        key: path(&request.key)?,
        limit: limit(request.limit)?,
        filter: filter(request.filter)?,
        exact: request.exact.unwrap_or(false),
    })
}

/// A value as Qdrant answers with it.
pub(super) fn facet_hit(hit: FacetValueHit) -> Answer<wire::FacetHit> {
    use wire::facet_value::Variant as Held;
    let variant = match hit.value {
        FacetValue::Keyword(text) => Held::StringValue(text),
        FacetValue::Int(number) => Held::IntegerValue(number),
        FacetValue::Uuid(_) => return Err(unsupported("values that are ids")),
        FacetValue::Bool(truth) => Held::BoolValue(truth),
    };
    let value = Some(wire::FacetValue { variant: Some(variant) });
    Ok(wire::FacetHit { value, count: hit.count as u64 })
}

/// A ranked point as Qdrant answers with it.
pub(super) fn scored(point: ScoredPoint) -> wire::ScoredPoint {
    wire::ScoredPoint {
        id: Some(wire_id(point.id)),
        payload: wire_payload(point.payload),
        score: point.score,
        version: point.version,
        vectors: wire_vectors(point.vector),
        shard_key: None,
        order_value: wire_order(point.order_value),
    }
}

/// A point as Qdrant answers with it.
pub(super) fn retrieved(record: Record) -> wire::RetrievedPoint {
    wire::RetrievedPoint {
        id: Some(wire_id(record.id)),
        payload: wire_payload(record.payload),
        vectors: wire_vectors(record.vector),
        shard_key: None,
        order_value: wire_order(record.order_value),
    }
}
