//! The text in which a configuration keeps a token: enough to recognise it, useless to pose as its owner.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use ragstone_core::{Error, Result, Scope, TenantId};

use crate::token::{BearerToken, TokenHash, TokenId, TokenRecord};

/// Id and hash of a token; as text `<id>:<hash>` in hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub struct StoredToken {
    id: TokenId,
    hash: TokenHash,
}

impl StoredToken {
    /// What is to be kept of a token.
    pub fn of(token: &BearerToken) -> Self {
        Self { id: token.id(), hash: token.hash() }
    }

    /// Says whose token it is and what it may do; in no group, and for ever.
    pub fn record(self, name: impl Into<String>, tenant: TenantId, scope: Scope) -> TokenRecord {
        let (name, groups, expires_at) = (name.into(), BTreeSet::new(), None);
        TokenRecord { id: self.id, name, tenant, scope, groups, hash: self.hash, expires_at }
    }
}

impl fmt::Display for StoredToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.id)?;
        self.hash.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for StoredToken {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse(text).ok_or_else(|| Error::invalid("hash", "is not what was printed when the token was made"))
    }
}

fn parse(text: &str) -> Option<StoredToken> {
    let (id, digits) = text.split_once(':')?;
    if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(StoredToken { id: TokenId::parse(id)?, hash: TokenHash::from_bytes(hash) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_and_recognises_the_token() {
        let token = BearerToken::mint().expect("randomness");
        let stored: StoredToken = StoredToken::of(&token).to_string().parse().expect("parses");
        assert_eq!(stored.id, token.id());
        assert!(stored.hash.matches(&token));
        assert!(!stored.hash.matches(&BearerToken::mint().expect("randomness")));
    }

    #[test]
    fn bad_texts_are_refused() {
        let good = StoredToken::of(&BearerToken::mint().expect("randomness")).to_string();
        for bad in
            ["", ":", &good[1..], &good[..good.len() - 1], &good.replace(':', ""), &good.replace(':', "é:")]
        {
            assert!(bad.parse::<StoredToken>().is_err(), "{bad}");
        }
    }
}
