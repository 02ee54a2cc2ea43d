//! One span, one event and one count for each request, at the edge.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use ragstone_core::Clock;
use ragstone_core::error::Severity;
use ragstone_observability::metric::{
    ERRORS, HTTP_REQUEST_DURATION, HTTP_REQUESTS, HTTP_REQUESTS_IN_FLIGHT, METHOD, OPERATION,
    OPERATION_DURATION, OPERATIONS, OUTCOME, ROUTE, SEVERITY, STATUS, TRANSPORT,
};
use ragstone_observability::propagation::{
    BAGGAGE, IncomingTrace, RequestSpan, TRACE_PARENT, TRACE_STATE, adopt,
};
use ragstone_observability::{field, span};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::operation;
use super::request_id::RequestId;
use crate::config::App;
use crate::failure::Failed;

/// Target of the events, by which a log filter can name them.
const TARGET: &str = "ragstone_rest::access";
/// Value of the label and the field `transport`.
const REST: &str = "rest";
/// Outcome of a request that nobody waited for.
const DROPPED: &str = "dropped";

pub(crate) async fn write(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let subject = Subject::of(&request);
    let span = open_span(&subject, request.headers());
    request.extensions_mut().insert(RequestSpan(span.clone()));
    let mut running = Running::begin(&*app.state.clock, subject, span.clone());
    let response = next.run(request).instrument(span.clone()).await;
    let took = running.took();
    span.in_scope(|| report(&response, took));
    running.end(&response);
    response
}

fn open_span(subject: &Subject, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        span::HTTP_REQUEST,
        otel.kind = "server",
        otel.status_code = Empty,
        { field::TRANSPORT } = REST,
        { field::REQUEST_ID } = subject.request_id,
        { field::TENANT_ID } = Empty,
        { field::HTTP_METHOD } = subject.method,
        { field::HTTP_ROUTE } = subject.route,
        { field::OPERATION } = subject.operation,
        { field::HTTP_STATUS } = Empty,
        { field::OUTCOME } = Empty,
    );
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let [parent, state, baggage] = [TRACE_PARENT, TRACE_STATE, BAGGAGE].map(header);
    adopt(&span, &IncomingTrace { parent, state, baggage });
    span
}

/// What is said of a request: nothing that the caller could fill with content or without bound.
struct Subject {
    request_id: String,
    method: &'static str,
    route: String,
    operation: Option<&'static str>,
}

impl Subject {
    fn of(request: &Request) -> Self {
        let extensions = request.extensions();
        let request_id = extensions.get::<RequestId>();
        let route = extensions.get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str);
        let method = bounded(request.method());
        Self {
            request_id: request_id.map(|id| id.0.to_string()).unwrap_or_default(),
            method,
            route: route.to_owned(),
            operation: operation::of(method, route),
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

/// Writes the line; a failure has the level of its severity.
fn report(response: &Response, took: Duration) {
    let status = response.status().as_u16();
    let duration_ms = took.as_secs_f64() * 1000.0;
    let Some(Failed(error)) = response.extensions().get::<Failed>() else {
        tracing::info!(target: TARGET, { http.status = status, duration_ms }, "request answered");
        return;
    };
    let (kind, severity) = (error.kind(), error.kind().severity());
    metrics::counter!(ERRORS.name, SEVERITY => severity.as_str()).increment(1);
    // The text of a client's fault repeats what the client sent, which does not belong into the log.
    let error = (!kind.is_client_fault()).then(|| tracing::field::display(error));
    let severity_name = severity.as_str();
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                target: TARGET,
                { http.status = status, duration_ms, error.kind = %kind, severity = severity_name, error },
                "request failed"
            )
        };
    }
    match severity {
        Severity::Low => line!(info),
        Severity::Medium => line!(warn),
        Severity::High | Severity::Critical => line!(error),
    }
}

/// A request under way; counted when it ends, also when the caller goes away and it is dropped.
struct Running<'a> {
    clock: &'a dyn Clock,
    start: Instant,
    subject: Subject,
    span: Span,
    outcome: &'static str,
}

impl<'a> Running<'a> {
    fn begin(clock: &'a dyn Clock, subject: Subject, span: Span) -> Self {
        metrics::gauge!(HTTP_REQUESTS_IN_FLIGHT.name).increment(1);
        Self { clock, start: clock.instant(), subject, span, outcome: DROPPED }
    }

    fn took(&self) -> Duration {
        self.clock.instant().duration_since(self.start)
    }

    fn end(&mut self, response: &Response) {
        let status = response.status();
        self.outcome = match response.extensions().get::<Failed>() {
            Some(Failed(error)) => error.kind().codes().reason,
            None => "ok",
        };
        self.span.record(field::HTTP_STATUS, status.as_u16());
        if status.is_server_error() {
            self.span.record("otel.status_code", "ERROR");
        }
        let Subject { method, route, .. } = &self.subject;
        metrics::counter!(
            HTTP_REQUESTS.name,
            METHOD => *method, ROUTE => route.clone(), STATUS => status.as_str().to_owned(),
        )
        .increment(1);
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let took = self.took();
        self.span.record(field::OUTCOME, self.outcome);
        metrics::gauge!(HTTP_REQUESTS_IN_FLIGHT.name).decrement(1);
        let Subject { method, route, operation, .. } = &self.subject;
        metrics::histogram!(HTTP_REQUEST_DURATION.name, METHOD => *method, ROUTE => route.clone())
            .record(took);
        if let Some(operation) = *operation {
            metrics::counter!(
                OPERATIONS.name,
                OPERATION => operation, TRANSPORT => REST, OUTCOME => self.outcome,
            )
            .increment(1);
            metrics::histogram!(OPERATION_DURATION.name, OPERATION => operation, TRANSPORT => REST)
                .record(took);
        }
    }
}
