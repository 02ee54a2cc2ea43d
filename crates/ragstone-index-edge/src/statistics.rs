//! How many chunks hold each term: what the inverse document frequency is made of.
//!
//! Edge counts deleted and overwritten points until they are vacuumed, so it cannot give exact scores.
//! The adapter counts for itself, in memory: about 12 bytes for each distinct term.

use std::collections::HashMap;

use ragstone_core::Digest;
use ragstone_core::index::inverse_document_frequency;

const MAGIC: &[u8; 8] = b"RAGTERM1";
const DIGEST_LEN: usize = 32;

/// Counts over the live chunks of a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TermStatistics {
    chunks: u64,
    chunks_with: HashMap<u32, u32>,
}

impl TermStatistics {
    /// Number of chunks, those without terms included.
    pub(crate) fn chunks(&self) -> u64 {
        self.chunks
    }

    /// Weight of a term; `None` where no chunk holds it.
    pub(crate) fn weight(&self, term: u32) -> Option<f64> {
        let with_term = *self.chunks_with.get(&term)?;
        Some(inverse_document_frequency(self.chunks, u64::from(with_term)))
    }

    /// Counts a chunk in.
    pub(crate) fn add(&mut self, terms: &[u32]) {
        self.chunks += 1;
        for &term in terms {
            *self.chunks_with.entry(term).or_default() += 1;
        }
    }

    /// Counts a chunk out.
    pub(crate) fn subtract(&mut self, terms: &[u32]) {
        self.chunks = self.chunks.saturating_sub(1);
        for term in terms {
            if let Some(count) = self.chunks_with.get_mut(term) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.chunks_with.remove(term);
                }
            }
        }
    }

    /// The counts as bytes that end with their hash.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(MAGIC.len() + 8 + 8 * self.chunks_with.len() + DIGEST_LEN);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&self.chunks.to_le_bytes());
        for (term, count) in &self.chunks_with {
            bytes.extend_from_slice(&term.to_le_bytes());
            bytes.extend_from_slice(&count.to_le_bytes());
        }
        let digest = Digest::of(&bytes);
        bytes.extend_from_slice(digest.as_bytes());
        bytes
    }

    /// Reads the counts back; `None` where the bytes are not whole.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (body, digest) = bytes.split_last_chunk::<DIGEST_LEN>()?;
        if Digest::of(body).as_bytes() != digest {
            return None;
        }
        let (chunks, entries) = body.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
        let mut chunks_with = HashMap::with_capacity(entries.len() / 8);
        for entry in entries.chunks_exact(8) {
            let (term, count) = entry.split_first_chunk::<4>()?;
            let count = count.first_chunk::<4>()?;
            chunks_with.insert(u32::from_le_bytes(*term), u32::from_le_bytes(*count));
        }
        Some(Self { chunks: u64::from_le_bytes(*chunks), chunks_with })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> TermStatistics {
        let mut statistics = TermStatistics::default();
        statistics.add(&[1, 2, 3]);
        statistics.add(&[2]);
        statistics.add(&[]);
        statistics
    }

    #[test]
    fn subtracting_undoes_adding() {
        let mut statistics = sample();
        statistics.add(&[2, 9]);
        statistics.subtract(&[2, 9]);
        assert_eq!(statistics, sample());
        assert_eq!(statistics.weight(9), None);
    }

    #[test]
    fn bytes_read_back_are_equal() {
        assert_eq!(TermStatistics::decode(&sample().encode()), Some(sample()));
        let empty = TermStatistics::default();
        assert_eq!(TermStatistics::decode(&empty.encode()), Some(empty));
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes = sample().encode();
        for position in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[position] ^= 1;
            assert_eq!(TermStatistics::decode(&damaged), None, "byte {position}");
            assert_eq!(TermStatistics::decode(&bytes[..position]), None, "length {position}");
        }
    }
}
