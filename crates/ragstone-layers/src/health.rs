//! The registry of backends, from which health checks read.

use std::sync::{Arc, PoisonError, RwLock};

use ragstone_core::Clock;
use ragstone_resilience::InvalidPolicy;

use crate::backend::{Backend, BackendPolicy, BackendStatus};

/// Every backend of a process; cheap to clone, and all clones are one registry.
#[derive(Clone, Debug)]
pub struct BackendHealth {
    clock: Arc<dyn Clock>,
    backends: Arc<RwLock<Vec<Arc<Backend>>>>,
}

impl BackendHealth {
    /// Builds an empty registry that dates with `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, backends: Arc::default() }
    }

    /// Builds a backend and adds it. A name that is taken is refused, as its metrics would be one.
    pub fn register(&self, name: &'static str, policy: BackendPolicy) -> Result<Arc<Backend>, InvalidPolicy> {
        let mut backends = self.backends.write().unwrap_or_else(PoisonError::into_inner);
        if backends.iter().any(|known| known.name() == name) {
            return Err(InvalidPolicy { policy: "backend", field: "name", rule: "must not be taken" });
        }
        let backend = Arc::new(Backend::new(name, policy, Arc::clone(&self.clock)));
        backends.push(Arc::clone(&backend));
        Ok(backend)
    }

    /// How every backend does now, in the order they were added. Asks no backend.
    pub fn statuses(&self) -> Vec<BackendStatus> {
        let backends = self.backends.read().unwrap_or_else(PoisonError::into_inner);
        backends.iter().map(|backend| backend.status()).collect()
    }
}
