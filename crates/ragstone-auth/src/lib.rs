#![doc = include_str!("../README.md")]

#[cfg(feature = "tower")]
pub mod layer;
pub mod static_tokens;
pub mod stored;
pub mod token;
pub mod token_file;
pub mod verifier;

pub use crate::static_tokens::StaticTokens;
pub use crate::stored::StoredToken;
pub use crate::token::{BearerToken, TokenHash, TokenId, TokenRecord};
pub use crate::verifier::{AuthenticatedPrincipal, TokenVerifier};
