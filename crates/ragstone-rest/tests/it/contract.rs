//! The OpenAPI description says the truth and says it always in the same way.

use ragstone_rest::openapi;
use serde_json::Value;

#[test]
fn the_description_is_deterministic() {
    let texts = [openapi(), openapi()].map(|document| document.to_pretty_json().expect("serializable"));
    assert_eq!(texts[0], texts[1]);
    let document: Value = serde_json::from_str(&texts[0]).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(openapi()).expect("serializable");
    check(&document, &mut |value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let pointer = reference.trim_start_matches('#');
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    });
}

#[test]
fn every_property_and_operation_is_described() {
    let document = serde_json::to_value(openapi()).expect("serializable");
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        for (property, value) in schema["properties"].as_object().into_iter().flatten() {
            assert!(is_described(value), "{name}.{property}");
        }
    }
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            assert!(operation.get("summary").is_some(), "{method} {path}");
            let problem = operation.pointer("/responses/default/content/application~1problem+json");
            assert!(problem.is_some(), "{method} {path}");
        }
    }
}

/// A property that may be left out is described beside the reference to its type.
fn is_described(property: &Value) -> bool {
    let choices = property["oneOf"].as_array().into_iter().flatten();
    std::iter::once(property).chain(choices).any(|value| value.get("description").is_some())
}

fn check(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| check(item, visit)),
        Value::Object(members) => members.values().for_each(|member| check(member, visit)),
        _ => {}
    }
}
