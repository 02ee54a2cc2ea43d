//! Names of spans.
//!
//! Edges and use cases are spans at level info, stages and calls of ports at level debug. Every name is fixed: what
//! differs from call to call is in fields, which hold no text of users.

/// One HTTP request, from its head to its answer's head; carries [`field::REQUEST_ID`](crate::field::REQUEST_ID), and
/// [`field::TENANT_ID`](crate::field::TENANT_ID) once it is known.
pub const HTTP_REQUEST: &str = "http.request";
/// One request of MCP, over HTTP or stdio; carries [`field::OPERATION`](crate::field::OPERATION).
pub const MCP_REQUEST: &str = "mcp.request";
/// One call of a port, made by a layer; retries are inside. Carries port and method, and
/// [`field::OUTCOME`](crate::field::OUTCOME) unless it went well.
pub const PORT_CALL: &str = "port.call";

/// One search, around its stages.
pub const SEARCH: &str = "search";
/// Stage of a search: waits until the index has seen a write.
pub const SEARCH_WAIT: &str = "search.wait";
/// Stage of a search: looks for other spellings of words that no passage has.
pub const SEARCH_SPELLING: &str = "search.spelling";
/// Stage of a search: turns the query's words into a weighted vector, for one collection.
pub const SEARCH_ANALYSE: &str = "search.analyse";
/// Stage of a search: asks the keyword index of one collection.
pub const SEARCH_KEYWORD_LEG: &str = "search.keyword_leg";
/// Stage of a search: makes a vector of the query.
pub const SEARCH_EMBED: &str = "search.embed";
/// Stage of a search: asks the vectors of one collection.
pub const SEARCH_SEMANTIC_LEG: &str = "search.semantic_leg";
/// Stage of a search: merges what the collections found.
pub const SEARCH_FUSION: &str = "search.fusion";
/// Stage of a search: reads the passages of the best hits.
pub const SEARCH_PASSAGES: &str = "search.passages";
/// A model that reads the best candidates again.
pub const SEARCH_RERANK: &str = "search.rerank";
/// Stage of a search: marks the words that were found, and cites.
pub const SEARCH_CITATIONS: &str = "search.citations";

/// One count of the values of fields.
pub const FACETS: &str = "facets";

/// One ingest of paths or of a text, around its stages.
pub const INGEST: &str = "ingest";
/// Stage of an ingest: reads the bytes of one file.
pub const INGEST_READ: &str = "ingest.read";
/// Stage of an ingest: extracts the text of one document.
pub const INGEST_EXTRACT: &str = "ingest.extract";
/// Stage of an ingest: cuts one document into chunks and counts their terms.
pub const INGEST_CHUNK: &str = "ingest.chunk";
/// Stage of an ingest: stores one batch of documents.
pub const INGEST_STORE: &str = "ingest.store";

/// One round of the embedder over one collection.
pub const EMBED: &str = "embed";
/// One round of gathering the words of one collection.
pub const GATHER_WORDS: &str = "gather_words";
/// One round of a projector over one collection.
pub const PROJECT: &str = "project";
