//! Arguments of a call, and what several tools say about theirs.

use ragstone_core::{CollectionName, Error, Result};
use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::schema;

/// Longest part of a parser's message that is passed on: it may quote the argument.
const MAX_MESSAGE_CHARS: usize = 256;

/// Reads the arguments of `tool`; a wrong one is `InvalidArgument` with its path and the list of allowed ones.
pub(super) fn read<T: DeserializeOwned + JsonSchema>(tool: &str, arguments: JsonObject) -> Result<T> {
    serde_path_to_error::deserialize(Value::Object(arguments)).map_err(|error| {
        let path = match error.path().to_string() {
            path if path == "." => "arguments".to_owned(),
            path => shortened(&path),
        };
        let description = shortened(&error.inner().to_string());
        Error::invalid(path, description).with_help(allowed::<T>(tool))
    })
}

/// Name of the collection that is meant where a call names none.
pub(super) fn default_collection() -> String {
    CollectionName::default().into()
}

/// Lists the arguments of a tool; built only once a call has failed.
fn allowed<T: JsonSchema>(tool: &str) -> String {
    let schema = schema::of_input::<T>();
    let required = |name: &str| {
        let names = schema.get("required").and_then(Value::as_array);
        names.is_some_and(|names| names.iter().any(|required| required == name))
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    let described: Vec<String> = properties
        .into_iter()
        .flatten()
        .map(|(name, property)| {
            let kind = property.get("type").and_then(Value::as_str).unwrap_or("value");
            let need = if required(name) { "required" } else { "optional" };
            format!("{name} ({kind}, {need})")
        })
        .collect();
    format!("call {tool} with these arguments only: {}", described.join(", "))
}

fn shortened(text: &str) -> String {
    text.chars().take(MAX_MESSAGE_CHARS).collect()
}
