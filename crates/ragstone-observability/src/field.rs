//! Names of the fields of spans and events. Text of users and secrets are never fields.

/// Id of a request, as the caller sees it in answers and problems.
pub const REQUEST_ID: &str = "request_id";
/// Id of a trace: 32 hexadecimal digits (W3C Trace Context).
pub const TRACE_ID: &str = "trace_id";
/// Id of a span: 16 hexadecimal digits (W3C Trace Context).
pub const SPAN_ID: &str = "span_id";
/// Tenant of a call.
pub const TENANT_ID: &str = "tenant.id";
/// Name of the principal of a call.
pub const PRINCIPAL_NAME: &str = "principal.name";
/// Port of a call, such as `chunk-index`.
pub const PORT_NAME: &str = "port.name";
/// Method of a port.
pub const PORT_METHOD: &str = "port.method";
/// Name of an operation at an edge, such as `search`.
pub const OPERATION: &str = "operation";
/// `rest`, `mcp` or `cli`.
pub const TRANSPORT: &str = "transport";
/// `ok`, the reason code of an error, or `dropped` where nobody waited for the end.
pub const OUTCOME: &str = "outcome";
/// Id of a collection.
pub const COLLECTION_ID: &str = "collection.id";
/// Id of a document.
pub const DOCUMENT_ID: &str = "document.id";
/// Position in the change feed.
pub const SEQUENCE: &str = "sequence";
/// Number of hits of a search.
pub const HITS_COUNT: &str = "hits.count";
/// Number of collections that an operation looked at.
pub const COLLECTIONS_COUNT: &str = "collections.count";
/// Number of documents that an operation handled.
pub const DOCUMENTS_COUNT: &str = "documents.count";
/// Number of chunks that an operation handled.
pub const CHUNKS_COUNT: &str = "chunks.count";
/// Number of bytes that an operation handled.
pub const BYTES: &str = "bytes";
/// Attempts that were made at an operation, the first one included.
pub const ATTEMPTS: &str = "attempts";
/// HTTP method of a request.
pub const HTTP_METHOD: &str = "http.method";
/// Route that a request matched, never its raw path.
pub const HTTP_ROUTE: &str = "http.route";
/// HTTP status of an answer.
pub const HTTP_STATUS: &str = "http.status";
/// Name of a backend, such as `catalog`; never its address.
pub const BACKEND: &str = "backend.name";
/// State of a backend's circuit breaker: `closed`, `half_open` or `open`.
pub const BREAKER_STATE: &str = "breaker.state";
/// Time in milliseconds for which a backend is left alone.
pub const COOL_DOWN_MS: &str = "cool_down_ms";
/// Reason code of the last failure that counted against a backend.
pub const LAST_FAILURE: &str = "last_failure";
/// Duration in milliseconds.
pub const DURATION_MS: &str = "duration_ms";
/// How bad a failure is: `low`, `medium`, `high` or `critical`.
pub const SEVERITY: &str = "severity";
/// Kind of a failure, as its reason code.
pub const ERROR_KIND: &str = "error.kind";
/// An error, on one line.
pub const ERROR: &str = "error";

/// Fields whose values never hold text of users: ids, names from tables, numbers.
///
/// A service outside, such as an error tracker, is sent these fields and no others.
pub const SHAREABLE: &[&str] = &[
    REQUEST_ID,
    TRACE_ID,
    SPAN_ID,
    PORT_NAME,
    PORT_METHOD,
    OPERATION,
    TRANSPORT,
    OUTCOME,
    COLLECTION_ID,
    DOCUMENT_ID,
    SEQUENCE,
    HITS_COUNT,
    COLLECTIONS_COUNT,
    DOCUMENTS_COUNT,
    CHUNKS_COUNT,
    BYTES,
    ATTEMPTS,
    HTTP_METHOD,
    HTTP_ROUTE,
    HTTP_STATUS,
    DURATION_MS,
    SEVERITY,
    ERROR_KIND,
];
