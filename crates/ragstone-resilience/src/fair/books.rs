//! Who has a place, who waits, and whose turn it is; the state behind the lock.

use std::collections::{HashMap, VecDeque};

use tokio::sync::oneshot;

use super::{FairPolicy, Key, Place};
use crate::bulkhead::Rejected;

pub(super) struct Books<K: Key> {
    pub(super) is_closed: bool,
    pub(super) free: usize,
    pub(super) waiting: usize,
    pub(super) lanes: HashMap<K, Lane<K>>,
    /// Keys that may have a call to admit, in the order of their turns; each at most once.
    turns: VecDeque<K>,
    /// Numbers the calls that wait.
    number: u64,
}

/// The calls of one key; a key without calls has no lane.
pub(super) struct Lane<K: Key> {
    running: usize,
    queue: VecDeque<(u64, Grant<K>)>,
    /// Whether the key stands in `turns`.
    has_turn: bool,
}

pub(super) type Grant<K> = oneshot::Sender<Place<K>>;

/// How a call got in.
pub(super) enum Entry<K: Key> {
    Admitted,
    /// The number in the queue, and where the place will come from.
    Waits(u64, oneshot::Receiver<Place<K>>),
}

impl<K: Key> Lane<K> {
    fn is_idle(&self) -> bool {
        self.running == 0 && self.queue.is_empty() && !self.has_turn
    }
}

impl<K: Key> Books<K> {
    pub(super) fn new(places: usize) -> Self {
        Self {
            is_closed: false,
            free: places,
            waiting: 0,
            lanes: HashMap::new(),
            turns: VecDeque::new(),
            number: 0,
        }
    }

    /// Takes a place or a position in the queue; a call that had to make room comes out in `pushed_out`.
    pub(super) fn enter(
        &mut self,
        key: &K,
        policy: &FairPolicy,
        pushed_out: &mut Option<Grant<K>>,
    ) -> Result<Entry<K>, Rejected> {
        if self.is_closed {
            return Err(Rejected::Closed);
        }
        if self.take_free(key, policy) {
            return Ok(Entry::Admitted);
        }
        let queued = self.lanes.get(key).map_or(0, |lane| lane.queue.len());
        if queued >= policy.queue_per_key {
            return Err(Rejected::QueueFull);
        }
        if self.waiting >= policy.queue {
            *pushed_out = Some(self.push_out(queued + 1).ok_or(Rejected::QueueFull)?);
        }
        Ok(self.wait(key, policy.places_per_key))
    }

    /// Takes a place without waiting. A free place and a call that could take it never meet in the queue, so
    /// nobody is overtaken.
    pub(super) fn take_free(&mut self, key: &K, policy: &FairPolicy) -> bool {
        let (running, queued) = self.lanes.get(key).map_or((0, 0), |lane| (lane.running, lane.queue.len()));
        let is_free = self.free > 0 && running < policy.places_per_key && queued == 0 && !self.is_closed;
        if is_free {
            self.free -= 1;
            self.lane(key).running += 1;
        }
        is_free
    }

    fn wait(&mut self, key: &K, places_per_key: usize) -> Entry<K> {
        let (grant, granted) = oneshot::channel();
        self.number += 1;
        self.waiting += 1;
        let number = self.number;
        let lane = self.lane(key);
        lane.queue.push_back((number, grant));
        self.take_turn(key, places_per_key);
        Entry::Waits(number, granted)
    }

    /// Removes the newest call of the key that waits most, if that has more than `others` waiting.
    fn push_out(&mut self, others: usize) -> Option<Grant<K>> {
        let longest = self.lanes.values_mut().max_by_key(|lane| lane.queue.len())?;
        if longest.queue.len() <= others {
            return None;
        }
        let (_, grant) = longest.queue.pop_back()?;
        self.waiting -= 1;
        Some(grant)
    }

    /// Gives a place back and hands out what is free; the caller sends the places.
    pub(super) fn release(&mut self, key: &K, places_per_key: usize) -> Vec<(K, Grant<K>)> {
        self.free += 1;
        if let Some(lane) = self.lanes.get_mut(key) {
            lane.running -= 1;
        }
        self.take_turn(key, places_per_key);
        self.evict(key);
        let mut granted = Vec::new();
        while let Some(next) = self.grant(places_per_key) {
            granted.push(next);
        }
        granted
    }

    /// Admits the call whose turn it is.
    fn grant(&mut self, places_per_key: usize) -> Option<(K, Grant<K>)> {
        while self.free > 0 {
            let key = self.turns.pop_front()?;
            let Some(lane) = self.lanes.get_mut(&key) else { continue };
            lane.has_turn = false;
            if lane.running < places_per_key
                && let Some((_, grant)) = lane.queue.pop_front()
            {
                lane.running += 1;
                self.free -= 1;
                self.waiting -= 1;
                self.take_turn(&key, places_per_key);
                return Some((key, grant));
            }
            self.evict(&key);
        }
        None
    }

    /// Takes a call that no longer waits out of the queue; its grant is dropped by the caller.
    pub(super) fn forget(&mut self, key: &K, number: u64) -> Option<Grant<K>> {
        let lane = self.lanes.get_mut(key)?;
        let place = lane.queue.iter().position(|(queued, _)| *queued == number)?;
        let (_, grant) = lane.queue.remove(place)?;
        self.waiting -= 1;
        self.evict(key);
        Some(grant)
    }

    /// Lets nobody in any more; the grants of the calls that wait are dropped by the caller.
    pub(super) fn close(&mut self) -> Vec<Grant<K>> {
        self.is_closed = true;
        self.waiting = 0;
        let refused = self.lanes.values_mut().flat_map(|lane| lane.queue.drain(..)).map(|(_, grant)| grant);
        refused.collect()
    }

    fn lane(&mut self, key: &K) -> &mut Lane<K> {
        let empty = || Lane { running: 0, queue: VecDeque::new(), has_turn: false };
        self.lanes.entry(key.clone()).or_insert_with(empty)
    }

    /// Puts a key that could have a call admitted behind the others.
    fn take_turn(&mut self, key: &K, places_per_key: usize) {
        if let Some(lane) = self.lanes.get_mut(key)
            && !lane.has_turn
            && !lane.queue.is_empty()
            && lane.running < places_per_key
        {
            lane.has_turn = true;
            self.turns.push_back(key.clone());
        }
    }

    fn evict(&mut self, key: &K) {
        if self.lanes.get(key).is_some_and(Lane::is_idle) {
            self.lanes.remove(key);
        }
    }

    /// Whether no key waits that has a place to spare.
    #[cfg(test)]
    pub(super) fn turns_are_idle(&self, places_per_key: usize) -> bool {
        self.lanes.values().all(|lane| lane.queue.is_empty() || lane.running >= places_per_key)
    }
}
