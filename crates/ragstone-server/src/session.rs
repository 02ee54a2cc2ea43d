//! How a command reaches the data: through the server that runs on it, or by opening it itself.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ragstone_auth::token_file;
use ragstone_core::{CallContext, Error, ErrorKind, Result, SystemClock};
use ragstone_observability::startup::RunningTelemetry;
use secrecy::SecretString;

use crate::cli::Place;
use crate::client::Client;
use crate::config::{self, Config};
use crate::data_dir::{DataDir, Holder, LockFailure};
use crate::instance::Instance;
use crate::operations::Operations;

/// Longest that a command waits for an index that is being built.
const CATCH_UP: Duration = Duration::from_mins(1);
/// Longest that it waits for words that misspelt ones are compared with.
const CATCH_UP_WITH_WORDS: Duration = Duration::from_secs(5);

/// An open way to the data.
#[derive(Debug)]
pub(crate) struct Session {
    /// Calls the REST interface.
    pub(crate) client: Client,
    /// The instance, where this process opened the data itself.
    pub(crate) local: Option<Instance>,
}

impl Session {
    /// Talks to the running server, or opens the data. `roots` are allowed for ingest in the second case.
    ///
    /// Data that another process holds without serving is `FailedPrecondition`, naming that process.
    pub(crate) async fn open(place: &Place, command: &str, roots: &[PathBuf]) -> Result<Self> {
        let mut config = config::load(place.config.as_deref())?;
        // Jobs are for servers: a command that looks at something should not begin what takes hours.
        config.jobs.leave_to_others();
        let dir = DataDir::open(place.data_dir.as_deref())?;
        match dir.lock(command) {
            Ok(lock) => Self::local(Instance::open(lock, config, roots).await?),
            Err(LockFailure::Held(Some(Holder { address: Some(address), .. }))) => {
                Self::remote(&dir, address)
            }
            Err(failure) => Err(failure.into_error()),
        }
    }

    fn local(instance: Instance) -> Result<Self> {
        let token = SecretString::from(instance.admin().expose().to_owned());
        let client = Client::in_process(instance.local_router()?, token);
        Ok(Self { client, local: Some(instance) })
    }

    fn remote(dir: &DataDir, address: String) -> Result<Self> {
        let token = token_file::load(&dir.admin_token())?.ok_or_else(|| {
            Error::new(ErrorKind::FailedPrecondition, "a server runs, but its admin token file is missing")
                .with_help("restart the server; it makes a new token")
        })?;
        let client = Client::http(address, SecretString::from(token.expose().to_owned()))?;
        Ok(Self { client, local: None })
    }

    /// Waits until the index holds everything and its words are known, where this process has opened the data, such as after an import.
    ///
    /// What takes longer, or cannot be had, is left for the answer to tell.
    pub(crate) async fn catch_up(&self) -> Result<()> {
        let Some(instance) = &self.local else { return Ok(()) };
        let ctx = CallContext::new(Instance::admin_principal()).with_timeout(&SystemClock, CATCH_UP);
        let head = instance.engine().status(&ctx).await?.head;
        lenient(instance.engine().wait_indexed(&ctx, head).await)?;
        let ctx =
            CallContext::new(Instance::admin_principal()).with_timeout(&SystemClock, CATCH_UP_WITH_WORDS);
        lenient(instance.engine().wait_words(&ctx, head).await)
    }

    /// Closes what was opened, and answers with the outcome of the work; its failure comes before one of closing.
    pub(crate) async fn finish<T>(self, outcome: Result<T>) -> Result<T> {
        let closed = self.close().await;
        let value = outcome?;
        closed.map(|()| value)
    }

    /// Closes what was opened.
    pub(crate) async fn close(self) -> Result<()> {
        match self.local {
            Some(instance) => instance.close().await,
            None => Ok(()),
        }
    }
}

/// Leaves to the answer what was not there in time.
fn lenient(waited: Result<()>) -> Result<()> {
    match waited {
        Err(error) if matches!(error.kind(), ErrorKind::DeadlineExceeded | ErrorKind::Unavailable) => Ok(()),
        outcome => outcome,
    }
}

/// Opens the data for a command that must have it for itself, such as `serve`, and tells of it on the operations port.
pub(crate) async fn open_instance(
    place: &Place,
    command: &str,
    roots: &[PathBuf],
    config: Config,
    telemetry: &RunningTelemetry,
) -> Result<(Instance, Operations)> {
    let dir = DataDir::open(place.data_dir.as_deref())?;
    let lock = dir.lock(command).map_err(LockFailure::into_error)?;
    let admin = token_file::load_or_create(&dir.admin_token())?;
    // Before the stores, so that opening them can be seen.
    let operations = Operations::start(&config, &admin, telemetry, Arc::new(SystemClock)).await?;
    let instance = Instance::open(lock, config, roots).await?;
    instance.tell(operations.health());
    Ok((instance, operations))
}
