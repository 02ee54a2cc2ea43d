//! The check of the API key.

use std::sync::Arc;

use tonic::service::Interceptor;
use tonic::{Request, Status};

/// Refuses requests that do not carry the key.
#[derive(Clone)]
pub(super) struct KeyCheck {
    key: Option<Arc<str>>,
}

impl KeyCheck {
    /// Lets everything through where there is no key.
    pub(super) fn new(key: Option<String>) -> Self {
        Self { key: key.map(Arc::from) }
    }
}

impl Interceptor for KeyCheck {
    fn call(&mut self, request: Request<()>) -> Result<Request<()>, Status> {
        let Some(key) = &self.key else {
            return Ok(request);
        };
        let header = |name| request.metadata().get(name).and_then(|value| value.to_str().ok());
        let bearer = header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        match header("api-key").or(bearer) {
            Some(given) if given == &**key => Ok(request),
            Some(_) => Err(Status::unauthenticated("Invalid API key or JWT")),
            None => Err(Status::unauthenticated("Must provide an API key or an Authorization bearer token")),
        }
    }
}
