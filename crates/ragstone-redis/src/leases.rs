//! Leases: for each name a key that runs out with the lease, and one with the last token that never does.

use std::time::Duration;

use ragstone_core::id::HolderId;
use ragstone_core::lease::{FencingToken, Lease, LeaseName, check_ttl, lost};
use ragstone_core::port::Leases;
use ragstone_core::{CallContext, Result};

use crate::cache::whole_millis;
use crate::error::unexpected_answer;
use crate::script::Run;
use crate::store::RedisStore;

/// Takes a lease unless another holder has it.
///
/// The token is one more than the last, and at least the microseconds of Redis's clock: so tokens go on growing
/// even after Redis has lost its data, or a replica took over that had not seen the last lease.
pub(crate) const ACQUIRE: &str = r"
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, #ARGV[1] + 1) ~= ARGV[1] .. ' ' then return false end
local last = tonumber(redis.call('GET', KEYS[2]) or 0)
local time = redis.call('TIME')
local token = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
redis.call('SET', KEYS[2], token)
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. token, 'PX', ARGV[2])
return token
";

/// Prolongs a lease that is still held.
pub(crate) const RENEW: &str = r"
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
";

/// Gives a lease back that is still held.
pub(crate) const RELEASE: &str = r"
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
";

impl RedisStore {
    fn lease_key(&self, name: &LeaseName) -> String {
        self.shared.name("lease", name)
    }
}

/// What the key of a lease holds.
fn mark(lease: &Lease) -> String {
    format!("{} {}", lease.holder, lease.token)
}

impl Leases for RedisStore {
    async fn acquire(
        &self,
        _ctx: &CallContext,
        name: &LeaseName,
        holder: HolderId,
        ttl: Duration,
    ) -> Result<Option<Lease>> {
        check_ttl(ttl)?;
        let run = Run {
            script: &self.shared.scripts.acquire,
            keys: vec![self.lease_key(name), self.shared.name("fence", name)],
            arguments: vec![holder.to_string(), whole_millis(ttl).to_string()],
        };
        let Some(token) = self.shared.script::<Option<String>>(&run).await? else {
            return Ok(None);
        };
        let token = token.parse().map(FencingToken).map_err(|_| unexpected_answer())?;
        Ok(Some(Lease { name: name.clone(), holder, token, ttl }))
    }

    async fn renew(&self, _ctx: &CallContext, lease: &Lease, ttl: Duration) -> Result<Lease> {
        check_ttl(ttl)?;
        let run = Run {
            script: &self.shared.scripts.renew,
            keys: vec![self.lease_key(&lease.name)],
            arguments: vec![mark(lease), whole_millis(ttl).to_string()],
        };
        if self.shared.script::<bool>(&run).await? {
            return Ok(Lease { ttl, ..lease.clone() });
        }
        Err(lost(lease))
    }

    async fn release(&self, _ctx: &CallContext, lease: &Lease) -> Result<()> {
        let run = Run {
            script: &self.shared.scripts.release,
            keys: vec![self.lease_key(&lease.name)],
            arguments: vec![mark(lease)],
        };
        self.shared.script::<bool>(&run).await.map(|_| ())
    }
}
