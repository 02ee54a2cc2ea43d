//! Schemas of free attributes, which are stored values of the core and go over the wire as they are.

#[cfg(feature = "schema")]
pub(crate) fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "object",
        "additionalProperties": { "type": ["string", "number", "boolean"] }
    })
}

#[cfg(feature = "openapi")]
pub(crate) fn openapi_schema() -> utoipa::openapi::schema::Object {
    use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, SchemaType, Type};

    let value = ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Number, Type::Boolean]))
        .build();
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("Attributes by key: texts, numbers and truth values."))
        .additional_properties(Some(AdditionalProperties::RefOr(value.into())))
        .build()
}
