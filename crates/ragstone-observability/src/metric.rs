//! Names, units and labels of metrics, as one table.
//!
//! Every label has a bounded set of values: names from code, routes as matched, closed sets of outcomes.

/// How a metric behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MetricKind {
    /// Only grows; the name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Distribution of seconds; the name ends in `_seconds`.
    Seconds,
}

/// One metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Name as exported.
    pub name: &'static str,
    /// How it behaves.
    pub kind: MetricKind,
    /// Names of its labels.
    pub labels: &'static [&'static str],
    /// What it says, for people.
    pub help: &'static str,
}

/// Label: port of a call.
pub const PORT: &str = "port";
/// Label: method of a port, or of HTTP.
pub const METHOD: &str = "method";
/// Label: `ok`, the reason code of an error, or `dropped`.
pub const OUTCOME: &str = "outcome";
/// Label: route that a request matched.
pub const ROUTE: &str = "route";
/// Label: HTTP status code.
pub const STATUS: &str = "status";
/// Label: name of an MCP tool.
pub const TOOL: &str = "tool";
/// Label: name of a projection.
pub const PROJECTION: &str = "projection";
/// Label: stage of a search, such as `leg` or `passages`.
pub const STAGE: &str = "stage";
/// Label: what a write did: `created`, `updated`, `unchanged`.
pub const EFFECT: &str = "effect";
/// Label: name of an operation, from the operation table.
pub const OPERATION: &str = "operation";
/// Label: `rest`, `mcp` or `cli`.
pub const TRANSPORT: &str = "transport";
/// Label: kind of a backend, such as `catalog`; never its address.
pub const BACKEND: &str = "backend";
/// Label: pool of connections to a backend, such as `primary` and `replica`.
pub const POOL: &str = "pool";
/// Label: name of a cache, such as `search`.
pub const CACHE: &str = "cache";
/// Label: tier of a cache, `l1` or `l2`.
pub const TIER: &str = "tier";
/// Label: state of what is counted, such as `idle`, `used` and `max` of connections.
pub const STATE: &str = "state";
/// Label: kind of a job, such as `ingest.paths`.
pub const KIND: &str = "kind";
/// Label: lane of jobs, `urgent` or `bulk`.
pub const LANE: &str = "lane";
/// Label: why a call was not admitted: `open`, `queue_full`, `closed`.
pub const REASON: &str = "reason";
/// Label: version of Ragstone.
pub const VERSION: &str = "version";
/// Label: how much a request matters: `low`, `normal`, `high`, `critical`.
pub const PRIORITY: &str = "priority";
/// Label: how bad a failure is: `low`, `medium`, `high`, `critical`.
pub const SEVERITY: &str = "severity";

macro_rules! metrics {
    ($($(#[$meta:meta])* $constant:ident = $kind:ident $name:literal [$($label:ident),*] $help:literal;)*) => {
        $(
            #[doc = $help]
            $(#[$meta])*
            pub const $constant: Metric = Metric {
                name: $name,
                kind: MetricKind::$kind,
                labels: &[$($label),*],
                help: $help,
            };
        )*

        /// Every metric.
        pub const ALL: &[Metric] = &[$($constant),*];
    };
}

metrics! {
    PORT_CALLS = Counter "ragstone_port_calls_total" [PORT, METHOD, OUTCOME]
        "Calls of ports by outcome; one for each call, however often it was retried.";
    PORT_CALL_DURATION = Seconds "ragstone_port_call_duration_seconds" [PORT, METHOD]
        "Duration of calls of ports, retries included.";
    PORT_RETRIES = Counter "ragstone_port_retries_total" [PORT, METHOD]
        "Attempts beyond the first one of calls of ports.";
    PORT_RETRIES_EXHAUSTED = Counter "ragstone_port_retries_exhausted_total" [PORT, METHOD]
        "Calls of ports that failed after their retries were used up.";
    PORT_HEDGES = Counter "ragstone_port_hedges_total" [PORT, METHOD]
        "Second attempts at calls of ports that took long.";
    BACKEND_REFUSALS = Counter "ragstone_backend_refusals_total" [BACKEND, REASON]
        "Attempts that a circuit breaker or a bulkhead kept from a backend.";
    BREAKER_STATE = Gauge "ragstone_breaker_state" [BACKEND]
        "State of a circuit breaker: 0 closed, 1 half open, 2 open.";
    BREAKER_TRANSITIONS = Counter "ragstone_breaker_transitions_total" [BACKEND, STATE]
        "Changes of the state of a circuit breaker, by the state that was entered.";
    HTTP_REQUESTS = Counter "ragstone_http_requests_total" [METHOD, ROUTE, STATUS]
        "Answered HTTP requests.";
    HTTP_REQUEST_DURATION = Seconds "ragstone_http_request_duration_seconds" [METHOD, ROUTE]
        "Duration of HTTP requests until the answer's head.";
    HTTP_REQUESTS_IN_FLIGHT = Gauge "ragstone_http_requests_in_flight" []
        "HTTP requests that are being answered.";
    REQUESTS_SHED = Counter "ragstone_requests_shed_total" [PRIORITY]
        "Requests that were refused because there were too many at once.";
    REQUEST_LIMIT = Gauge "ragstone_request_limit" []
        "Requests that may be worked on at once; shrinks while answers come late.";
    MCP_CALLS = Counter "ragstone_mcp_calls_total" [TOOL, OUTCOME]
        "Calls of MCP tools by outcome.";
    MCP_CALL_DURATION = Seconds "ragstone_mcp_call_duration_seconds" [TOOL]
        "Duration of calls of MCP tools.";
    SEARCH_STAGE_DURATION = Seconds "ragstone_search_stage_duration_seconds" [STAGE]
        "Duration of the stages of searches.";
    DOCUMENTS_INGESTED = Counter "ragstone_documents_ingested_total" [EFFECT]
        "Documents that were stored, by what the write did.";
    OPERATIONS = Counter "ragstone_operations_total" [OPERATION, TRANSPORT, OUTCOME]
        "Operations that callers asked for, by transport and outcome.";
    OPERATION_DURATION = Seconds "ragstone_operation_duration_seconds" [OPERATION, TRANSPORT]
        "Duration of operations as the transport saw them.";
    INGEST_STAGE_DURATION = Seconds "ragstone_ingest_stage_duration_seconds" [STAGE]
        "Duration of the stages of ingests, for one document or one batch.";
    PROJECTION_LAG = Gauge "ragstone_projection_lag_sequences" [PROJECTION]
        "Changes that a projection has still to see, over all collections.";
    PROJECTION_FAILURES = Counter "ragstone_projection_failures_total" [PROJECTION]
        "Rounds in which a collection could not be brought up to date.";
    ERRORS = Counter "ragstone_errors_total" [SEVERITY]
        "Failed requests and calls, by severity.";
    CACHE_LOOKUPS = Counter "ragstone_cache_lookups_total" [CACHE, TIER, OUTCOME]
        "Lookups in caches; the outcome is hit or miss, and their ratio is the hit ratio.";
    CACHE_ENTRIES = Gauge "ragstone_cache_entries" [CACHE, TIER]
        "Entries that a cache holds.";
    CACHE_FAILURES = Counter "ragstone_cache_failures_total" [CACHE, TIER]
        "Calls of a tier of a cache that failed or took too long, and so were misses.";
    CACHE_FORGOTTEN = Counter "ragstone_cache_forgotten_total" [CACHE]
        "Times that a cache dropped everything because it may have missed an invalidation.";
    POOL_CONNECTIONS = Gauge "ragstone_pool_connections" [BACKEND, POOL, STATE]
        "Connections of a pool by state: idle, used, max.";
    POOL_WAITING = Gauge "ragstone_pool_waiting" [BACKEND, POOL]
        "Calls that wait for a connection of a pool.";
    POOL_ACQUIRE_DURATION = Seconds "ragstone_pool_acquire_duration_seconds" [BACKEND, POOL]
        "How long calls waited until they had a connection of a pool or gave up.";
    STORE_UP = Gauge "ragstone_store_up" [BACKEND]
        "Whether the last health check of a store succeeded.";
    READY = Gauge "ragstone_ready" []
        "Whether the instance takes requests.";
    READ_ONLY = Gauge "ragstone_read_only" []
        "Whether writes are refused because a disk is full or fails.";
    COLLECTIONS = Gauge "ragstone_collections" []
        "Collections of all tenants.";
    DOCUMENTS = Gauge "ragstone_documents" []
        "Documents of all tenants.";
    CHUNKS = Gauge "ragstone_chunks" []
        "Chunks of all tenants.";
    DATA_DIR_FREE = Gauge "ragstone_data_dir_free_bytes" []
        "Bytes that are free on the file system of the data directory.";
    SPANS_EXPORTED = Counter "ragstone_spans_exported_total" [OUTCOME]
        "Spans that were handed to the trace collector; the outcome is ok or failed.";
    SPANS_DROPPED = Counter "ragstone_spans_dropped_total" []
        "Spans that were given up because the queue to the trace collector was full.";
    LOG_LINES_DROPPED = Counter "ragstone_log_lines_dropped_total" []
        "Log lines that were given up because the log file could not keep up.";
    JOBS = Gauge "ragstone_jobs" [KIND, LANE, STATE]
        "Jobs of all tenants, by where they stand.";
    JOB_ATTEMPTS = Counter "ragstone_job_attempts_total" [KIND, OUTCOME]
        "Attempts at jobs; the outcome is the state that followed, or lost where another worker took the job.";
    JOB_DURATION = Seconds "ragstone_job_duration_seconds" [KIND]
        "Duration of attempts at jobs.";
    BUILD_INFO = Gauge "ragstone_build_info" [VERSION]
        "Always 1; the labels say what runs.";
}

/// Upper bounds of the buckets of every [`MetricKind::Seconds`]: half a millisecond to a minute.
pub const SECONDS_BUCKETS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_conventions() {
        for metric in ALL {
            let Metric { name, kind, .. } = metric;
            assert!(name.starts_with("ragstone_"), "{name}");
            assert_eq!(name.ends_with("_total"), *kind == MetricKind::Counter, "{name}");
            assert_eq!(name.ends_with("_seconds"), *kind == MetricKind::Seconds, "{name}");
        }
    }

    #[test]
    fn names_are_unique() {
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn buckets_ascend() {
        assert!(SECONDS_BUCKETS.is_sorted());
    }
}
