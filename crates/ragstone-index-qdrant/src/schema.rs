//! The form of a collection: how it is made, and whether one that is there fits the settings.

use std::collections::{BTreeSet, HashMap};

use qdrant_client::qdrant::vectors_config::Config;
use qdrant_client::qdrant::{
    CollectionInfo, CollectionParams, CreateCollection, CreateFieldIndexCollection, Distance, FieldType,
    FloatIndexParams, KeywordIndexParams, Modifier, PayloadIndexParams, PayloadSchemaType, ShardingMethod,
    SparseIndexConfig, SparseVectorConfig, SparseVectorParams, VectorParams, VectorParamsMap, VectorsConfig,
    payload_index_params,
};
use ragstone_core::Result;
use ragstone_core::index::keyword::{
    COMMON_FACETS, COMMON_NUMBERS, KeywordField, facet_field, is_facet_field, is_number_field,
};
use ragstone_core::index::{Dimensions, IndexSchema};

use crate::config::QdrantConfig;
use crate::fault;
use crate::point;

/// Most fields of numbers and of values that are indexed; ranges over others, and counts of them, are exact but slower.
pub(crate) const MAX_INDEXED_FIELDS: usize = 128;
/// Number of matching chunks below which a filtered search lists them all instead of checking what it finds.
///
/// Measured with the embedded engine on 100,000 chunks; the server's own default is 5,000.
const FULL_SCAN_BELOW: u64 = 500;

/// Request that makes an empty collection.
#[expect(deprecated, reason = "servers before 1.20 know `on_disk` and not `memory`")]
pub(crate) fn collection(config: &QdrantConfig, name: String, schema: IndexSchema) -> CreateCollection {
    let index = SparseIndexConfig {
        full_scan_threshold: Some(FULL_SCAN_BELOW),
        on_disk: config.is_index_on_disk,
        ..SparseIndexConfig::default()
    };
    let keyword = SparseVectorParams { index: Some(index), modifier: None };
    let params = |dimensions| (point::DENSE_VECTOR.to_owned(), config.dense.to_params(dimensions));
    let dense = schema.dense.map(params);
    let dense = VectorParamsMap { map: dense.into_iter().collect() };
    CreateCollection {
        collection_name: name,
        shard_number: config.shards,
        on_disk_payload: config.is_payload_on_disk,
        vectors_config: Some(VectorsConfig { config: Some(Config::ParamsMap(dense)) }),
        replication_factor: config.replicas,
        write_consistency_factor: config.write_copies,
        sharding_method: config.is_sharded_by_tenant.then(|| ShardingMethod::Custom.into()),
        sparse_vectors_config: Some(SparseVectorConfig {
            map: HashMap::from([(point::KEYWORD_VECTOR.to_owned(), keyword)]),
        }),
        ..CreateCollection::default()
    }
}

/// Requests for the indexes that every collection has: of the tenant, and of all that filters can ask of every document.
pub(crate) fn common_indexes(config: &QdrantConfig, collection: &str) -> Vec<CreateFieldIndexCollection> {
    let tenant = keyword_index(config, collection, point::TENANT, Some(true));
    let others = KeywordField::ALL.map(|field| keyword_index(config, collection, field.name(), None));
    let numbers = COMMON_NUMBERS.map(|field| number_index(config, collection, field));
    let facets = COMMON_FACETS.map(|field| value_index(config, collection, &facet_field(&field)));
    std::iter::once(tenant).chain(others).chain(numbers).chain(facets).collect()
}

#[expect(deprecated, reason = "servers before 1.20 know `on_disk` and not `memory`")]
fn keyword_index(
    config: &QdrantConfig,
    collection: &str,
    field: &str,
    is_tenant: Option<bool>,
) -> CreateFieldIndexCollection {
    let on_disk = config.is_index_on_disk;
    let params = KeywordIndexParams { is_tenant, on_disk, ..KeywordIndexParams::default() };
    let params = payload_index_params::IndexParams::KeywordIndexParams(params);
    field_index(collection, field, FieldType::Keyword, params)
}

/// Names of the fields of [`common_indexes`] that are indexed with attributes, too.
pub(crate) fn common_fields() -> BTreeSet<String> {
    let facets = COMMON_FACETS.map(|field| facet_field(&field));
    COMMON_NUMBERS.map(str::to_owned).into_iter().chain(facets).collect()
}

/// Request for the index of a field of values.
pub(crate) fn value_index(
    config: &QdrantConfig,
    collection: &str,
    field: &str,
) -> CreateFieldIndexCollection {
    keyword_index(config, collection, field, None)
}

/// Request for the index of a field of numbers.
#[expect(deprecated, reason = "servers before 1.20 know `on_disk` and not `memory`")]
pub(crate) fn number_index(
    config: &QdrantConfig,
    collection: &str,
    field: &str,
) -> CreateFieldIndexCollection {
    let params = FloatIndexParams { on_disk: config.is_index_on_disk, ..FloatIndexParams::default() };
    let params = payload_index_params::IndexParams::FloatIndexParams(params);
    field_index(collection, field, FieldType::Float, params)
}

fn field_index(
    collection: &str,
    field: &str,
    r#type: FieldType,
    params: payload_index_params::IndexParams,
) -> CreateFieldIndexCollection {
    CreateFieldIndexCollection {
        collection_name: collection.to_owned(),
        wait: Some(true),
        field_name: field.to_owned(),
        field_type: Some(r#type.into()),
        field_index_params: Some(PayloadIndexParams { index_params: Some(params) }),
        ..CreateFieldIndexCollection::default()
    }
}

/// Checks that a collection has shards of tenants if that is configured, and only then: `FailedPrecondition`.
pub(crate) fn check_sharding(config: &QdrantConfig, info: &CollectionInfo) -> Result<()> {
    let is_sharded = params(info)?.sharding_method() == ShardingMethod::Custom;
    if is_sharded == config.is_sharded_by_tenant {
        return Ok(());
    }
    Err(fault::mismatch("tenant shard key", is_sharded, config.is_sharded_by_tenant))
}

fn params(info: &CollectionInfo) -> Result<&CollectionParams> {
    let params = info.config.as_ref().and_then(|held| held.params.as_ref());
    params.ok_or_else(|| fault::corrupt("the collection has no settings"))
}

/// Checks that a collection has what every one of this crate has; answers with the fields of
/// numbers and of values that are indexed.
///
/// `Corrupt` where something is missing, which creating the target anew mends.
pub(crate) fn check(info: &CollectionInfo, schema: IndexSchema) -> Result<BTreeSet<String>> {
    let params = params(info)?;
    let keyword = params.sparse_vectors_config.as_ref().and_then(|held| held.map.get(point::KEYWORD_VECTOR));
    let keyword = keyword.ok_or_else(|| fault::corrupt("the keyword vector is missing"))?;
    if keyword.modifier() != Modifier::None {
        return Err(fault::corrupt("the keyword vector has a modifier"));
    }
    check_dense(schema.dense, held_dense(params.vectors_config.as_ref()))?;
    for field in std::iter::once(point::TENANT).chain(KeywordField::ALL.map(KeywordField::name)) {
        let is_indexed =
            info.payload_schema.get(field).is_some_and(|held| held.data_type() == PayloadSchemaType::Keyword);
        if !is_indexed {
            return Err(fault::corrupt(format!("the index of {field} is missing")));
        }
    }
    Ok(info
        .payload_schema
        .keys()
        .filter(|field| is_number_field(field) || is_facet_field(field))
        .cloned()
        .collect())
}

fn held_dense(vectors: Option<&VectorsConfig>) -> Option<&VectorParams> {
    match vectors.and_then(|vectors| vectors.config.as_ref()) {
        Some(Config::ParamsMap(named)) => named.map.get(point::DENSE_VECTOR),
        Some(Config::Params(_)) | None => None,
    }
}

/// `Corrupt` where the collection is not what its state says.
fn check_dense(wanted: Option<Dimensions>, held: Option<&VectorParams>) -> Result<()> {
    let Some(wanted) = wanted else {
        // A vector that is not asked for does no harm.
        return Ok(());
    };
    let held = held.ok_or_else(|| fault::corrupt("the dense vector is missing"))?;
    if held.size != wanted.get() as u64 {
        return Err(fault::corrupt(format!("the dense vector has {} dimensions", held.size)));
    }
    if held.distance() != Distance::Cosine {
        let distance = held.distance().as_str_name();
        return Err(fault::corrupt(format!("the dense vector has the distance {distance}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use ragstone_core::ErrorKind;

    use super::*;

    #[test]
    fn every_setting_reaches_the_request() {
        let (two, three) = (NonZeroU32::MIN.saturating_add(1), NonZeroU32::MIN.saturating_add(2));
        let config = QdrantConfig::try_new("http://localhost:6334").expect("is a URL");
        let config =
            config.with_shards(three).expect("in range").with_replication(three, two).expect("in range");
        let config = config.with_tenant_shard_key().with_payload_on_disk().with_indexes_on_disk();
        let shown = format!("{:?}", collection(&config, "name".to_owned(), IndexSchema::default()));
        for part in [
            "shard_number: Some(3)",
            "replication_factor: Some(3)",
            "write_consistency_factor: Some(2)",
            "sharding_method: Some(Custom)",
            "on_disk_payload: Some(true)",
            "on_disk: Some(true)",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        let tenant = format!("{:?}", common_indexes(&config, "name").first());
        assert!(
            tenant.contains("is_tenant: Some(true)") && tenant.contains("on_disk: Some(true)"),
            "{tenant}"
        );
    }

    #[test]
    fn a_collection_without_settings_is_corrupt() {
        let refused = check(&CollectionInfo::default(), IndexSchema::default()).expect_err("is refused");
        assert_eq!(refused.kind(), ErrorKind::Corrupt);
    }
}
