//! Schemas of requests and answers: they allow what is understood, and nothing that they name is missing.

use std::collections::BTreeSet;

use ragstone_graph::NodeKey;
use ragstone_graph::analysis::{Analysis, AnalysisReport, Descriptor, Selection};
use ragstone_graph::generation::Generate;
use ragstone_graph::illustration::Illustration;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// The fields that an object of a schema requires and allows beside the tag, for each name under the tag.
fn check(schema: &Value, tag: &str, requests: &[(&str, Value)]) {
    let items = schema["oneOf"].as_array().unwrap();
    assert_eq!(items.len(), requests.len());
    for (item, (name, request)) in items.iter().zip(requests) {
        let field = &item["properties"][tag];
        assert!(field["const"] == *name || field["enum"] == json!([name]), "{name}: {field}");
        assert_eq!(item["additionalProperties"], json!(false), "{name}");
        assert!(item["description"].as_str().is_some_and(|text| text.len() > 10), "{name}");
        let allowed: BTreeSet<&str> =
            item["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let required = item["required"].as_array().unwrap();
        let given = request.as_object().unwrap();
        assert!(given.keys().all(|key| allowed.contains(key.as_str())), "{name}: {allowed:?}");
        assert!(required.iter().all(|key| given.contains_key(key.as_str().unwrap())), "{name}: {required:?}");
    }
}

fn analyses() -> Vec<(&'static str, Value)> {
    let example = |descriptor: &'static Descriptor| (descriptor.name, descriptor.example.request());
    Analysis::catalogue().iter().map(example).collect()
}

fn generators() -> Vec<(&'static str, Value)> {
    Generate::catalogue().iter().map(|model| (model.name, model.example.request())).collect()
}

#[test]
fn open_api_allows_the_examples() {
    check(&serde_json::to_value(schema::<Analysis>()).unwrap(), "algorithm", &analyses());
    check(&serde_json::to_value(schema::<Generate>()).unwrap(), "generator", &generators());
}

#[test]
fn json_schemas_allow_the_examples() {
    check(&serde_json::to_value(schemars::schema_for!(Analysis)).unwrap(), "algorithm", &analyses());
    check(&serde_json::to_value(schemars::schema_for!(Generate)).unwrap(), "generator", &generators());
    let key = serde_json::to_value(schemars::schema_for!(NodeKey)).unwrap();
    assert_eq!(key["type"], json!(["integer", "string"]));
}

fn schema<T: ToSchema>() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    T::schema()
}

/// Names of all schemas that a text refers to.
fn references(text: &str) -> BTreeSet<&str> {
    let place = "#/components/schemas/";
    text.split(place).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn refers_to_nothing_else<T: ToSchema>() {
    let mut known = Vec::new();
    T::schemas(&mut known);
    let names: BTreeSet<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
    let own = serde_json::to_string(&T::schema()).unwrap();
    let others = known.iter().map(|(_, schema)| serde_json::to_string(schema).unwrap());
    for text in others.chain([own]) {
        let missing: Vec<&str> = references(&text).difference(&names).copied().collect();
        assert!(missing.is_empty(), "{}: {missing:?}", T::name());
    }
}

#[test]
fn open_api_names_nothing_that_is_missing() {
    refers_to_nothing_else::<Analysis>();
    refers_to_nothing_else::<AnalysisReport>();
    refers_to_nothing_else::<Descriptor>();
    refers_to_nothing_else::<Generate>();
    refers_to_nothing_else::<Illustration>();
    refers_to_nothing_else::<Selection>();
}
