//! Bearer tokens and what is kept of them.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ragstone_core::{Error, ErrorKind, Principal, Result, Scope, TenantId, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::stored::StoredToken;

/// Start of every token, so that secret scanners recognise one.
pub const PREFIX: &str = "rgs";

const ID_LEN: usize = 16;
const SECRET_BYTES: usize = 32;
/// 32 bytes in base64 without padding.
const SECRET_LEN: usize = 43;

/// Public part of a token: names it in logs and listings. 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId(u64);

impl TokenId {
    /// Reads the 16 hexadecimal digits of an id.
    pub(crate) fn parse(digits: &str) -> Option<Self> {
        let is_hex = digits.len() == ID_LEN
            && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        is_hex.then(|| u64::from_str_radix(digits, 16).ok().map(Self)).flatten()
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A token in the caller's hands: `rgs_<id>_<secret>`, the secret being 256 random bits.
///
/// The text is wiped from memory on drop and shown only by [`BearerToken::expose`].
#[derive(Clone)]
pub struct BearerToken {
    id: TokenId,
    text: SecretString,
}

impl BearerToken {
    /// Makes a fresh token; [`ErrorKind::Unavailable`] where the system has no randomness to give.
    pub fn mint() -> Result<Self> {
        let mut id = [0; 8];
        let mut secret = [0; SECRET_BYTES];
        fill(&mut id)?;
        fill(&mut secret)?;
        let id = TokenId(u64::from_le_bytes(id));
        let text = format!("{PREFIX}_{id}_{}", URL_SAFE_NO_PAD.encode(secret));
        Ok(Self { id, text: SecretString::from(text) })
    }

    /// Reads a token; [`ErrorKind::Unauthenticated`] where the text has not the form of one.
    pub fn parse(text: &str) -> Result<Self> {
        let id = token_id(text).ok_or_else(|| denied("the text has not the form of a token"))?;
        Ok(Self { id, text: SecretString::from(text) })
    }

    /// Public part.
    pub fn id(&self) -> TokenId {
        self.id
    }

    /// The whole token, for the one who shall use it.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.expose().as_bytes()).into())
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BearerToken({}, ..)", self.id)
    }
}

/// The failure that every refused token gets; why is for the log only.
pub(crate) fn denied(detail: &'static str) -> Error {
    Error::new(ErrorKind::Unauthenticated, "the token is not valid")
        .with_operation("authenticate")
        .with_detail(detail)
}

fn token_id(text: &str) -> Option<TokenId> {
    let (id, secret) = text.strip_prefix(PREFIX)?.strip_prefix('_')?.split_once('_')?;
    let is_base64 = secret.len() == SECRET_LEN
        && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if is_base64 { TokenId::parse(id) } else { None }
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|error| {
        Error::new(ErrorKind::Unavailable, "cannot get random bytes from the system").with_source(error)
    })
}

/// SHA-256 of a whole token: enough to recognise it, useless to pose as its owner.
///
/// A slow password hash would gain nothing, for the secret has 256 bits of its own.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Wraps a stored hash.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether it is the hash of `token`; takes the same time for every token.
    pub fn matches(&self, token: &BearerToken) -> bool {
        self.0.ct_eq(&token.hash().0).into()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

/// What is kept of a token: whose it is and what it may do.
#[derive(Clone, Debug)]
pub struct TokenRecord {
    /// Public part.
    pub id: TokenId,
    /// Name of the principal.
    pub name: String,
    /// Tenant whose data the token reaches.
    pub tenant: TenantId,
    /// Highest scope.
    pub scope: Scope,
    /// Groups that access lists may name.
    pub groups: BTreeSet<String>,
    /// Hash of the token.
    pub hash: TokenHash,
    /// When it stops being valid; never where `None`.
    pub expires_at: Option<Timestamp>,
}

impl TokenRecord {
    /// Records a token without groups that does not expire.
    pub fn new(token: &BearerToken, name: impl Into<String>, tenant: TenantId, scope: Scope) -> Self {
        StoredToken::of(token).record(name, tenant, scope)
    }

    /// Sets when it stops being valid.
    #[must_use]
    pub fn expiring_at(mut self, expires_at: Timestamp) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// Puts the principal into groups.
    #[must_use]
    pub fn in_groups(mut self, groups: impl IntoIterator<Item = String>) -> Self {
        self.groups.extend(groups);
        self
    }

    /// Who calls with the token.
    pub fn principal(&self) -> Principal {
        Principal::new(self.name.clone(), self.tenant.clone(), self.scope).with_groups(self.groups.clone())
    }
}

#[cfg(test)]
mod tests;
