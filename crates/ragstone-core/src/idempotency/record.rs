//! How a keyed request goes from state to state: the rules that every store obeys.

use std::time::Duration;

use super::{Effect, KeptAnswer, KeyClaim, KeyPolicy, KeyState, KeyedRequest, lost, reused};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::id::{Digest, HolderId, KeyedRequestId};
use crate::lease::FencingToken;

/// An answer that was given; nothing of it where it was too long to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given(pub Option<KeptAnswer>);

/// A keyed request with what only its store knows; times are those of the store's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyRecord {
    /// Identity.
    pub request: KeyedRequestId,
    /// What it asks for.
    pub fingerprint: Digest,
    /// How often it was taken up.
    pub token: FencingToken,
    /// Who does it, until when.
    pub held: Option<(HolderId, Timestamp)>,
    /// What its write did, where that is kept and the answer is not.
    pub effect: Option<Effect>,
    /// The answer, once it was given.
    pub answer: Option<Given>,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

impl KeyRecord {
    /// A request that is seen for the first time, and taken up.
    pub fn new(
        id: KeyedRequestId,
        request: &KeyedRequest,
        holder: HolderId,
        policy: &KeyPolicy,
        now: Timestamp,
    ) -> Self {
        Self {
            request: id,
            fingerprint: request.fingerprint,
            token: FencingToken(1),
            held: Some((holder, now.saturating_add(policy.hold))),
            effect: None,
            answer: None,
            expires_at: now.saturating_add(policy.retention),
        }
    }

    /// Whether somebody does it and is in time.
    pub fn is_held(&self, now: Timestamp) -> bool {
        self.held.is_some_and(|(_, until)| now < until)
    }

    /// Whether it may be forgotten.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now && !self.is_held(now)
    }

    /// The claim of who does it.
    pub fn claim(&self) -> Option<KeyClaim> {
        let (holder, _) = self.held?;
        Some(KeyClaim { request: self.request, holder, token: self.token })
    }

    /// What a repeated request is told; takes it up where nobody does it.
    ///
    /// Another fingerprint is refused.
    pub fn repeat(
        &mut self,
        request: &KeyedRequest,
        holder: HolderId,
        hold: Duration,
        now: Timestamp,
    ) -> Result<KeyState> {
        if self.fingerprint != request.fingerprint {
            return Err(reused());
        }
        if let Some(Given(answer)) = &self.answer {
            return Ok(KeyState::Answered(answer.clone()));
        }
        let is_own = self.held.is_some_and(|(by, _)| by == holder);
        match self.claim().filter(|_| self.is_held(now)) {
            Some(claim) if is_own => return Ok(KeyState::Claimed(claim)),
            Some(_) => return Ok(KeyState::UnderWay),
            None => {}
        }
        self.token.0 += 1;
        self.held = Some((holder, now.saturating_add(hold)));
        Ok(KeyState::Claimed(KeyClaim { request: self.request, holder, token: self.token }))
    }

    /// Refuses a claim that was lost.
    pub fn check_held_by(&self, claim: &KeyClaim, now: Timestamp) -> Result<()> {
        let is_same = self.claim().is_some_and(|held| held == *claim);
        if is_same && self.is_held(now) { Ok(()) } else { Err(lost(claim)) }
    }

    /// Keeps the claim of who has it.
    pub fn renew(&mut self, hold: Duration, now: Timestamp) {
        self.held = self.held.map(|(holder, _)| (holder, now.saturating_add(hold)));
    }

    /// Keeps an answer; the same claim may do so again.
    pub fn finish(&mut self, claim: &KeyClaim, answer: Option<KeptAnswer>, now: Timestamp) -> Result<()> {
        if self.answer.is_some() && self.token == claim.token && self.request == claim.request {
            return Ok(());
        }
        self.check_held_by(claim, now)?;
        self.answer = Some(Given(answer));
        self.effect = None;
        self.held = None;
        Ok(())
    }

    /// Gives the request back; answers whether it is to be forgotten, because nothing came of it.
    pub fn release(&mut self, claim: &KeyClaim) -> bool {
        if self.claim().is_none_or(|held| held != *claim) {
            return false;
        }
        self.held = None;
        self.effect.is_none()
    }
}
