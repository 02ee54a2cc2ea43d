//! One span and one count for each request of MCP.

use std::time::Instant;

use axum::http::request::Parts;
use ragstone_core::{CallContext, Clock, Error, SystemClock};
use ragstone_observability::propagation::{IncomingTrace, RequestSpan, adopt_within};
use ragstone_observability::{field, metric, span};
use rmcp::RoleServer;
use rmcp::service::RequestContext;
use tracing::Span;
use tracing::field::Empty;

use crate::caller::request_id;

/// Value of the label and the field `transport`.
const MCP: &str = "mcp";
/// Label of a tool that there is not; callers can name anything.
const UNKNOWN: &str = "unknown";
/// Outcome of a request that nobody waited for.
const DROPPED: &str = "dropped";

/// A request under way; counted when it ends, also when it is dropped.
pub(crate) struct Observation {
    start: Instant,
    span: Span,
    operation: Option<&'static str>,
    tool: Option<&'static str>,
    outcome: &'static str,
}

impl Observation {
    /// A call of a tool, with its name and that of its operation; `None` where there is no such tool.
    pub(crate) fn of_tool(
        request: &RequestContext<RoleServer>,
        tool: Option<(&'static str, &'static str)>,
    ) -> Self {
        let (tool, operation) = tool.map_or((UNKNOWN, None), |(tool, operation)| (tool, Some(operation)));
        Self::begin(request, "tools/call", Some(tool), operation)
    }

    /// A request that reads, by its method.
    pub(crate) fn of_method(request: &RequestContext<RoleServer>, method: &'static str) -> Self {
        Self::begin(request, method, None, Some(method))
    }

    fn begin(
        request: &RequestContext<RoleServer>,
        method: &'static str,
        tool: Option<&'static str>,
        operation: Option<&'static str>,
    ) -> Self {
        // The transport runs requests on tasks of their own, which know nothing of the span of the HTTP request.
        let around =
            request.extensions.get::<Parts>().and_then(|parts| parts.extensions.get::<RequestSpan>());
        let around = around.map_or_else(Span::current, |RequestSpan(span)| span.clone());
        let span = tracing::info_span!(
            parent: &around,
            span::MCP_REQUEST,
            otel.status_code = Empty,
            { field::TRANSPORT } = MCP,
            { field::REQUEST_ID } = request_id(request).as_deref(),
            { field::TENANT_ID } = Empty,
            { field::OPERATION } = operation,
            mcp.method = method,
            mcp.tool = tool,
            { field::OUTCOME } = Empty,
        );
        let meta = &request.meta;
        let incoming = IncomingTrace {
            parent: meta.get_traceparent(),
            state: meta.get_tracestate(),
            baggage: meta.get_baggage(),
        };
        adopt_within(&span, &around, &incoming);
        Self { start: SystemClock.instant(), span, operation, tool, outcome: DROPPED }
    }

    /// Says whose request it is.
    pub(crate) fn belongs_to(&self, ctx: &CallContext) {
        self.span.record(field::TENANT_ID, ctx.tenant().as_str());
    }

    /// The span of the request, for what it does.
    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Says how the request ended.
    pub(crate) fn end(&mut self, failure: Option<&Error>) {
        self.outcome = failure.map_or("ok", |error| error.kind().codes().reason);
        if failure.is_some_and(|error| !error.kind().is_client_fault()) {
            self.span.record("otel.status_code", "ERROR");
        }
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        let took = SystemClock.instant().duration_since(self.start);
        self.span.record(field::OUTCOME, self.outcome);
        if let Some(tool) = self.tool {
            metrics::counter!(
                metric::MCP_CALLS.name,
                metric::TOOL => tool, metric::OUTCOME => self.outcome,
            )
            .increment(1);
            metrics::histogram!(metric::MCP_CALL_DURATION.name, metric::TOOL => tool).record(took);
        }
        if let Some(operation) = self.operation {
            metrics::counter!(
                metric::OPERATIONS.name,
                metric::OPERATION => operation, metric::TRANSPORT => MCP, metric::OUTCOME => self.outcome,
            )
            .increment(1);
            metrics::histogram!(
                metric::OPERATION_DURATION.name,
                metric::OPERATION => operation, metric::TRANSPORT => MCP,
            )
            .record(took);
        }
    }
}
