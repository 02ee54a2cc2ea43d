//! Vertices in the order of their keys.

use crate::graph::{Vertex, Weight};

/// Children of an entry: with four the tree is half as deep as with two, and they lie in one line of the cache.
const CHILDREN: usize = 4;

/// A queue whose first vertex has the least key, and of those the least number. A vertex may be in it more than once.
#[derive(Debug, Default)]
pub(crate) struct Heap {
    /// Key and vertex in one number, which is compared faster than a pair. No entry is greater than its children, those of
    /// the one at `i` being at 4 i + 1 to 4 i + 4.
    entries: Vec<u128>,
}

impl Heap {
    #[inline]
    pub(crate) fn push(&mut self, key: Weight, vertex: Vertex) {
        let entry = u128::from(ordered(key)) << 32 | u128::from(vertex);
        let mut place = self.entries.len();
        self.entries.push(entry);
        while place > 0 {
            let parent = (place - 1) / CHILDREN;
            if self.entries[parent] <= entry {
                break;
            }
            self.entries[place] = self.entries[parent];
            place = parent;
        }
        self.entries[place] = entry;
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(Weight, Vertex)> {
        let least = *self.entries.first()?;
        if let Some(last) = self.entries.pop().filter(|_| !self.entries.is_empty()) {
            self.sink(last);
        }
        Some(parts(least))
    }

    /// Puts an entry where the first one was, and from there to where it belongs.
    #[inline]
    fn sink(&mut self, entry: u128) {
        let entries = &mut self.entries[..];
        let mut place = 0;
        loop {
            let first = place * CHILDREN + 1;
            let mut least = first;
            if let Some(children) = entries.get(first..first + CHILDREN) {
                let smaller =
                    |one: usize, other: usize| if children[other] < children[one] { other } else { one };
                least += smaller(smaller(0, 1), smaller(2, 3));
            } else if first < entries.len() {
                least = (first..entries.len()).min_by_key(|&child| entries[child]).unwrap_or(first);
            } else {
                break;
            }
            if entries[least] >= entry {
                break;
            }
            entries[place] = entries[least];
            place = least;
        }
        entries[place] = entry;
    }

    pub(crate) fn least(&self) -> Option<Weight> {
        self.entries.first().map(|&entry| parts(entry).0)
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

/// The key that [`ordered`] turned into a number.
#[inline]
pub(crate) fn unordered(bits: u64) -> Weight {
    Weight::from_bits(if bits >> 63 == 1 { bits & !(1 << 63) } else { !bits })
}

#[inline]
fn parts(entry: u128) -> (Weight, Vertex) {
    #[expect(clippy::cast_possible_truncation, reason = "the two parts of what `push` put together")]
    let (bits, vertex) = ((entry >> 32) as u64, entry as Vertex);
    (unordered(bits), vertex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_keys_come_in_order_between_others() {
        let mut heap = Heap::default();
        let key = |number: u32| f64::from(number.wrapping_mul(2_654_435_761) >> 20);
        (0..500).for_each(|number| heap.push(key(number), number));
        let mut first: Vec<_> = (0..250).filter_map(|_| heap.pop()).collect();
        (500..600).for_each(|number| heap.push(5000.0 + key(number), number));
        first.extend(std::iter::from_fn(|| heap.pop()));
        assert_eq!(first.len(), 600);
        assert!(first.windows(2).all(|two| two[0] <= two[1]));
    }

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
        assert!(
            order.iter().all(|&(key, vertex)| (key + 0.0).total_cmp(&(keys[vertex as usize] + 0.0)).is_eq())
        );
    }
}
