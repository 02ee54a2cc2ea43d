//! The form of a collection: requests as settings of the engine, and back as Qdrant describes it.

use std::collections::HashMap;

use qdrant_client::qdrant as wire;
use qdrant_client::qdrant::payload_index_params::IndexParams;
use qdrant_client::qdrant::vectors_config::Config;
use qdrant_edge::external::serde_json::{self, json};
use qdrant_edge::{
    BoolIndexParams, DEFAULT_VECTOR_NAME, Distance, EdgeConfig, EdgeShard, EdgeSparseVectorParams,
    EdgeVectorParams, FloatIndexParams, HnswIndexConfig, IntegerIndexParams, KeywordIndexParams, Modifier,
    PayloadFieldSchema, PayloadIndexInfo, PayloadSchemaParams, PayloadSchemaType, QuantizationConfig,
    UuidIndexParams, VectorStorageDatatype, WalOptions,
};
use tonic::Status;

use super::fault::{bad_input, unsupported};

/// Size of a journal file; the engine's own default of 32 MiB is for servers with few shards.
const JOURNAL_CAPACITY: usize = 4 * 1024 * 1024;

type Answer<T> = Result<T, Status>;

/// Whether a collection has shard keys.
pub(super) fn is_keyed(request: &wire::CreateCollection) -> bool {
    request.sharding_method() == wire::ShardingMethod::Custom
}

/// Settings of the engine for the shards of a collection.
#[expect(deprecated, reason = "clients before 1.20 know `on_disk_payload` and not `payload`")]
pub(super) fn config(request: &wire::CreateCollection) -> Answer<EdgeConfig> {
    refuse_unsupported(request)?;
    let mut vectors = HashMap::new();
    match request.vectors_config.as_ref().and_then(|config| config.config.as_ref()) {
        Some(Config::Params(params)) => {
            vectors.insert(DEFAULT_VECTOR_NAME.to_owned(), vector(params)?);
        }
        Some(Config::ParamsMap(named)) => {
            for (name, params) in &named.map {
                vectors.insert(name.clone(), vector(params)?);
            }
        }
        None => {}
    }
    let mut sparse_vectors = HashMap::new();
    if let Some(sparse) = &request.sparse_vectors_config {
        for (name, params) in &sparse.map {
            sparse_vectors.insert(name.clone(), sparse_vector(params)?);
        }
    }
    Ok(EdgeConfig {
        on_disk_payload: request.on_disk_payload.unwrap_or(true),
        vectors,
        sparse_vectors,
        hnsw_config: hnsw(request.hnsw_config.as_ref(), HnswIndexConfig::default())?,
        quantization_config: quantization(request.quantization_config.as_ref())?,
        wal_options: Some(WalOptions { segment_capacity: JOURNAL_CAPACITY, ..WalOptions::default() }),
        ..EdgeConfig::default()
    })
}

fn refuse_unsupported(request: &wire::CreateCollection) -> Answer<()> {
    let more_than_one = |number: Option<u32>| number.is_some_and(|number| number > 1);
    let refused = [
        (more_than_one(request.shard_number), "more than one shard"),
        (more_than_one(request.replication_factor), "more than one copy"),
        (more_than_one(request.write_consistency_factor), "more than one copy"),
        (request.wal_config.is_some(), "settings of the journal"),
        (request.optimizers_config.is_some(), "settings of the optimizer"),
        (request.strict_mode_config.is_some(), "strict mode"),
        (!request.metadata.is_empty(), "metadata of collections"),
        (request.payload.is_some() || request.id_tracker.is_some(), "memory placement"),
    ];
    match refused.into_iter().find(|(is_asked, _)| *is_asked) {
        Some((_, what)) => Err(unsupported(what)),
        None => Ok(()),
    }
}

#[expect(deprecated, reason = "clients before 1.20 know `on_disk` and not `memory`")]
fn vector(params: &wire::VectorParams) -> Answer<EdgeVectorParams> {
    if params.multivector_config.is_some() || params.memory.is_some() {
        return Err(unsupported("multi-vectors and memory placement"));
    }
    let distance = match params.distance() {
        wire::Distance::Cosine => Distance::Cosine,
        wire::Distance::Euclid => Distance::Euclid,
        wire::Distance::Dot => Distance::Dot,
        wire::Distance::Manhattan => Distance::Manhattan,
        wire::Distance::UnknownDistance => return Err(bad_input("unknown distance")),
    };
    let size = usize::try_from(params.size).ok().filter(|size| (1..=65_536).contains(size));
    let hnsw_config = match &params.hnsw_config {
        Some(diff) => Some(hnsw(Some(diff), HnswIndexConfig::default())?),
        None => None,
    };
    Ok(EdgeVectorParams {
        size: size.ok_or_else(|| bad_input("vectors must have 1 to 65536 dimensions"))?,
        distance,
        on_disk: params.on_disk,
        multivector_config: None,
        datatype: datatype(params.datatype.map(|_| params.datatype()))?,
        quantization_config: quantization(params.quantization_config.as_ref())?,
        hnsw_config,
    })
}

#[expect(deprecated, reason = "clients before 1.20 know `on_disk` and not `memory`")]
fn sparse_vector(params: &wire::SparseVectorParams) -> Answer<EdgeSparseVectorParams> {
    let index = params.index.unwrap_or_default();
    if index.memory.is_some() {
        return Err(unsupported("memory placement"));
    }
    let modifier = match params.modifier() {
        wire::Modifier::None => None,
        wire::Modifier::Idf => Some(Modifier::Idf),
    };
    Ok(EdgeSparseVectorParams {
        full_scan_threshold: index.full_scan_threshold.and_then(|number| usize::try_from(number).ok()),
        on_disk: index.on_disk,
        modifier,
        datatype: datatype(index.datatype.map(|_| index.datatype()))?,
    })
}

fn datatype(datatype: Option<wire::Datatype>) -> Answer<Option<VectorStorageDatatype>> {
    match datatype {
        None | Some(wire::Datatype::Default) => Ok(None),
        Some(wire::Datatype::Float32) => Ok(Some(VectorStorageDatatype::Float32)),
        Some(wire::Datatype::Float16) => Ok(Some(VectorStorageDatatype::Float16)),
        Some(wire::Datatype::Uint8) => Ok(Some(VectorStorageDatatype::Uint8)),
        Some(_) => Err(unsupported("this data type of vectors")),
    }
}

#[expect(deprecated, reason = "clients before 1.20 know `on_disk` and not `memory`")]
fn hnsw(diff: Option<&wire::HnswConfigDiff>, base: HnswIndexConfig) -> Answer<HnswIndexConfig> {
    let Some(diff) = diff else {
        return Ok(base);
    };
    if diff.memory.is_some() {
        return Err(unsupported("memory placement"));
    }
    let number =
        |given: Option<u64>, base: usize| given.and_then(|n| usize::try_from(n).ok()).unwrap_or(base);
    Ok(HnswIndexConfig {
        m: number(diff.m, base.m),
        ef_construct: number(diff.ef_construct, base.ef_construct),
        full_scan_threshold: number(diff.full_scan_threshold, base.full_scan_threshold),
        max_indexing_threads: number(diff.max_indexing_threads, base.max_indexing_threads),
        on_disk: diff.on_disk.or(base.on_disk),
        payload_m: diff.payload_m.and_then(|number| usize::try_from(number).ok()).or(base.payload_m),
        inline_storage: diff.inline_storage.or(base.inline_storage),
    })
}

/// Reads quantisation by way of the form that wire and engine both document: Qdrant's JSON.
#[expect(deprecated, reason = "clients before 1.20 know `always_ram` and not `memory`")]
fn quantization(config: Option<&wire::QuantizationConfig>) -> Answer<Option<QuantizationConfig>> {
    use wire::quantization_config::Quantization;
    let json = match config.and_then(|config| config.quantization.as_ref()) {
        None => return Ok(None),
        Some(Quantization::Scalar(scalar)) if scalar.memory.is_none() => json!({ "scalar": {
            "type": "int8", "quantile": scalar.quantile, "always_ram": scalar.always_ram,
        } }),
        Some(Quantization::Product(product)) if product.memory.is_none() => {
            let compression = match product.compression() {
                wire::CompressionRatio::X4 => "x4",
                wire::CompressionRatio::X8 => "x8",
                wire::CompressionRatio::X16 => "x16",
                wire::CompressionRatio::X32 => "x32",
                wire::CompressionRatio::X64 => "x64",
            };
            json!({ "product": { "compression": compression, "always_ram": product.always_ram } })
        }
        Some(Quantization::Binary(binary))
            if binary.memory.is_none() && binary.encoding.is_none() && binary.query_encoding.is_none() =>
        {
            json!({ "binary": { "always_ram": binary.always_ram } })
        }
        Some(_) => return Err(unsupported("this quantisation")),
    };
    serde_json::from_value(json).map(Some).map_err(bad_input)
}

// ---- Indexes of fields ----

/// The index that a request asks for.
#[expect(deprecated, reason = "clients before 1.20 know `on_disk` and not `memory`")]
pub(super) fn field_schema(request: &wire::CreateFieldIndexCollection) -> Answer<PayloadFieldSchema> {
    let params = request.field_index_params.as_ref().and_then(|params| params.index_params.as_ref());
    let Some(params) = params else {
        return field_type(request.field_type.map(|_| request.field_type()));
    };
    let schema = match params {
        IndexParams::KeywordIndexParams(keyword)
            if keyword.memory.is_none() && keyword.nested.is_none() && keyword.prefix.is_none() =>
        {
            PayloadSchemaParams::Keyword(KeywordIndexParams {
                is_tenant: keyword.is_tenant,
                on_disk: keyword.on_disk,
                enable_hnsw: keyword.enable_hnsw,
                ..KeywordIndexParams::default()
            })
        }
        IndexParams::IntegerIndexParams(whole) if whole.memory.is_none() && whole.nested.is_none() => {
            PayloadSchemaParams::Integer(IntegerIndexParams {
                lookup: whole.lookup,
                range: whole.range,
                is_principal: whole.is_principal,
                on_disk: whole.on_disk,
                enable_hnsw: whole.enable_hnsw,
                ..IntegerIndexParams::default()
            })
        }
        IndexParams::FloatIndexParams(float) if float.memory.is_none() && float.nested.is_none() => {
            PayloadSchemaParams::Float(FloatIndexParams {
                is_principal: float.is_principal,
                on_disk: float.on_disk,
                enable_hnsw: float.enable_hnsw,
                ..FloatIndexParams::default()
            })
        }
        IndexParams::BoolIndexParams(truth) if truth.memory.is_none() && truth.nested.is_none() => {
            PayloadSchemaParams::Bool(BoolIndexParams {
                on_disk: truth.on_disk,
                enable_hnsw: truth.enable_hnsw,
                ..BoolIndexParams::default()
            })
        }
        IndexParams::UuidIndexParams(uuid) if uuid.memory.is_none() => {
            PayloadSchemaParams::Uuid(UuidIndexParams {
                is_tenant: uuid.is_tenant,
                on_disk: uuid.on_disk,
                enable_hnsw: uuid.enable_hnsw,
                ..UuidIndexParams::default()
            })
        }
        _ => return Err(unsupported("this index of a field")),
    };
    Ok(PayloadFieldSchema::FieldParams(schema))
}

fn field_type(r#type: Option<wire::FieldType>) -> Answer<PayloadFieldSchema> {
    let schema = match r#type {
        Some(wire::FieldType::Keyword) => PayloadSchemaType::Keyword,
        Some(wire::FieldType::Integer) => PayloadSchemaType::Integer,
        Some(wire::FieldType::Float) => PayloadSchemaType::Float,
        Some(wire::FieldType::Bool) => PayloadSchemaType::Bool,
        Some(wire::FieldType::Uuid) => PayloadSchemaType::Uuid,
        Some(_) => return Err(unsupported("this index of a field")),
        None => return Err(bad_input("the type of the field is missing")),
    };
    Ok(PayloadFieldSchema::FieldType(schema))
}

// ---- Description ----

/// Describes a collection.
#[expect(deprecated, reason = "clients before 1.20 know `on_disk_payload` and not `payload`")]
pub(super) fn describe(
    request: &wire::CreateCollection,
    shards: &[std::sync::Arc<EdgeShard>],
) -> wire::CollectionInfo {
    let infos: Vec<_> = shards.iter().map(|shard| shard.info()).collect();
    let sum =
        |number: &dyn Fn(&qdrant_edge::ShardInfo) -> usize| infos.iter().map(number).sum::<usize>() as u64;
    let schema = infos.iter().flat_map(|info| &info.payload_schema);
    let params = wire::CollectionParams {
        shard_number: 1,
        on_disk_payload: request.on_disk_payload.unwrap_or(true),
        vectors_config: request.vectors_config.clone(),
        replication_factor: Some(1),
        write_consistency_factor: Some(1),
        sharding_method: request.sharding_method,
        sparse_vectors_config: request.sparse_vectors_config.clone(),
        ..wire::CollectionParams::default()
    };
    wire::CollectionInfo {
        status: wire::CollectionStatus::Green.into(),
        optimizer_status: Some(wire::OptimizerStatus { ok: true, error: String::new() }),
        segments_count: sum(&|info| info.segments_count),
        config: Some(wire::CollectionConfig {
            params: Some(params),
            hnsw_config: request.hnsw_config,
            quantization_config: request.quantization_config,
            ..wire::CollectionConfig::default()
        }),
        payload_schema: schema.map(|(path, info)| (path.to_string(), schema_info(info))).collect(),
        points_count: Some(sum(&|info| info.points_count)),
        indexed_vectors_count: Some(sum(&|info| info.indexed_vectors_count)),
        ..wire::CollectionInfo::default()
    }
}

#[expect(deprecated, reason = "clients before 1.20 know `on_disk` and not `memory`")]
fn schema_info(info: &PayloadIndexInfo) -> wire::PayloadSchemaInfo {
    let r#type = match info.data_type {
        PayloadSchemaType::Keyword => wire::PayloadSchemaType::Keyword,
        PayloadSchemaType::Integer => wire::PayloadSchemaType::Integer,
        PayloadSchemaType::Float => wire::PayloadSchemaType::Float,
        PayloadSchemaType::Geo => wire::PayloadSchemaType::Geo,
        PayloadSchemaType::Text => wire::PayloadSchemaType::Text,
        PayloadSchemaType::Bool => wire::PayloadSchemaType::Bool,
        PayloadSchemaType::Datetime => wire::PayloadSchemaType::Datetime,
        PayloadSchemaType::Uuid => wire::PayloadSchemaType::Uuid,
    };
    let params = match &info.params {
        Some(PayloadSchemaParams::Keyword(keyword)) => {
            Some(IndexParams::KeywordIndexParams(wire::KeywordIndexParams {
                is_tenant: keyword.is_tenant,
                on_disk: keyword.on_disk,
                enable_hnsw: keyword.enable_hnsw,
                ..wire::KeywordIndexParams::default()
            }))
        }
        // The type says enough of the others.
        _ => None,
    };
    wire::PayloadSchemaInfo {
        data_type: r#type.into(),
        params: params.map(|params| wire::PayloadIndexParams { index_params: Some(params) }),
        points: Some(info.points as u64),
    }
}
