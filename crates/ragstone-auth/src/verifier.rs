//! The port that turns a token into a principal.

use std::fmt;
use std::sync::Arc;

use ragstone_core::port::BoxFuture;
use ragstone_core::{Principal, Result};

use crate::token::BearerToken;

/// Verifies tokens.
///
/// Laws: a token that is unknown, wrong, expired or revoked is `Unauthenticated`, and the public message does not
/// say which; a store that cannot be reached is `Unavailable`, never `Unauthenticated`. The time taken does not
/// depend on how much of a token is right. Dropping the future has no effect.
pub trait TokenVerifier: fmt::Debug + Send + Sync + 'static {
    /// Finds whose token it is.
    fn verify<'a>(&'a self, token: &'a BearerToken) -> BoxFuture<'a, Result<Arc<Principal>>>;
}

/// The caller, as an extension of an authenticated request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatedPrincipal(pub Arc<Principal>);
