//! OpenAPI schemas of requests that name in one field what they ask for.
//!
//! The derived ones join two schemas, the first of which refuses the field that only the second has.

use utoipa::PartialSchema;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// Parameters with one more field, which is always `name`.
pub(crate) fn named<P: PartialSchema>(tag: &str, name: &str, description: &str) -> RefOr<Schema> {
    let mut schema = P::schema();
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        let field = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([name])).build();
        object.properties.insert(tag.to_owned(), field.into());
        object.required.insert(0, tag.to_owned());
        object.description = Some(description.to_owned());
    }
    schema
}

/// One of several requests.
pub(crate) fn one_of(description: &str, items: Vec<RefOr<Schema>>) -> RefOr<Schema> {
    let builder = OneOfBuilder::new().description(Some(description));
    items.into_iter().fold(builder, OneOfBuilder::item).into()
}
