//! The OpenAPI description.

use ragstone_api::idempotency::HEADER;
use ragstone_api::operation as table;
use ragstone_api::problem::{MEDIA_TYPE, Problem};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, Required, ResponseBuilder};
use utoipa::{Modify, OpenApi as _};

use crate::config::RestConfig;
use crate::router::contract;

/// Describes the operations; the same for every build of one version.
pub fn openapi() -> OpenApi {
    with_problems(contract(&RestConfig::default()).into_openapi())
}

/// Adds to every operation that any other answer is a problem, and that what changes something takes a key.
pub(crate) fn with_problems(mut openapi: OpenApi) -> OpenApi {
    let problem = ResponseBuilder::new()
        .description("Any failure")
        .content(MEDIA_TYPE, Content::new(Some(Ref::from_schema_name("Problem"))))
        .build();
    for operation in openapi.paths.paths.values_mut().flat_map(operations) {
        let responses = &mut operation.responses.responses;
        responses.insert("default".to_owned(), problem.clone().into());
        if operation.operation_id.as_deref().and_then(table::find).is_some_and(|found| !found.is_read_only) {
            operation.parameters.get_or_insert_default().push(key().into());
        }
    }
    openapi
}

/// The header with a key, on every operation that changes something.
fn key() -> Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255));
    ParameterBuilder::new()
        .name(HEADER)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Names the request, so that it can be repeated without being done twice. The same key with the same request is \
             answered as the first time, with the header `idempotency-replayed`; with another request it is refused.",
        ))
        .schema(Some(schema))
        .build()
}

/// Operations of the methods in use.
fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let methods =
        [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch, &mut item.head];
    methods.into_iter().filter_map(Option::as_mut)
}

/// What is said of the whole; operations are added to it.
pub(crate) fn frame() -> OpenApi {
    Frame::openapi()
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Ragstone",
        description = "Knowledge server for AI agents: search with exact citations over documents and code.\n\nEvery failure is an RFC 9457 problem; its `reason` is the same on all transports.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact()
    ),
    components(schemas(Problem)),
    modifiers(&BearerToken),
    security(("token" = [])),
    tags(
        (name = "search", description = "Finding passages"),
        (name = "collections", description = "Sets of documents"),
        (name = "documents", description = "Documents and their texts"),
        (name = "ingest", description = "Storing documents"),
        (name = "jobs", description = "Work in the background"),
        (name = "graphs", description = "Named graphs: what they hold, algorithms and pictures"),
        (name = "citations", description = "Checking citations again"),
        (name = "status", description = "State of the instance")
    )
)]
struct Frame;

struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, openapi: &mut OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token of the form `rgs_<id>_<secret>`."))
            .build();
        openapi.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}
