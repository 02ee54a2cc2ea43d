//! The assembly: every route and every layer, in order.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::request::Parts;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, options};
use ragstone_auth::layer::AuthenticateLayer;
use ragstone_core::{Error, ErrorKind};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;

use crate::config::{App, RestConfig, RestState, Shared};
use crate::edge::{access_log, admission, deadline, headers, host, key, panic, problem, request_id};
use crate::failure::Failure;
use crate::handler::{
    archive, citations, collections, context, documents, duplicates, events, facets, graphs, health, history,
    ingest, jobs, migration, reasons, saved_searches, search, similar, status, suggest, upload, uploads,
};
use crate::openapi::{frame, with_problems};

/// Path below which the operations lie.
pub(crate) const API: &str = "/api/v1";

/// Builds the router. Nothing runs until it is served.
pub fn router(state: RestState, config: RestConfig) -> Router {
    router_with(state, config, Router::new())
}

/// Builds the router with `others`, such as another transport, behind the same edge: request ids, access log,
/// metrics, careful headers, compression, problems and panics.
///
/// Authentication and the check of the host are theirs to do; a [`Failure`] they answer with becomes a problem.
pub fn router_with(state: RestState, config: RestConfig, others: Router) -> Router {
    let app: App = Arc::new(Shared::new(state, config));
    let (operations, document) = contract(&app.config).split_for_parts();

    let operations = operations
        // Behind the caller, whose key it is, and before the limits of time and size, which are those of doing it once.
        .layer(from_fn_with_state(Arc::clone(&app), key::apply))
        // Behind everything that can be refused without knowing the caller, before any body is read.
        .layer(AuthenticateLayer::new(Arc::clone(&app.state.tokens), refused));
    let documentation = Router::from(SwaggerUi::new("/docs").url("/openapi.json", with_problems(document)))
        .route("/docs/errors/{reason}", get(reasons::explain));
    let named = operations
        .merge(documentation)
        // Not before health checks: probes address the server by whatever name or number they have.
        .layer(from_fn_with_state(Arc::clone(&app), host::check));

    let admitted = named
        .merge(others.with_state(()))
        // Not before health checks: an instance that refuses work under load lives, and is ready.
        .layer(from_fn_with_state(Arc::clone(&app), admission::ask));

    health::routes()
        .merge(admitted)
        .fallback(unknown_route)
        .layer(
            ServiceBuilder::new()
                // First, for everything below names the request by it.
                .layer(from_fn_with_state(Arc::clone(&app), request_id::assign))
                // Sees every answer, also one to a panic, and the error that it carries.
                .layer(from_fn_with_state(Arc::clone(&app), access_log::write))
                // On every answer, also on problems.
                .layer(from_fn(headers::secure))
                // Above the problems, so that long ones are compressed too.
                .layer(CompressionLayer::new())
                // Turns the error that a response carries into the body for the caller.
                .layer(from_fn(problem::render))
                // Innermost: a panic anywhere below becomes an error like any other.
                .layer(CatchPanicLayer::custom(panic::answer)),
        )
        .with_state(app)
}

/// Routes of all operations with their description.
pub(crate) fn contract(config: &RestConfig) -> OpenApiRouter<App> {
    let short = OpenApiRouter::new()
        .routes(routes!(search::search))
        .routes(routes!(facets::count))
        .routes(routes!(suggest::suggest))
        .routes(routes!(saved_searches::list))
        .routes(routes!(saved_searches::read, saved_searches::save, saved_searches::delete))
        .routes(routes!(saved_searches::run))
        .routes(routes!(context::build))
        .routes(routes!(collections::list, collections::create))
        .routes(routes!(collections::read, collections::delete))
        .routes(routes!(migration::read, migration::begin, migration::drop))
        .routes(routes!(migration::switch))
        .routes(routes!(documents::read, documents::delete))
        .routes(routes!(documents::read_text))
        .routes(routes!(documents::passage))
        .routes(routes!(history::versions))
        .routes(routes!(history::read_text))
        .routes(routes!(history::diff))
        .routes(routes!(history::restore))
        .routes(routes!(history::purge))
        .routes(routes!(history::deleted))
        .routes(routes!(similar::find))
        .routes(routes!(duplicates::list))
        .routes(routes!(citations::verify))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::cancel))
        .routes(routes!(jobs::retry))
        .routes(routes!(jobs::ingest_paths))
        .routes(routes!(graphs::list, graphs::create))
        .routes(routes!(graphs::read, graphs::delete))
        .routes(routes!(graphs::rename))
        .routes(routes!(graphs::contents::query))
        .routes(routes!(graphs::contents::schema))
        .routes(routes!(graphs::analysis::algorithms))
        .routes(routes!(graphs::analysis::analyze))
        .routes(routes!(graphs::analysis::annotate))
        .routes(routes!(graphs::analysis::draw))
        .routes(routes!(status::read))
        .layer(DefaultBodyLimit::max(config.max_body))
        .layer(from_fn_with_state(config.timeout, deadline::enforce));
    let document = OpenApiRouter::new()
        .routes(routes!(documents::list, ingest::put))
        .routes(routes!(archive::export, archive::import))
        .routes(routes!(graphs::contents::change))
        .layer(DefaultBodyLimit::max(config.max_document_body))
        .layer(from_fn_with_state(config.timeout, deadline::enforce));
    let graph_files = OpenApiRouter::new()
        .routes(routes!(graphs::files::export, graphs::files::import))
        .layer(DefaultBodyLimit::max(config.max_graph_file))
        .layer(from_fn_with_state(config.timeout, deadline::enforce));
    // Without a time limit: it takes as long as there are files, or as the caller has patience.
    let files = OpenApiRouter::new()
        .routes(routes!(ingest::paths))
        .routes(routes!(jobs::read))
        .routes(routes!(events::follow))
        .layer(DefaultBodyLimit::max(config.max_body));
    // Without a time limit for the body: a large file may come over a slow line.
    let parts = OpenApiRouter::new()
        .routes(routes!(uploads::begin))
        .route("/collections/{collection}/uploads/resumable", options(uploads::options))
        .routes(routes!(uploads::read, uploads::append, uploads::delete))
        .route("/uploads/{upload}", options(uploads::options))
        .layer(from_fn(uploads::mark));
    let uploads = OpenApiRouter::new().routes(routes!(upload::upload)).merge(parts);
    OpenApiRouter::with_openapi(frame())
        .nest(API, short.merge(document).merge(graph_files).merge(files).merge(uploads))
}

fn refused(_: &Parts, error: Error) -> Response {
    Failure(error).into_response()
}

async fn unknown_route(request: Request) -> Failure {
    let error = Error::new(ErrorKind::NotFound, "no such path")
        .with_help("see /docs for the paths that there are")
        .with_detail(request.uri().path().chars().take(256).collect::<String>());
    Failure(error)
}
