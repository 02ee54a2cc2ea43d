//! Schemas of free attributes, which are stored values of the core and go over the wire as they are.

#[cfg(feature = "schema")]
pub(crate) fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "object",
        "additionalProperties": { "type": ["string", "number", "boolean"] }
    })
}

#[cfg(feature = "schema")]
pub(crate) fn json_value_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "number", "boolean"] })
}

#[cfg(feature = "openapi")]
pub(crate) fn openapi_value_schema() -> utoipa::openapi::schema::Object {
    value().description(Some("A text, a number or a truth value.")).build()
}

#[cfg(feature = "openapi")]
fn value() -> utoipa::openapi::schema::ObjectBuilder {
    use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Number, Type::Boolean]))
}

#[cfg(feature = "openapi")]
pub(crate) fn openapi_schema() -> utoipa::openapi::schema::Object {
    use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Type};

    let value = value().build();
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("Attributes by key: texts, numbers and truth values."))
        .additional_properties(Some(AdditionalProperties::RefOr(value.into())))
        .build()
}
