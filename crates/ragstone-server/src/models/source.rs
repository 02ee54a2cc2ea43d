//! The models that collections name: folders of this machine, and the configured one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ragstone_core::embedding::Precision;
use ragstone_core::generation::ModelReference;
use ragstone_core::port::{BoxFuture, DynEmbedder};
use ragstone_core::{Clock, Error, ErrorKind, Result};
use ragstone_engine::ModelSource;
use ragstone_layers::Layered;
use ragstone_models::LocalEmbedder;

use super::{DEFAULT_MODEL, UNUSABLE, loaded, own_layers, precision};
use crate::config::{Config, ModelConfig, ModelPrecision};
use crate::data_dir::DataDir;

/// What the name of a model that another server runs begins with.
const REMOTE: &str = "remote:";

/// Opens models by name: a folder among the models of the data directory, or any other by its whole path, which only
/// the configuration names.
pub(crate) struct ServerModels {
    config: ModelConfig,
    folder: PathBuf,
    configured: Option<ModelReference>,
    clock: Arc<dyn Clock>,
}

impl ServerModels {
    /// Knows the configured model, if it `is_open`.
    pub(crate) fn new(config: &Config, dir: &DataDir, clock: Arc<dyn Clock>, is_open: bool) -> Result<Self> {
        let folder = dir.models();
        let configured = if is_open { Some(reference(config, &folder)?) } else { None };
        Ok(Self { config: config.model.clone(), folder, configured, clock })
    }

    async fn opened(&self, reference: &ModelReference) -> Result<Arc<dyn DynEmbedder>> {
        let name = reference.name();
        if name.starts_with(REMOTE) {
            return Err(missing(reference).with_help("name its server in `remote_model` again"));
        }
        // A whole path stands for itself.
        let folder = self.folder.join(name);
        if !folder.is_dir() {
            return Err(missing(reference).with_help("bring it with `ragstone model pull`"));
        }
        let config = ModelConfig { precision: of_folder(reference)?, ..self.config.clone() };
        let clock = Arc::clone(&self.clock);
        let (embedder, description) = loaded(&config, folder, UNUSABLE, move |folder, engine, options| {
            LocalEmbedder::open(folder, engine, options, clock)
        })
        .await?;
        tracing::info!(model = %reference, "opened {description}");
        let inner: Arc<dyn DynEmbedder> = Arc::new(embedder);
        Ok(Arc::new(Layered::new(inner, own_layers(Arc::clone(&self.clock)))))
    }
}

impl ModelSource for ServerModels {
    fn configured(&self) -> Option<ModelReference> {
        self.configured.clone()
    }

    fn open<'a>(&'a self, reference: &'a ModelReference) -> BoxFuture<'a, Result<Arc<dyn DynEmbedder>>> {
        Box::pin(self.opened(reference))
    }
}

/// By what the configured model is opened again.
fn reference(config: &Config, models: &Path) -> Result<ModelReference> {
    let remote = &config.remote_model;
    if !remote.url.is_empty() {
        let name = if remote.name.is_empty() { &remote.url } else { &remote.name };
        return ModelReference::try_new(format!("{REMOTE}{name}"), Precision::Served);
    }
    let name = match &config.model.folder {
        None => DEFAULT_MODEL.to_owned(),
        Some(folder) => named(folder, models),
    };
    ModelReference::try_new(name, precision(&config.model))
}

/// The name of a folder among the models, or its whole path.
fn named(folder: &Path, models: &Path) -> String {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let models = std::path::absolute(models).unwrap_or_else(|_| models.to_owned());
    let inside = whole.strip_prefix(&models).ok().filter(|inside| inside.components().count() == 1);
    inside.unwrap_or(&whole).display().to_string()
}

fn of_folder(reference: &ModelReference) -> Result<ModelPrecision> {
    match reference.precision() {
        Precision::F32 => Ok(ModelPrecision::F32),
        Precision::Int8 => Ok(ModelPrecision::Int8),
        Precision::Served => {
            Err(Error::invalid("precision", "must be `f32` or `int8` for a model in a folder"))
        }
    }
}

fn missing(reference: &ModelReference) -> Error {
    Error::new(ErrorKind::NotFound, "there is no such model").with_context("model", reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_among_the_models_have_short_names() {
        let models = Path::new("/data/models");
        assert_eq!(named(Path::new("/data/models/e5-small"), models), "e5-small");
        for elsewhere in ["/data/models/a/b", "/srv/e5-small"] {
            assert_eq!(named(Path::new(elsewhere), models), elsewhere);
        }
    }

    #[test]
    fn the_configured_model_has_the_name_that_opens_it() {
        let of = |config: &Config| reference(config, Path::new("/data/models")).map(|name| name.to_string());
        assert_eq!(of(&Config::default()).ok().as_deref(), Some("all-MiniLM-L6-v2@f32"));
        let mut config = Config::default();
        config.model.folder = Some(PathBuf::from("/srv/e5"));
        config.model.precision = ModelPrecision::Int8;
        assert_eq!(of(&config).ok().as_deref(), Some("/srv/e5@int8"));
        config.remote_model.url = "http://models.example".to_owned();
        assert_eq!(of(&config).ok().as_deref(), Some("remote:http://models.example@served"));
    }
}
