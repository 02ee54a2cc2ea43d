//! Vertices in the order of their keys.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::graph::{Vertex, Weight};

/// A queue whose first vertex has the least key, and of those the least number. A vertex may be in it more than once.
#[derive(Debug, Default)]
pub(crate) struct Heap {
    /// Key and vertex in one number, which is compared faster than a pair.
    entries: BinaryHeap<Reverse<u128>>,
}

impl Heap {
    #[inline]
    pub(crate) fn push(&mut self, key: Weight, vertex: Vertex) {
        self.entries.push(Reverse(u128::from(ordered(key)) << 32 | u128::from(vertex)));
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(Weight, Vertex)> {
        self.entries.pop().map(|Reverse(entry)| parts(entry))
    }

    pub(crate) fn least(&self) -> Option<Weight> {
        self.entries.peek().map(|&Reverse(entry)| parts(entry).0)
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

/// A number that is ordered as the key: all bits of negative ones turn, else the sign.
#[inline]
pub(crate) fn ordered(key: Weight) -> u64 {
    let bits = (key + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

#[inline]
fn parts(entry: u128) -> (Weight, Vertex) {
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of what `push` put together")]
    let (bits, vertex) = ((entry >> 32) as u64, entry as Vertex);
    (Weight::from_bits(if bits >> 63 == 1 { bits & !(1 << 63) } else { !bits }), vertex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vertices_come_in_the_order_of_keys_then_numbers() {
        let mut heap = Heap::default();
        let keys = [3.5, -2.0, 0.0, -0.0, 1e300, -1e-300, f64::INFINITY];
        for (vertex, key) in (0..).zip(keys) {
            heap.push(key, vertex);
        }
        assert_eq!(heap.least(), Some(-2.0));
        let order: Vec<_> = std::iter::from_fn(|| heap.pop()).collect();
        assert_eq!(order.iter().map(|entry| entry.1).collect::<Vec<_>>(), [1, 5, 2, 3, 0, 4, 6]);
        assert!(order.iter().all(|&(key, vertex)| key == keys[vertex as usize]));
    }
}
