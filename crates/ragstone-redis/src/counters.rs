//! Counters: for each key a queue of steps of time with the hits of each, in one hash.

use std::time::Duration;

use ragstone_core::counter::{CounterDecision, CounterKey, CounterLimit};
use ragstone_core::port::Counters;
use ragstone_core::{CallContext, Result};

use crate::cache::whole_millis;
use crate::error::unexpected_answer;
use crate::script::Run;
use crate::store::RedisStore;

/// Counts hits. Field `h` is the index of the oldest step, `t` that behind the newest, `n` the sum of hits; each
/// step is a field named by its index that holds the step's last millisecond and its hits.
/// A step further ahead than the window means that the clock was set back: everything is then forgotten.
pub(crate) const RECORD: &str = r"
local limit, window, step, hits = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HMGET', KEYS[1], 'h', 't', 'n')
local head, tail, total = tonumber(state[1] or 0), tonumber(state[2] or 0), tonumber(state[3] or 0)
local function read(index)
  local entry = redis.call('HGET', KEYS[1], index)
  local last, count = string.match(entry, '(%d+):(%d+)')
  return tonumber(last), tonumber(count)
end
local last, count = 0, 0
if head < tail then
  last, count = read(tail - 1)
  if last > now + window + step then
    redis.call('DEL', KEYS[1])
    head, tail, total, last, count = 0, 0, 0, 0, 0
  end
end
local first = head
while head < tail do
  local ends, hits_of = read(head)
  if ends + window > now then break end
  redis.call('HDEL', KEYS[1], head)
  total = total - hits_of
  head = head + 1
end
local left = math.max(limit - total, 0)
if hits > left then
  local wait, room = 0, left
  for index = head, tail - 1 do
    local ends, hits_of = read(index)
    room = room + hits_of
    wait = ends + window - now
    if limit - total + room - left >= hits then break end
  end
  if head ~= first then redis.call('HSET', KEYS[1], 'h', head, 'n', total) end
  return {0, left, wait}
end
if hits > 0 then
  local ends = now - now % step + step - 1
  if head < tail and last >= ends then
    redis.call('HSET', KEYS[1], tail - 1, string.format('%.0f:%.0f', last, count + hits))
  else
    redis.call('HSET', KEYS[1], tail, string.format('%.0f:%.0f', ends, hits))
    tail = tail + 1
  end
  redis.call('HSET', KEYS[1], 'h', head, 't', tail, 'n', total + hits)
  redis.call('PEXPIRE', KEYS[1], window + step)
elseif head ~= first then
  redis.call('HSET', KEYS[1], 'h', head, 'n', total)
end
return {1, left - hits, 0}
";

impl Counters for RedisStore {
    async fn record(
        &self,
        _ctx: &CallContext,
        key: &CounterKey,
        limit: CounterLimit,
        hits: u32,
    ) -> Result<CounterDecision> {
        limit.check_hits(hits)?;
        let run = Run {
            script: &self.shared.scripts.record,
            keys: vec![self.shared.name("counter", key)],
            arguments: vec![
                limit.hits().to_string(),
                whole_millis(limit.window()).to_string(),
                whole_millis(limit.step()).to_string(),
                hits.to_string(),
            ],
        };
        match self.shared.script::<(u8, u32, u64)>(&run).await? {
            (1, remaining, _) => Ok(CounterDecision::Allowed { remaining }),
            (0, remaining, wait) => {
                Ok(CounterDecision::Denied { remaining, retry_after: Duration::from_millis(wait) })
            }
            _ => Err(unexpected_answer()),
        }
    }
}
