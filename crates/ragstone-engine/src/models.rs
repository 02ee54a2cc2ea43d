//! The models of an engine: the configured one, and those that collections name.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use ragstone_core::generation::{ChosenModel, ModelReference};
use ragstone_core::port::{BoxFuture, DynEmbedder};
use ragstone_core::{Digest, Error, ErrorKind, Result};

use crate::embedded_text::ContextRecipe;
use crate::semantics::Semantics;

/// How long a model that could not be opened is not tried again.
const PAUSE: Duration = Duration::from_secs(10);

/// Opens models by name.
pub trait ModelSource: Send + Sync + 'static {
    /// By what the configured model can be opened again; `None` where the configuration names none.
    fn configured(&self) -> Option<ModelReference>;

    /// Opens a model, which may take seconds.
    ///
    /// `NotFound` where there is none of that name, `FailedPrecondition` where it cannot be used. The opening may go on
    /// when the future is dropped.
    fn open<'a>(&'a self, reference: &'a ModelReference) -> BoxFuture<'a, Result<Arc<dyn DynEmbedder>>>;
}

/// What is open, and how to open more. A model that cannot be opened is missing alone.
pub(crate) struct Models {
    configured: Option<Arc<Semantics>>,
    source: Option<Arc<dyn ModelSource>>,
    opened: Cache<Digest, Arc<Semantics>>,
    failed: Cache<Digest, Arc<Error>>,
}

impl Models {
    pub(crate) fn new(
        configured: Option<Arc<dyn DynEmbedder>>,
        source: Option<Arc<dyn ModelSource>>,
    ) -> Self {
        Self {
            configured: configured.map(|embedder| Arc::new(Semantics::new(embedder, ContextRecipe::NOW))),
            source,
            opened: Cache::builder().build(),
            failed: Cache::builder().time_to_live(PAUSE).build(),
        }
    }

    /// The model that the configuration names.
    pub(crate) const fn configured(&self) -> Option<&Arc<Semantics>> {
        self.configured.as_ref()
    }

    /// The configured model as one that a collection can name; `None` where it could not be opened by name.
    pub(crate) fn configured_choice(&self) -> Option<ChosenModel> {
        let reference = self.source.as_ref()?.configured()?;
        self.configured.as_ref().map(|semantics| semantics.chosen(reference))
    }

    /// Whether other models than the configured one can be opened.
    pub(crate) const fn can_open(&self) -> bool {
        self.source.is_some()
    }

    /// The model that a collection names, opened if it is not; several callers wait for one opening.
    ///
    /// `FailedPrecondition` where it is not there any more, or another one has its name.
    pub(crate) async fn get(&self, model: &ChosenModel) -> Result<Arc<Semantics>> {
        if let Some(configured) = self.configured.as_ref().filter(|known| *known.model() == model.digest) {
            return Ok(Arc::clone(configured));
        }
        if let Some(opened) = self.opened.get(&model.digest).await {
            return Ok(opened);
        }
        if let Some(error) = self.failed.get(&model.digest).await {
            return Err(unusable(model, &error));
        }
        match self.opened.try_get_with(model.digest, self.open_same(model)).await {
            Ok(opened) => Ok(opened),
            Err(error) => {
                self.failed.insert(model.digest, Arc::clone(&error)).await;
                Err(unusable(model, &error))
            }
        }
    }

    /// Opens a model by name, whatever it turns out to be.
    pub(crate) async fn named(&self, reference: &ModelReference) -> Result<(ChosenModel, Arc<Semantics>)> {
        let opened = self.open(reference).await?;
        // With the precision that it has, which a name alone may leave open.
        let reference = ModelReference::try_new(reference.name(), opened.precision())?;
        let chosen = opened.chosen(reference);
        self.failed.invalidate(&chosen.digest).await;
        let kept = self.opened.get_with(chosen.digest, async { opened }).await;
        Ok((chosen, kept))
    }

    /// Closes what no collection names any more.
    pub(crate) async fn keep(&self, named: &HashSet<Digest>) {
        let unused: Vec<Digest> =
            self.opened.iter().map(|(digest, _)| *digest).filter(|digest| !named.contains(digest)).collect();
        for digest in unused {
            self.opened.invalidate(&digest).await;
        }
    }

    async fn open_same(&self, model: &ChosenModel) -> Result<Arc<Semantics>> {
        if let Some(known) = self.configured.as_ref().and_then(|known| known.keyed(&model.digest)) {
            return Ok(Arc::new(known));
        }
        let opened = self.open(&model.reference).await?;
        if let Some(same) = opened.keyed(&model.digest) {
            return Ok(Arc::new(same));
        }
        Err(Error::new(ErrorKind::FailedPrecondition, "another model has the name by now"))
    }

    async fn open(&self, reference: &ModelReference) -> Result<Arc<Semantics>> {
        let source = self.source.as_ref().ok_or_else(no_source)?;
        Ok(Arc::new(Semantics::new(source.open(reference).await?, ContextRecipe::NOW)))
    }
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Models").field("configured", &self.configured).finish_non_exhaustive()
    }
}

fn unusable(model: &ChosenModel, error: &Error) -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the model of the collection cannot be opened")
        .with_context("model", &model.reference)
        .with_detail(error.to_string())
        .with_help("bring the model back under its name, or migrate the collection to another one")
}

/// This process knows one model at most.
pub(crate) fn no_source() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "no other models can be opened here")
}
