//! JSON schemas of tools: flat, without references, as small as they can be.

use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// Schema of what a tool accepts.
pub(crate) fn of_input<T: JsonSchema>() -> Arc<JsonObject> {
    flat::<T>(SchemaSettings::draft2020_12())
}

/// Schema of what a tool returns.
pub(crate) fn of_output<T: JsonSchema>() -> Arc<JsonObject> {
    flat::<T>(SchemaSettings::draft2020_12().for_serialize())
}

fn flat<T: JsonSchema>(settings: SchemaSettings) -> Arc<JsonObject> {
    let settings = settings.with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    each_object(&mut schema, &mut |object| {
        drop_number_format(object);
        drop_null(object);
        name_constants(object);
        join_lines(object);
    });
    root(schema)
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
fn drop_number_format(schema: &mut JsonObject) {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    if ["uint", "int", "float", "double"].iter().any(|name| format.starts_with(name)) {
        schema.remove("format");
    }
}

/// What is nothing is left out, in arguments as in results; so no value is `null`.
fn drop_null(schema: &mut JsonObject) {
    if schema.get("default") == Some(&Value::Null) {
        schema.remove("default");
    }
    let Some(Value::Array(names)) = schema.get_mut("type") else {
        return;
    };
    names.retain(|name| name != "null");
    if let [only] = names.as_slice() {
        let only = only.clone();
        schema.insert("type".to_owned(), only);
    }
}

/// Writes documented constants as an `enum` with one description, which every client understands.
fn name_constants(schema: &mut JsonObject) {
    let Some(Value::Array(choices)) = schema.get("oneOf") else {
        return;
    };
    let constants: Option<Vec<Value>> = choices.iter().map(|choice| choice.get("const").cloned()).collect();
    let Some(constants) = constants else {
        return;
    };
    let own = schema.get("description").and_then(Value::as_str);
    let described = choices.iter().filter_map(|choice| {
        let name = choice.get("const")?.as_str()?;
        let text = choice.get("description")?.as_str()?;
        Some(format!("`{name}`: {text}"))
    });
    let description: Vec<String> = own.map(str::to_owned).into_iter().chain(described).collect();
    schema.remove("oneOf");
    schema.insert("type".to_owned(), "string".into());
    schema.insert("enum".to_owned(), Value::Array(constants));
    schema.insert("description".to_owned(), description.join(" ").into());
}

/// Undoes the line breaks of the source code.
fn join_lines(schema: &mut JsonObject) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
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
        /// Which way.
        way: Way,
    }

    #[derive(schemars::JsonSchema, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Way {
        /// Upwards.
        Up,
        /// Downwards.
        Down,
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
                    "way": {
                        "description": "Which way. `up`: Upwards. `down`: Downwards.",
                        "type": "string",
                        "enum": ["up", "down"],
                    },
                },
                "required": ["inner", "way"],
                "additionalProperties": false,
            })
        );
    }
}
