//! How many chunks hold each term: what the inverse document frequency is made of.
//!
//! Qdrant's own counts include deleted and overwritten points until they are vacuumed, and are those of one shard,
//! so they cannot give exact scores. The adapter counts for itself and stores the counts in points of the
//! collection, *buckets*, each with the terms that fall into it.

use std::collections::{BTreeMap, HashMap, HashSet};

use qdrant_client::qdrant::value::Kind;
use qdrant_client::qdrant::{PointId, PointStruct, Value};
use ragstone_core::Result;
use ragstone_core::index::inverse_document_frequency;
use uuid::Uuid;

use crate::fault;
use crate::point::{self, Payload};

/// Ids of buckets begin here; no derived id is of the UUID version 15.
const FIRST_BUCKET: u128 = 0xffff_ffff_ffff_ffff_0001_0000_0000_0000;
/// Terms in a bucket, on average, from which there are made more.
const FULL: usize = 128;
/// Terms in a bucket, on average, right after that.
const ROOMY: usize = 32;
/// Most buckets; beyond it they only grow.
const MAX_BUCKETS: u32 = 1 << 16;

const TERMS: &str = "terms";
const COUNTS: &str = "counts";

/// Counts over the live chunks of a target, and what of them is not stored yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TermStatistics {
    chunks: u64,
    chunks_with: HashMap<u32, u32>,
    buckets: u32,
    unsaved: Unsaved,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Unsaved {
    Terms(HashSet<u32>),
    Everything,
}

impl Default for TermStatistics {
    fn default() -> Self {
        Self { chunks: 0, chunks_with: HashMap::new(), buckets: 1, unsaved: Unsaved::Terms(HashSet::new()) }
    }
}

impl TermStatistics {
    /// Number of chunks, those without terms included.
    pub(crate) fn chunks(&self) -> u64 {
        self.chunks
    }

    /// Number of buckets that the counts are stored in.
    pub(crate) fn buckets(&self) -> u32 {
        self.buckets
    }

    /// Weight of a term; that of a term of no chunk where none is known to hold it.
    pub(crate) fn weight(&self, term: u32) -> f64 {
        let with_term = self.chunks_with.get(&term).copied().unwrap_or(0);
        inverse_document_frequency(self.chunks.max(u64::from(with_term)), u64::from(with_term))
    }

    /// Whether some chunk holds the term.
    pub(crate) fn knows(&self, term: u32) -> bool {
        self.chunks_with.contains_key(&term)
    }

    /// Counts a chunk in.
    pub(crate) fn add(&mut self, terms: &[u32]) {
        self.chunks += 1;
        for &term in terms {
            *self.chunks_with.entry(term).or_default() += 1;
            self.note(term);
        }
    }

    /// Counts a chunk out.
    pub(crate) fn subtract(&mut self, terms: &[u32]) {
        self.chunks = self.chunks.saturating_sub(1);
        for &term in terms {
            if let Some(count) = self.chunks_with.get_mut(&term) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.chunks_with.remove(&term);
                }
            }
            self.note(term);
        }
    }

    fn note(&mut self, term: u32) {
        if let Unsaved::Terms(terms) = &mut self.unsaved {
            terms.insert(term);
        }
    }

    /// Says that nothing of this is stored, as after counting anew.
    pub(crate) fn forget_saved(&mut self) {
        self.unsaved = Unsaved::Everything;
    }

    /// Makes more buckets where they are full, which means storing all of them.
    pub(crate) fn make_room(&mut self) {
        let terms = self.chunks_with.len();
        if terms > FULL * self.buckets as usize && self.buckets < MAX_BUCKETS {
            let wanted = u32::try_from(terms / ROOMY).unwrap_or(MAX_BUCKETS);
            self.buckets = wanted.next_power_of_two().min(MAX_BUCKETS);
            self.unsaved = Unsaved::Everything;
        }
    }

    /// The buckets that differ from what is stored.
    pub(crate) fn unsaved(&self) -> Vec<PointStruct> {
        let mut buckets: BTreeMap<u32, Vec<(u32, u32)>> = match &self.unsaved {
            Unsaved::Everything => (0..self.buckets).map(|bucket| (bucket, Vec::new())).collect(),
            Unsaved::Terms(terms) => {
                terms.iter().map(|term| (bucket_of(*term, self.buckets), Vec::new())).collect()
            }
        };
        for (term, count) in &self.chunks_with {
            if let Some(bucket) = buckets.get_mut(&bucket_of(*term, self.buckets)) {
                bucket.push((*term, *count));
            }
        }
        buckets.into_iter().map(|(bucket, entries)| bucket_point(bucket, entries)).collect()
    }

    /// Says that [`Self::unsaved`] was stored.
    pub(crate) fn saved(&mut self) {
        self.unsaved = Unsaved::Terms(HashSet::new());
    }

    /// Reads stored counts back.
    pub(crate) fn of_buckets<'a>(
        chunks: u64,
        buckets: u32,
        payloads: impl IntoIterator<Item = &'a Payload>,
    ) -> Result<Self> {
        let mut chunks_with = HashMap::new();
        for payload in payloads {
            let (terms, counts) = (numbers(payload, TERMS), numbers(payload, COUNTS));
            match (terms, counts) {
                (Some(terms), Some(counts)) if terms.len() == counts.len() => {
                    chunks_with.extend(terms.into_iter().zip(counts));
                }
                _ => return Err(fault::corrupt("a bucket of statistics cannot be read")),
            }
        }
        Ok(Self { chunks, chunks_with, buckets, unsaved: Unsaved::Terms(HashSet::new()) })
    }
}

/// Bucket of a term: the high bits of its product with 2^32 / φ (Knuth, *The Art of Computer Programming*, 6.4).
fn bucket_of(term: u32, buckets: u32) -> u32 {
    let spread = u64::from(term.wrapping_mul(0x9E37_79B1));
    u32::try_from((spread * u64::from(buckets)) >> 32).unwrap_or(0)
}

/// Id of a bucket.
pub(crate) fn bucket_id(bucket: u32) -> PointId {
    point::id(Uuid::from_u128(FIRST_BUCKET + u128::from(bucket)))
}

fn bucket_point(bucket: u32, mut entries: Vec<(u32, u32)>) -> PointStruct {
    entries.sort_unstable();
    let terms = entries.iter().map(|(term, _)| point::whole(i64::from(*term))).collect();
    let counts = entries.iter().map(|(_, count)| point::whole(i64::from(*count))).collect();
    let payload =
        Payload::from([(TERMS.to_owned(), point::list(terms)), (COUNTS.to_owned(), point::list(counts))]);
    PointStruct { id: Some(bucket_id(bucket)), payload, vectors: Some(point::named(HashMap::new())) }
}

fn numbers(payload: &Payload, field: &str) -> Option<Vec<u32>> {
    let number = |value: &Value| point::as_whole(value).and_then(|number| u32::try_from(number).ok());
    match payload.get(field)?.kind.as_ref()? {
        Kind::ListValue(list) => list.values.iter().map(number).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(terms: u32) -> TermStatistics {
        let mut statistics = TermStatistics::default();
        for term in 0..terms {
            statistics.add(&[term, term + 1]);
        }
        statistics
    }

    fn read_back(statistics: &TermStatistics, points: &[PointStruct]) -> TermStatistics {
        let payloads = points.iter().map(|point| &point.payload);
        TermStatistics::of_buckets(statistics.chunks(), statistics.buckets(), payloads).expect("reads")
    }

    #[test]
    fn subtracting_undoes_adding() {
        let mut statistics = sample(3);
        statistics.add(&[2, 9]);
        statistics.subtract(&[2, 9]);
        assert_eq!(statistics.chunks_with, sample(3).chunks_with);
        assert!(!statistics.knows(9));
    }

    #[test]
    fn stored_counts_are_read_back() {
        let mut statistics = sample(5000);
        statistics.make_room();
        assert!(statistics.buckets() > 8);
        let points = statistics.unsaved();
        statistics.saved();
        assert_eq!(points.len(), statistics.buckets() as usize);
        assert_eq!(read_back(&statistics, &points), statistics);
    }

    #[test]
    fn only_changed_buckets_are_stored_again_and_emptied_ones_too() {
        let mut statistics = sample(5000);
        statistics.make_room();
        let mut stored: HashMap<PointId, PointStruct> = HashMap::new();
        let mut store = |statistics: &mut TermStatistics| {
            let points = statistics.unsaved();
            statistics.saved();
            let count = points.len();
            stored.extend(points.into_iter().map(|point| (point.id.clone().expect("has an id"), point)));
            (count, stored.values().cloned().collect::<Vec<_>>())
        };
        store(&mut statistics);
        statistics.subtract(&[17, 18]);
        let (count, points) = store(&mut statistics);
        assert!((1..=2).contains(&count));
        assert_eq!(read_back(&statistics, &points), statistics);
        assert_eq!(store(&mut statistics).0, 0);
    }

    #[test]
    fn terms_are_spread_over_buckets() {
        let mut sizes = [0_u32; 64];
        for term in 0..6400 {
            sizes[bucket_of(term, 64) as usize] += 1;
        }
        assert!(sizes.iter().all(|size| (50..=150).contains(size)), "{sizes:?}");
        assert_eq!(bucket_of(u32::MAX, 1), 0);
    }
}
