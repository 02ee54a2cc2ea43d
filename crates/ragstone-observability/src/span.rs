//! Names of spans.

/// One request at an edge, from its first byte to its answer; carries [`field::REQUEST_ID`](crate::field::REQUEST_ID).
pub const REQUEST: &str = "request";
/// One call of a port, made by a layer; retries are inside.
pub const PORT_CALL: &str = "port.call";
/// One search, around its legs.
pub const SEARCH: &str = "search";
/// One ingest of a path or a batch of texts.
pub const INGEST: &str = "ingest";
/// One round of a projector over one collection.
pub const PROJECT: &str = "project";
