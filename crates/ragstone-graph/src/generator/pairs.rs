//! A set of unordered pairs of vertices.

use crate::graph::Vertex;

/// No pair of two different vertices is written so.
const EMPTY: u64 = u64::MAX;

/// Open addressing with at most half of the slots taken. What is put in is random, so that a plain hash does.
pub(super) struct Pairs {
    slots: Vec<u64>,
    shift: u32,
    len: usize,
}

impl Pairs {
    pub(super) fn with_capacity(pairs: usize) -> Self {
        let slots = (pairs.max(4) * 2).next_power_of_two();
        Self { slots: vec![EMPTY; slots], shift: 64 - slots.trailing_zeros(), len: 0 }
    }

    pub(super) fn contains(&self, one: Vertex, other: Vertex) -> bool {
        let pair = pack(one, other);
        self.slots[self.find(pair)] == pair
    }

    /// Puts a pair in; `false` if it was there.
    pub(super) fn insert(&mut self, one: Vertex, other: Vertex) -> bool {
        let pair = pack(one, other);
        let slot = self.find(pair);
        if self.slots[slot] == pair {
            return false;
        }
        self.slots[slot] = pair;
        self.len += 1;
        if self.len * 2 > self.slots.len() {
            self.grow();
        }
        true
    }

    /// Takes a pair out, and moves back what its place had pushed on.
    pub(super) fn remove(&mut self, one: Vertex, other: Vertex) {
        let mask = self.slots.len() - 1;
        let mut gap = self.find(pack(one, other));
        if self.slots[gap] == EMPTY {
            return;
        }
        self.len -= 1;
        let mut slot = gap;
        loop {
            slot = (slot + 1) & mask;
            let pair = self.slots[slot];
            if pair == EMPTY {
                break;
            }
            let home = self.home(pair);
            if (slot.wrapping_sub(home) & mask) >= (slot.wrapping_sub(gap) & mask) {
                self.slots[gap] = pair;
                gap = slot;
            }
        }
        self.slots[gap] = EMPTY;
    }

    /// The slot where a pair is or belongs.
    fn find(&self, pair: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = self.home(pair);
        while self.slots[slot] != EMPTY && self.slots[slot] != pair {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The slot where a search begins.
    fn home(&self, pair: u64) -> usize {
        let hash = pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift;
        usize::try_from(hash).unwrap_or(0)
    }

    fn grow(&mut self) {
        let mut larger = Self::with_capacity(self.slots.len());
        for &pair in self.slots.iter().filter(|&&pair| pair != EMPTY) {
            let slot = larger.find(pair);
            larger.slots[slot] = pair;
        }
        larger.len = self.len;
        *self = larger;
    }
}

fn pack(one: Vertex, other: Vertex) -> u64 {
    u64::from(one.min(other)) << 32 | u64::from(one.max(other))
}
