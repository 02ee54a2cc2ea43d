//! The stdio transport, and the same over any pair of byte streams.

use std::sync::Arc;

use ragstone_core::{Error, ErrorKind, Principal, Result};
use ragstone_engine::Engine;
use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use rmcp::transport::stdio_pipes;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::caller::Caller;
use crate::config::McpConfig;
use crate::server::Server;

/// Serves one client over the standard streams until it closes them or [`McpConfig::shutdown`] is cancelled.
///
/// Every call is made as `principal`. Nothing else of the process may write to the standard output meanwhile.
/// Needs a Tokio runtime with I/O.
pub async fn serve_stdio(engine: Engine, principal: Arc<Principal>, config: McpConfig) -> Result<()> {
    let (reader, writer) = stdio_pipes();
    serve_stream(engine, principal, config, reader, writer).await
}

/// Serves one client over a pair of byte streams, one message per line, until the client closes them or
/// [`McpConfig::shutdown`] is cancelled.
pub async fn serve_stream<R, W>(
    engine: Engine,
    principal: Arc<Principal>,
    config: McpConfig,
    reader: R,
    writer: W,
) -> Result<()>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let shutdown = config.shutdown.clone();
    let server = Server::new(engine, config, Caller::Fixed(principal));
    let running = match server.serve_with_ct((reader, writer), shutdown).await {
        Ok(running) => running,
        // The client left, or the server was told to stop, before a first request.
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => return Ok(()),
        Err(error) => {
            return Err(Error::new(ErrorKind::FailedPrecondition, "the client did not open the connection")
                .with_operation("mcp.serve_stream")
                .with_source(error));
        }
    };
    running.waiting().await.map(drop).map_err(|error| {
        Error::new(ErrorKind::Unexpected, "the connection's task failed")
            .with_operation("mcp.serve_stream")
            .with_source(error)
    })
}
