//! JSON schemas of tools: flat, without references, as small as they can be.

use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// Schema of what a tool accepts.
pub(crate) fn of_input<T: JsonSchema>() -> Arc<JsonObject> {
    let mut schema = flat::<T>(SchemaSettings::draft2020_12());
    drop_null(&mut schema);
    root(schema)
}

/// Schema of what a tool returns.
pub(crate) fn of_output<T: JsonSchema>() -> Arc<JsonObject> {
    root(flat::<T>(SchemaSettings::draft2020_12().for_serialize()))
}

fn flat<T: JsonSchema>(settings: SchemaSettings) -> Value {
    let settings = settings.with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    drop_number_formats(&mut schema);
    schema
}

fn root(schema: Value) -> Arc<JsonObject> {
    let Value::Object(mut object) = schema else {
        return Arc::default();
    };
    object.remove("title");
    object.remove("description");
    Arc::new(object)
}

/// Removes Rust's number formats, which validators of clients do not know.
fn drop_number_formats(schema: &mut Value) {
    each_object(schema, &mut |object| {
        let is_number_format = object.get("format").and_then(Value::as_str).is_some_and(|format| {
            format.starts_with("uint") || format.starts_with("int") || is_float(format)
        });
        if is_number_format {
            object.remove("format");
        }
    });
}

fn is_float(format: &str) -> bool {
    matches!(format, "float" | "double")
}

/// An optional argument is left out; that `null` means the same is no concern of the model.
fn drop_null(schema: &mut Value) {
    each_object(schema, &mut |object| {
        let Some(Value::Array(names)) = object.get_mut("type") else {
            return;
        };
        names.retain(|name| name != "null");
        if let [only] = names.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    });
}

fn each_object(value: &mut Value, visit: &mut impl FnMut(&mut JsonObject)) {
    match value {
        Value::Object(object) => {
            visit(object);
            object.values_mut().for_each(|inner| each_object(inner, visit));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| each_object(inner, visit)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What a tool takes.
    #[derive(schemars::JsonSchema, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Input {
        /// How many.
        limit: Option<u32>,
        /// Inner things.
        inner: Vec<Inner>,
    }

    #[derive(schemars::JsonSchema, serde::Deserialize)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Inner {
        score: f64,
    }

    #[test]
    fn schemas_are_flat() {
        let schema = of_input::<Input>();
        assert_eq!(
            Value::Object(schema.as_ref().clone()),
            json!({
                "type": "object",
                "properties": {
                    "limit": { "description": "How many.", "type": "integer", "minimum": 0 },
                    "inner": {
                        "description": "Inner things.",
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": { "score": { "type": "number" } },
                            "required": ["score"],
                        },
                    },
                },
                "required": ["inner"],
                "additionalProperties": false,
            })
        );
    }
}
