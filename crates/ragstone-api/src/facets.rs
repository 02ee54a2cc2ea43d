//! Facets: the values of fields, counted by documents.

use ragstone_core::facet::{self as core, FacetField};
use ragstone_core::metadata::MetadataValue;
use ragstone_core::{CollectionName, Error, Filter, Result, Sequence};
use serde::{Deserialize, Serialize};

/// Values of each field where a request names no limit.
pub const DEFAULT_VALUES: u32 = core::VALUES_BESIDE_HITS;

fn default_limit() -> u32 {
    DEFAULT_VALUES
}

/// What to count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FacetsRequest {
    /// Fields whose values are counted, 1 to 16 different ones: `format`, `language`, `tag`, `metadata.<key>`.
    pub fields: Vec<String>,
    /// Condition on the documents that are counted, as in a search.
    #[serde(default)]
    pub filter: Option<String>,
    /// Names of the collections to look at; all of them where empty.
    #[serde(default)]
    pub collections: Vec<String>,
    /// Most values of each field, 1 to 1,000.
    #[serde(default = "default_limit")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub limit: u32,
    /// Waits until this write is counted: the `sequence` of its receipt.
    #[serde(default)]
    pub min_sequence: Option<u64>,
}

impl TryFrom<FacetsRequest> for core::FacetsRequest {
    type Error = Error;

    fn try_from(request: FacetsRequest) -> Result<Self> {
        let collections: Result<Vec<_>> =
            request.collections.into_iter().map(CollectionName::try_new).collect();
        let filter = request.filter.as_deref().map(Filter::parse).transpose()?;
        Ok(Self::try_new(fields(&request.fields)?, request.limit)?
            .in_collections(collections?)?
            .with_filter(filter)
            .at_least(request.min_sequence.map(Sequence)))
    }
}

/// Not more than there may be are looked at.
pub(crate) fn fields(names: &[String]) -> Result<Vec<FacetField>> {
    names.iter().take(core::MAX_FACETS + 1).map(|name| name.parse()).collect()
}

/// Values of fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FacetsResponse {
    /// One for each field that was asked for, in order.
    pub facets: Vec<Facet>,
    /// Collections that are not counted, or not whole; empty where the numbers are exact.
    pub incomplete: Vec<Uncounted>,
}

/// The values of one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Facet {
    /// The field.
    pub field: String,
    /// Its values, those of most documents first.
    pub values: Vec<FacetCount>,
    /// Whether there are further values.
    pub has_more: bool,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FacetCount {
    /// The value: a text, a number or a truth value.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::attribute::openapi_value_schema))]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::attribute::json_value_schema"))]
    pub value: MetadataValue,
    /// Documents that have it.
    pub documents: u64,
}

/// A collection that is not counted, or not whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Uncounted {
    /// The collection.
    pub collection: String,
    /// Why.
    pub reason: String,
}

impl From<core::FacetsAnswer> for FacetsResponse {
    fn from(answer: core::FacetsAnswer) -> Self {
        Self {
            facets: answer.facets.into_iter().map(Facet::from).collect(),
            incomplete: answer.incomplete.into_iter().map(Uncounted::from).collect(),
        }
    }
}

impl From<core::FieldFacet> for Facet {
    fn from(facet: core::FieldFacet) -> Self {
        let count = |count: core::FacetCount| FacetCount {
            value: count.value.into_value(),
            documents: count.documents,
        };
        Self {
            field: facet.field.to_string(),
            values: facet.values.into_iter().map(count).collect(),
            has_more: !facet.is_whole,
        }
    }
}

impl From<core::Uncounted> for Uncounted {
    fn from(uncounted: core::Uncounted) -> Self {
        Self { collection: uncounted.collection.into(), reason: uncounted.reason }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::ErrorKind;

    use super::*;

    fn request(text: &str) -> Result<core::FacetsRequest> {
        core::FacetsRequest::try_from(crate::json::decode::<FacetsRequest>(text.as_bytes())?)
    }

    #[test]
    fn left_out_fields_have_their_defaults() {
        let request = request(r#"{"fields":["tag","metadata.year"]}"#).expect("valid");
        assert_eq!((request.fields().len(), request.limit()), (2, DEFAULT_VALUES));
        assert!(request.collections().is_empty() && request.filter().is_none());
    }

    #[test]
    fn bad_requests_name_the_field() {
        let many: Vec<String> = (0..17).map(|number| format!("\"metadata.k{number}\"")).collect();
        let many = format!(r#"{{"fields":[{}]}}"#, many.join(","));
        let endless = format!(r#"{{"fields":[{}]}}"#, vec!["\"tag\""; 10_000].join(","));
        for (body, field) in [
            (r#"{"fields":[]}"#, "facets"),
            (r#"{"fields":["colour"]}"#, "facets"),
            (r#"{"fields":["source"]}"#, "facets"),
            (r#"{"fields":["updated"]}"#, "facets"),
            (r#"{"fields":["tag","tag"]}"#, "facets"),
            (many.as_str(), "facets"),
            (endless.as_str(), "facets"),
            (r#"{"fields":["tag"],"limit":0}"#, "limit"),
            (r#"{"fields":["tag"],"limit":1001}"#, "limit"),
            (r#"{"fields":["tag"],"filter":"tag"}"#, "filter"),
            (r#"{"fields":["tag"],"collections":["No Slug"]}"#, "collection"),
            (r#"{"fields":"tag"}"#, "fields"),
            (r#"{"fields":["tag"],"query":"x"}"#, "query"),
            (r"{}", "body"),
        ] {
            let error = request(body).expect_err(field);
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{field}");
            assert_eq!(error.violations()[0].field, field, "{body}");
        }
    }
}
