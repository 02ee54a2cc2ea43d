//! The model that the configuration names, opened.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use ragstone_core::embedding::{InputKind, Precision};
use ragstone_core::port::{DynEmbedder, DynReranker};
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result};
use ragstone_engine::TokenCounters;
use ragstone_layers::{Around, Guard, Layered, StackPolicy, Telemetry, standard_embedder};
use ragstone_models::{
    Engine, LocalEmbedder, LocalOptions, LocalReranker, ModelFolder, OnnxRuntime, RemoteConfig,
    RemoteEmbedder, Vocabulary, VocabularyCounter,
};

use crate::config::{Config, ModelConfig, ModelPrecision, ModelRuntime};
use crate::data_dir::DataDir;

pub(crate) use self::source::ServerModels;

mod source;

/// Folder of the model that is pulled when none is named.
pub(crate) const DEFAULT_MODEL: &str = "all-MiniLM-L6-v2";
/// What to do where the embedding model cannot be used.
const UNUSABLE: &str =
    "pull the model again with `ragstone model pull`, or remove the folder to search by keyword alone";
/// What to do where the reranking model cannot be used.
const NOT_RERANKING: &str = "name a cross-encoder with one score in `reranker.folder`, or remove the key";

/// A model, and what runs it.
pub(crate) struct OpenModel {
    pub(crate) embedder: Arc<dyn DynEmbedder>,
    /// For the operator.
    pub(crate) description: String,
}

impl std::fmt::Debug for OpenModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenModel").field("description", &self.description).finish_non_exhaustive()
    }
}

/// Counters of tokens for contexts.
pub(crate) fn counters() -> TokenCounters {
    TokenCounters {
        cl100k: Some(Arc::new(VocabularyCounter::new(Vocabulary::Cl100k))),
        o200k: Some(Arc::new(VocabularyCounter::new(Vocabulary::O200k))),
    }
}

/// Opens the model; none where none is named and the default one was not pulled. Takes about a second.
///
/// A model that is named and cannot be used is an error: keyword search alone has to be asked for. One on a server is
/// not asked yet; `of_server` makes the policy of its calls.
pub(crate) async fn open(
    config: &Config,
    dir: &DataDir,
    clock: Arc<dyn Clock>,
    of_server: impl FnOnce() -> Result<StackPolicy>,
) -> Result<Option<OpenModel>> {
    if let Some(server) = config.remote_model.server()? {
        return remote(server, &config.remote_model.url, clock, &of_server()?).map(Some);
    }
    let config = &config.model;
    let default = dir.models().join(DEFAULT_MODEL);
    let folder = match &config.folder {
        Some(folder) => folder.clone(),
        None if default.is_dir() => default,
        None => return Ok(None),
    };
    let open = Arc::clone(&clock);
    let (embedder, description) = loaded(config, folder, UNUSABLE, move |folder, engine, options| {
        LocalEmbedder::open(folder, engine, options, open)
    })
    .await?;
    let inner: Arc<dyn DynEmbedder> = Arc::new(embedder);
    Ok(Some(OpenModel { embedder: Arc::new(Layered::new(inner, own_layers(clock))), description }))
}

/// No circuit and no retries: it is this process that computes, as slowly as it can.
fn own_layers(clock: Arc<dyn Clock>) -> impl Around {
    Telemetry::new(clock).over(Guard)
}

fn remote(server: RemoteConfig, url: &str, clock: Arc<dyn Clock>, policy: &StackPolicy) -> Result<OpenModel> {
    let embedder: Arc<dyn DynEmbedder> = Arc::new(RemoteEmbedder::try_new(server, clock)?);
    let description = format!("{} at {url}", embedder.model().fingerprint.name());
    Ok(OpenModel { embedder: standard_embedder(embedder, policy), description })
}

impl OpenModel {
    /// Asks the model for a vector, and says what it is.
    pub(crate) async fn check(&self, ctx: &CallContext) -> Result<String> {
        self.embedder.embed(ctx, InputKind::Query, &["ragstone"]).await?;
        Ok(self.description.clone())
    }
}

/// What `open` makes of the model in a folder, and its description; `help` says what to do where it cannot be used.
async fn loaded<M: Send + 'static>(
    config: &ModelConfig,
    path: PathBuf,
    help: &'static str,
    open: impl FnOnce(&ModelFolder, &Engine, LocalOptions) -> Result<M> + Send + 'static,
) -> Result<(M, String)> {
    let config = config.clone();
    let opening = tokio::task::spawn_blocking(move || {
        let named = |error: Error| error.with_context("folder", path.display()).with_help(help);
        let folder = ModelFolder::open(&path).map_err(|error| named(error.into()))?;
        let engine = engine(&config)?;
        let model = open(&folder, &engine, options(&config)?).map_err(named)?;
        let precision = precision(&config).as_str();
        Ok((model, format!("{} ({precision}) on {}", folder.name(), name(&engine))))
    });
    opening.await.map_err(|source| {
        Error::new(ErrorKind::Unexpected, "the model could not be opened").with_source(source)
    })?
}

fn options(config: &ModelConfig) -> Result<LocalOptions> {
    let options = LocalOptions::new().with_precision(precision(config))?;
    Ok(match NonZeroUsize::new(config.threads) {
        Some(threads) => options.with_threads(threads),
        None => options,
    })
}

fn precision(config: &ModelConfig) -> Precision {
    match config.precision {
        ModelPrecision::F32 => Precision::F32,
        ModelPrecision::Int8 => Precision::Int8,
    }
}

// ---- Reranking ----

/// A model that judges passages, and what runs it.
pub(crate) struct OpenReranker {
    pub(crate) reranker: Arc<dyn DynReranker>,
    description: String,
}

impl std::fmt::Debug for OpenReranker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenReranker").field("description", &self.description).finish_non_exhaustive()
    }
}

impl OpenReranker {
    /// Asks the model for a score, and says what it is.
    pub(crate) async fn check(&self, ctx: &CallContext) -> Result<String> {
        self.reranker.rerank(ctx, "ragstone", &["ragstone"]).await?;
        Ok(self.description.clone())
    }
}

/// Opens the reranking model, if one is named. Takes about a second.
pub(crate) async fn open_reranker(config: &Config, clock: Arc<dyn Clock>) -> Result<Option<OpenReranker>> {
    let Some(path) = config.reranker.folder.clone() else { return Ok(None) };
    let open = Arc::clone(&clock);
    let (reranker, description) =
        loaded(&config.model, path, NOT_RERANKING, move |folder, engine, options| {
            LocalReranker::open(folder, engine, options, open)
        })
        .await?;
    let inner: Arc<dyn DynReranker> = Arc::new(reranker);
    Ok(Some(OpenReranker { reranker: Arc::new(Layered::new(inner, own_layers(clock))), description }))
}

fn engine(config: &ModelConfig) -> Result<Engine> {
    let library = config.library.clone();
    let missing = || {
        Error::invalid("model.library", "names no library of ONNX Runtime")
            .with_help("name it in `model.library`, or set `model.runtime` to \"built_in\"")
    };
    match (config.runtime, library) {
        (ModelRuntime::BuiltIn, _) | (ModelRuntime::Auto, None) => Ok(Engine::Tract),
        (ModelRuntime::OnnxRuntime, None) => Err(missing()),
        (ModelRuntime::Auto | ModelRuntime::OnnxRuntime, Some(path)) => {
            let library = if path.is_dir() { OnnxRuntime::find_in(&path).ok_or_else(missing)? } else { path };
            OnnxRuntime::open(&library).map(Engine::OnnxRuntime)
        }
    }
}

fn name(engine: &Engine) -> String {
    match engine {
        Engine::Tract => "the built-in runtime".to_owned(),
        Engine::OnnxRuntime(library) => format!("ONNX Runtime, {}", library.path().display()),
    }
}
