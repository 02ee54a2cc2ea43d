//! Settings of the MCP endpoint.

use std::time::Duration;

use ragstone_api::page::CursorKey;
use tokio_util::sync::CancellationToken;

use crate::budget::TokenBudget;

/// Settings of the MCP endpoint; the defaults suit a server on the loopback interface.
#[derive(Clone, Debug)]
pub struct McpConfig {
    /// Hides every tool that changes something.
    pub read_only: bool,
    /// Values of `Host` that are answered, with or without a port; others get 403. HTTP only.
    ///
    /// A name without a port stands for all ports.
    pub allowed_hosts: Vec<String>,
    /// Values of `Origin` that are answered, such as `https://app.example` or `http://localhost:*`; others
    /// get 403. A request without `Origin`, which is no browser's, passes. HTTP only.
    pub allowed_origins: Vec<String>,
    /// Most tokens of a tool result where the call names no other number.
    pub token_budget: TokenBudget,
    /// Largest request body in bytes; a larger one gets 413. HTTP only.
    pub max_body_bytes: usize,
    /// Deadline of a call.
    pub call_timeout: Duration,
    /// Deadline of a call that ingests files.
    pub ingest_timeout: Duration,
    /// Marks the cursors that are given out; instances behind one address share it.
    pub cursor_key: CursorKey,
    /// Ends open response streams and refuses new requests once it is cancelled.
    pub shutdown: CancellationToken,
}

impl Default for McpConfig {
    fn default() -> Self {
        let loopback = ["localhost", "127.0.0.1", "[::1]"];
        Self {
            read_only: false,
            allowed_hosts: loopback.map(str::to_owned).into(),
            allowed_origins: loopback
                .iter()
                .flat_map(|host| [format!("http://{host}:*"), format!("https://{host}:*")])
                .collect(),
            token_budget: TokenBudget::default(),
            max_body_bytes: 4 * 1024 * 1024,
            call_timeout: Duration::from_secs(30),
            ingest_timeout: Duration::from_mins(15),
            // A cursor names a place in a listing that its bearer may read anyway.
            cursor_key: CursorKey::derive(b"ragstone mcp"),
            shutdown: CancellationToken::new(),
        }
    }
}
