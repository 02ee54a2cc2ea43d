//! Filters of the wire as those of the engine, by way of the form that both document: Qdrant's JSON.

use qdrant_client::qdrant as wire;
use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_edge::Filter;
use qdrant_edge::external::serde_json::{self, Map, Value, json};
use tonic::Status;

use super::fault::{bad_input, unsupported};
use super::wire::{id, path};

type Answer<T> = Result<T, Status>;

/// Reads a filter.
pub(super) fn filter(filter: Option<wire::Filter>) -> Answer<Option<Filter>> {
    let Some(filter) = filter else {
        return Ok(None);
    };
    serde_json::from_value(filter_json(filter)?).map(Some).map_err(bad_input)
}

fn filter_json(filter: wire::Filter) -> Answer<Value> {
    let mut json = Map::new();
    for (name, conditions) in
        [("must", filter.must), ("should", filter.should), ("must_not", filter.must_not)]
    {
        if !conditions.is_empty() {
            json.insert(name.to_owned(), conditions_json(conditions)?);
        }
    }
    if let Some(least) = filter.min_should {
        let conditions = conditions_json(least.conditions)?;
        json.insert(
            "min_should".to_owned(),
            json!({ "conditions": conditions, "min_count": least.min_count }),
        );
    }
    Ok(Value::Object(json))
}

fn conditions_json(conditions: Vec<wire::Condition>) -> Answer<Value> {
    conditions.into_iter().map(condition_json).collect::<Answer<Vec<_>>>().map(Value::Array)
}

fn condition_json(condition: wire::Condition) -> Answer<Value> {
    match condition.condition_one_of {
        Some(ConditionOneOf::Field(field)) => field_json(field),
        Some(ConditionOneOf::Filter(filter)) => filter_json(filter),
        Some(ConditionOneOf::IsEmpty(empty)) => Ok(json!({ "is_empty": { "key": empty.key } })),
        Some(ConditionOneOf::IsNull(held)) => Ok(json!({ "is_null": { "key": held.key } })),
        Some(ConditionOneOf::HasVector(has)) => Ok(json!({ "has_vector": has.has_vector })),
        Some(ConditionOneOf::HasId(has)) => {
            let ids = has.has_id.into_iter().map(|one| Ok(json!(id(Some(one))?)));
            Ok(json!({ "has_id": ids.collect::<Answer<Vec<_>>>()? }))
        }
        Some(ConditionOneOf::Nested(nested)) => {
            let filter = filter_json(nested.filter.unwrap_or_default())?;
            Ok(json!({ "nested": { "key": nested.key, "filter": filter } }))
        }
        Some(_) => Err(unsupported("this condition")),
        None => Err(bad_input("Malformed Condition type")),
    }
}

fn field_json(field: wire::FieldCondition) -> Answer<Value> {
    let is_geo =
        field.geo_bounding_box.is_some() || field.geo_radius.is_some() || field.geo_polygon.is_some();
    if is_geo || field.datetime_range.is_some() {
        return Err(unsupported("conditions on places and times"));
    }
    path(&field.key)?;
    let mut json = Map::new();
    json.insert("key".to_owned(), field.key.into());
    if let Some(value) = field.r#match {
        json.insert("match".to_owned(), match_json(value)?);
    }
    if let Some(range) = field.range {
        let bounds = [("lt", range.lt), ("gt", range.gt), ("gte", range.gte), ("lte", range.lte)];
        json.insert("range".to_owned(), bounds_json(bounds));
    }
    if let Some(count) = field.values_count {
        let bounds = [("lt", count.lt), ("gt", count.gt), ("gte", count.gte), ("lte", count.lte)];
        json.insert("values_count".to_owned(), bounds_json(bounds));
    }
    for (name, wanted) in [("is_empty", field.is_empty), ("is_null", field.is_null)] {
        if let Some(wanted) = wanted {
            json.insert(name.to_owned(), wanted.into());
        }
    }
    if json.len() == 2 {
        Ok(Value::Object(json))
    } else {
        Err(bad_input("a condition on a field needs exactly one rule"))
    }
}

fn bounds_json<T: Into<Value>>(bounds: [(&str, Option<T>); 4]) -> Value {
    let given = bounds.into_iter().filter_map(|(name, bound)| Some((name.to_owned(), bound?.into())));
    Value::Object(given.collect())
}

fn match_json(value: wire::Match) -> Answer<Value> {
    match value.match_value {
        Some(MatchValue::Keyword(keyword)) => Ok(json!({ "value": keyword })),
        Some(MatchValue::Integer(number)) => Ok(json!({ "value": number })),
        Some(MatchValue::Boolean(truth)) => Ok(json!({ "value": truth })),
        Some(MatchValue::Keywords(keywords)) => Ok(json!({ "any": keywords.strings })),
        Some(MatchValue::Integers(numbers)) => Ok(json!({ "any": numbers.integers })),
        Some(MatchValue::ExceptKeywords(keywords)) => Ok(json!({ "except": keywords.strings })),
        Some(MatchValue::ExceptIntegers(numbers)) => Ok(json!({ "except": numbers.integers })),
        Some(_) => Err(unsupported("matching words of a text")),
        None => Err(bad_input("Malformed Match condition")),
    }
}
