//! A fixed set of tokens, held in memory.

use std::collections::HashMap;
use std::sync::Arc;

use ragstone_core::port::BoxFuture;
use ragstone_core::{Clock, Principal, Result, SystemClock, Timestamp};

use crate::token::{BearerToken, TokenHash, TokenId, TokenRecord, denied};
use crate::verifier::TokenVerifier;

/// Verifies against records that were given at the start.
#[derive(Debug)]
pub struct StaticTokens {
    entries: HashMap<TokenId, Entry>,
    clock: Arc<dyn Clock>,
}

#[derive(Debug)]
struct Entry {
    hash: TokenHash,
    expires_at: Option<Timestamp>,
    principal: Arc<Principal>,
}

impl StaticTokens {
    /// Takes the records; of two with one id the later counts.
    pub fn new(records: impl IntoIterator<Item = TokenRecord>) -> Self {
        let entries = records.into_iter().map(|record| {
            let entry = Entry {
                hash: record.hash,
                expires_at: record.expires_at,
                principal: Arc::new(record.principal()),
            };
            (record.id, entry)
        });
        Self { entries: entries.collect(), clock: Arc::new(SystemClock) }
    }

    /// Tells the time by another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    fn find(&self, token: &BearerToken) -> Result<Arc<Principal>> {
        let Some(entry) = self.entries.get(&token.id()) else {
            // The same work as for a known id, so that ids cannot be told apart by time.
            let _ = TokenHash::from_bytes([0; 32]).matches(token);
            return Err(denied("no token has this id"));
        };
        if !entry.hash.matches(token) {
            return Err(denied("the secret is wrong"));
        }
        if entry.expires_at.is_some_and(|end| end <= self.clock.now()) {
            return Err(denied("the token has expired"));
        }
        Ok(Arc::clone(&entry.principal))
    }
}

impl TokenVerifier for StaticTokens {
    fn verify<'a>(&'a self, token: &'a BearerToken) -> BoxFuture<'a, Result<Arc<Principal>>> {
        Box::pin(std::future::ready(self.find(token)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ragstone_core::clock::ManualClock;
    use ragstone_core::{ErrorKind, Scope, TenantId};

    use super::*;

    fn record(token: &BearerToken) -> TokenRecord {
        TokenRecord::new(token, "ada", TenantId::default(), Scope::Write)
    }

    #[test]
    fn wrong_unknown_and_expired_tokens_look_the_same() {
        let clock = Arc::new(ManualClock::new());
        let token = BearerToken::mint().expect("randomness");
        let end = Timestamp::from_millis(clock.now().as_millis() + 1000);
        let tokens = StaticTokens::new([record(&token).expiring_at(end)]).with_clock(clock.clone());
        assert!(tokens.find(&token).is_ok());

        let forged = format!("rgs_{}_{}", token.id(), "A".repeat(43));
        let forged = BearerToken::parse(&forged).expect("form");
        let unknown = BearerToken::mint().expect("randomness");
        clock.advance(Duration::from_secs(1));
        let messages = [&forged, &unknown, &token].map(|token| {
            let error = tokens.find(token).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Unauthenticated);
            error.public_message()
        });
        assert!(messages.iter().all(|message| *message == messages[0]), "{messages:?}");
    }

    #[test]
    fn the_principal_is_the_one_of_the_record() {
        let token = BearerToken::mint().expect("randomness");
        let record = record(&token).in_groups(["staff".to_owned()]);
        let principal = StaticTokens::new([record]).find(&token).expect("valid");
        let ada = Principal::new("ada", TenantId::default(), Scope::Write);
        assert_eq!(*principal, ada.with_groups(["staff".to_owned()]));
    }
}
