//! One event and one count for each request, at the edge.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use super::request_id::RequestId;
use crate::config::App;
use crate::failure::Failed;

const REQUESTS: &str = "ragstone_http_requests_total";
const DURATION: &str = "ragstone_http_request_duration_seconds";
const IN_FLIGHT: &str = "ragstone_http_requests_in_flight";

pub(crate) async fn write(State(app): State<App>, request: Request, next: Next) -> Response {
    let subject = Subject::of(&request);
    let span = tracing::info_span!(
        "http.request",
        request_id = %subject.request_id,
        http.method = subject.method,
        http.route = %subject.route,
    );
    let started = app.state.clock.instant();
    let in_flight = InFlight::begin();
    let response = next.run(request).instrument(span.clone()).await;
    drop(in_flight);
    let took = app.state.clock.instant().duration_since(started);
    span.in_scope(|| report(&response, took));
    count(&subject, &response, took);
    response
}

/// What is said of a request: nothing that the caller could fill with content or without bound.
struct Subject {
    request_id: String,
    method: &'static str,
    route: String,
}

impl Subject {
    fn of(request: &Request) -> Self {
        let extensions = request.extensions();
        let request_id = extensions.get::<RequestId>();
        let route = extensions.get::<MatchedPath>();
        Self {
            request_id: request_id.map(|id| id.0.to_string()).unwrap_or_default(),
            method: bounded(request.method()),
            route: route.map_or("unmatched", MatchedPath::as_str).to_owned(),
        }
    }
}

/// HTTP lets a caller invent methods.
fn bounded(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn report(response: &Response, took: Duration) {
    let status = response.status().as_u16();
    let duration_ms = took.as_secs_f64() * 1000.0;
    match response.extensions().get::<Failed>() {
        Some(Failed(error)) if !error.kind().is_client_fault() => {
            tracing::error!(http.status = status, duration_ms, %error, "request failed");
        }
        // The text of a client's fault repeats what the client sent, which does not belong into the log.
        Some(Failed(error)) => {
            tracing::info!(http.status = status, duration_ms, outcome = %error.kind(), "request refused");
        }
        None => tracing::info!(http.status = status, duration_ms, "request answered"),
    }
}

fn count(subject: &Subject, response: &Response, took: Duration) {
    let status = response.status().as_str().to_owned();
    let route = subject.route.clone();
    metrics::counter!(REQUESTS, "method" => subject.method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!(DURATION, "method" => subject.method, "route" => route).record(took);
}

/// Counts down also when the caller goes away and the request is dropped.
struct InFlight;

impl InFlight {
    fn begin() -> Self {
        metrics::gauge!(IN_FLIGHT).increment(1);
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        metrics::gauge!(IN_FLIGHT).decrement(1);
    }
}
