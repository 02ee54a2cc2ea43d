//! Keys of requests in memory, and the writes that are bound to them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::MemoryCatalog;
use super::lock;
use crate::clock::{Clock, Timestamp};
use crate::context::CallContext;
use crate::error::Result;
use crate::id::{HolderId, KeyedRequestId, TenantId};
use crate::idempotency::{
    BoundAnswer, IdempotencyKey, KeptAnswer, KeyClaim, KeyPolicy, KeyRecord, KeyState, KeyedRequest, lost,
    too_many,
};
use crate::port::IdempotencyStore;

/// Whose key it is: tenant, principal, operation, key.
type Place = (TenantId, String, String, IdempotencyKey);
type Records = BTreeMap<Place, KeyRecord>;

/// Keys in memory, which the catalog and the queue of jobs of a process share.
pub struct MemoryKeys {
    clock: Arc<dyn Clock>,
    records: Mutex<Records>,
}

impl MemoryKeys {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, records: Mutex::default() }
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        lock(&self.records)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Writes, and keeps what was done where the call is bound to a key; both, or neither. A write that was made under the key
    /// before answers again and is not made.
    ///
    /// The keys are locked meanwhile: a `write` may lock what it writes, and nothing that has locked that may come here.
    pub(super) fn bind<T: BoundAnswer>(
        &self,
        ctx: &CallContext,
        write: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let Some(claim) = ctx.bound_claim() else { return write() };
        let (mut records, now) = (self.records(), self.now());
        let record = held(&mut records, claim, now)?;
        if let Some(effect) = &record.effect {
            return T::of_effect(effect.clone());
        }
        let answer = write()?;
        record.effect = Some(answer.to_effect());
        Ok(answer)
    }

    fn begin(
        &self,
        place: Place,
        request: &KeyedRequest,
        id: KeyedRequestId,
        holder: HolderId,
        policy: &KeyPolicy,
    ) -> Result<KeyState> {
        let (mut records, now) = (self.records(), self.now());
        let known = records.get_mut(&place).filter(|record| !record.is_expired(now));
        if let Some(record) = known {
            return record.repeat(request, holder, policy.hold, now);
        }
        check_room(&records, &place, policy, now)?;
        let record = KeyRecord::new(id, request, holder, policy, now);
        let claim = KeyClaim { request: id, holder, token: record.token };
        records.insert(place, record);
        Ok(KeyState::Claimed(claim))
    }
}

impl IdempotencyStore for MemoryCatalog {
    async fn begin_request(
        &self,
        ctx: &CallContext,
        request: &KeyedRequest,
        id: KeyedRequestId,
        holder: HolderId,
        policy: &KeyPolicy,
    ) -> Result<KeyState> {
        request.check()?;
        policy.check()?;
        let caller = ctx.principal().name().to_owned();
        let place = (ctx.tenant().clone(), caller, request.operation.clone(), request.key.clone());
        self.keys().begin(place, request, id, holder, policy)
    }

    async fn renew_request(&self, _ctx: &CallContext, claim: &KeyClaim, hold: Duration) -> Result<()> {
        crate::lease::check_ttl(hold)?;
        let (mut records, now) = (self.keys().records(), self.keys().now());
        held(&mut records, claim, now)?.renew(hold, now);
        Ok(())
    }

    async fn finish_request(
        &self,
        _ctx: &CallContext,
        claim: &KeyClaim,
        answer: Option<KeptAnswer>,
    ) -> Result<()> {
        answer.as_ref().map_or(Ok(()), KeptAnswer::check)?;
        let (mut records, now) = (self.keys().records(), self.keys().now());
        find(&mut records, claim).ok_or_else(|| lost(claim))?.finish(claim, answer, now)
    }

    async fn release_request(&self, _ctx: &CallContext, claim: &KeyClaim) -> Result<()> {
        let mut records = self.keys().records();
        if find(&mut records, claim).is_some_and(|record| record.release(claim)) {
            records.retain(|_, record| record.request != claim.request);
        }
        Ok(())
    }

    async fn forget_requests(&self, _ctx: &CallContext, most: u32) -> Result<u64> {
        let (mut records, now) = (self.keys().records(), self.keys().now());
        let expired = records.iter().filter(|(_, record)| record.is_expired(now));
        let expired: Vec<Place> = expired.map(|(place, _)| place.clone()).take(most as usize).collect();
        for place in &expired {
            records.remove(place);
        }
        Ok(expired.len() as u64)
    }
}

fn check_room(records: &Records, place: &Place, policy: &KeyPolicy, now: Timestamp) -> Result<()> {
    let of_tenant =
        records.iter().filter(|((tenant, ..), record)| *tenant == place.0 && !record.is_expired(now));
    let (mut keys, mut bytes) = (0_u64, 0_u64);
    for (_, record) in of_tenant {
        keys += 1;
        bytes += record
            .answer
            .iter()
            .filter_map(|given| given.0.as_ref())
            .map(|answer| answer.len() as u64)
            .sum::<u64>();
    }
    if keys >= u64::from(policy.most_keys) || bytes >= policy.most_bytes {
        return Err(too_many());
    }
    Ok(())
}

fn find<'a>(records: &'a mut Records, claim: &KeyClaim) -> Option<&'a mut KeyRecord> {
    records.values_mut().find(|record| record.request == claim.request)
}

fn held<'a>(records: &'a mut Records, claim: &KeyClaim, now: Timestamp) -> Result<&'a mut KeyRecord> {
    let record = find(records, claim).ok_or_else(|| lost(claim))?;
    record.check_held_by(claim, now)?;
    Ok(record)
}

impl fmt::Debug for MemoryKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryKeys").field("keys", &self.records().len()).finish_non_exhaustive()
    }
}
