//! `mcp`: serves MCP over standard input and output.

use std::sync::Arc;

use ragstone_auth::token_file;
use ragstone_core::{Error, ErrorKind, Result};

use crate::cli::Place;
use crate::config::{self, Config, McpConfig as McpSettings};
use crate::data_dir::{DataDir, Holder, LockFailure};
use crate::instance::Instance;
use crate::stdio_proxy;
use crate::surface::mcp_settings;
use crate::telemetry;

/// Serves from the data itself, or passes messages on to the server that runs on it.
pub(crate) async fn run(place: &Place) -> Result<()> {
    let config = config::load(place.config.as_deref())?;
    let telemetry = telemetry::install(&config)?;
    let outcome = Box::pin(serve(place, config)).await;
    telemetry::close(telemetry).await;
    outcome
}

async fn serve(place: &Place, config: Config) -> Result<()> {
    let dir = DataDir::open(place.data_dir.as_deref())?;
    let lock = match dir.lock("mcp") {
        Ok(lock) => lock,
        Err(LockFailure::Held(Some(Holder { address: Some(address), .. }))) => {
            if config.mcp != McpSettings::default() {
                return Err(Error::new(ErrorKind::FailedPrecondition, "a server runs on the data directory")
                    .with_help(
                        "set the keys of `mcp` in the configuration of the server; here they have no effect",
                    ));
            }
            let token = token_file::load(&dir.admin_token())?.ok_or_else(|| {
                Error::new(
                    ErrorKind::FailedPrecondition,
                    "a server runs, but its admin token file is missing",
                )
            })?;
            return stdio_proxy::run(&address, &token).await;
        }
        Err(failure) => return Err(failure.into_error()),
    };
    let mcp = mcp_settings(&config)?;
    let instance = Instance::open(lock, config, &[]).await?;
    let principal = Arc::new(Instance::admin_principal());
    let outcome = ragstone_mcp::serve_stdio(instance.engine().clone(), principal, mcp).await;
    outcome.and(instance.close().await)
}
