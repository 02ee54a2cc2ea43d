//! Documents that say the same as others, or nearly so.

use std::fmt;

use crate::error::{Error, Result};
use crate::id::{Digest, DocumentId, SourceUri};

/// Numbers of a signature.
pub const SIGNATURE_LEN: usize = 128;
/// Bands that documents are found by.
pub const BANDS: usize = 16;
/// Numbers that make a band.
const BAND_LEN: usize = 5;

/// Most documents that are named as nearly the same as one.
pub const MAX_DUPLICATES: usize = 16;
/// Most documents of a group that are listed; the rest is counted only.
pub const MAX_GROUP: usize = 100;
/// Most documents whose signatures are asked for at once.
pub const MAX_SIGNED: usize = 1024;

/// Checks what every store refuses as `InvalidArgument`: too many documents at once.
pub fn check_signed(documents: &[DocumentId]) -> Result<()> {
    if documents.len() > MAX_SIGNED {
        return Err(Error::invalid("documents", format!("must be at most {MAX_SIGNED}")));
    }
    Ok(())
}

/// What stays of a text to tell how much of it another one says, too: the least value of each of 128 functions over
/// the runs of words of the text (`MinHash`; Broder, *On the resemblance and containment of documents*, 1997).
///
/// The share of numbers that two signatures have in common estimates the Jaccard index of what both texts hold; its
/// standard error is √(J(1−J)/128), so at most 0.045, and 0.027 at 0.9.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Signature(Box<[u32; SIGNATURE_LEN]>);

impl Signature {
    /// The signature with these numbers.
    pub fn new(numbers: [u32; SIGNATURE_LEN]) -> Self {
        Self(Box::new(numbers))
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (numbers, rest) = bytes.as_chunks::<4>();
        let numbers: Vec<u32> = numbers.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
        let numbers = <[u32; SIGNATURE_LEN]>::try_from(numbers).ok()?;
        rest.is_empty().then(|| Self::new(numbers))
    }

    /// 512 bytes: the numbers, each with its least byte first.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    /// Estimates the Jaccard index of two texts, from 0 to 1.
    pub fn similarity(&self, other: &Self) -> f32 {
        share(self.0.iter().zip(other.0.iter()).filter(|(own, other)| own == other).count())
    }

    /// The least byte of each number: of two texts, as many agree as of the numbers, and by chance one of 256 of the rest.
    pub fn low_bytes(&self) -> [u8; SIGNATURE_LEN] {
        self.0.map(|number| number.to_le_bytes()[0])
    }

    /// Hashes of five numbers each. Texts of a Jaccard index `s` share one of the 16 with a probability of
    /// 1−(1−s⁵)¹⁶: 0.95 at 0.7, 0.998 at 0.8, 0.9999 at 0.85, and 0.04 at 0.3.
    pub fn bands(&self) -> [i64; BANDS] {
        let mut bands = [0; BANDS];
        for (number, (band, rows)) in (0_u8..).zip(bands.iter_mut().zip(self.0.chunks(BAND_LEN))) {
            let mut bytes = vec![number];
            bytes.extend(rows.iter().flat_map(|row| row.to_le_bytes()));
            let digest = Digest::of(&bytes);
            if let Some(start) = digest.as_bytes().first_chunk::<8>() {
                *band = i64::from_le_bytes(*start);
            }
        }
        bands
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signature").field(self.0.first().unwrap_or(&0)).finish_non_exhaustive()
    }
}

/// How much two documents must have in common to be named as nearly the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DuplicateThreshold(f32);

impl DuplicateThreshold {
    /// Least threshold: below it, documents would too often not be found.
    pub const MIN: f32 = 0.7;

    /// Checks and wraps a share, from 0.7 to 1.
    pub fn try_new(share: f32) -> Result<Self> {
        if (Self::MIN..=1.0).contains(&share) {
            return Ok(Self(share));
        }
        Err(Error::invalid("threshold", "must be from 0.7 to 1"))
    }

    /// The share.
    pub const fn get(self) -> f32 {
        self.0
    }
}

impl Default for DuplicateThreshold {
    fn default() -> Self {
        Self(0.85)
    }
}

/// The Jaccard index that so many agreeing numbers of two signatures stand for, at most [`SIGNATURE_LEN`].
#[expect(clippy::cast_precision_loss, reason = "both are at most 128")]
pub fn share(agreeing: usize) -> f32 {
    agreeing as f32 / SIGNATURE_LEN as f32
}

/// A document with what others are compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedDocument {
    /// Identity.
    pub document: DocumentId,
    /// Where it comes from.
    pub source: SourceUri,
    /// Title for people.
    pub title: String,
    /// Hash of the original bytes.
    pub content_digest: Digest,
    /// Signature of the text; `None` for a document that was stored without one.
    pub signature: Option<Signature>,
}

impl SignedDocument {
    /// How much of this another document says, if that is at least the threshold; the same bytes always say the same.
    pub fn duplicate(&self, other: &Self, threshold: DuplicateThreshold) -> Option<Duplicate> {
        let is_exact = self.content_digest == other.content_digest;
        let similarity = match (&self.signature, &other.signature) {
            _ if is_exact => 1.0,
            (Some(own), Some(other)) => own.similarity(other),
            _ => return None,
        };
        (similarity >= threshold.get()).then(|| Duplicate {
            document: other.document,
            source: other.source.clone(),
            title: other.title.clone(),
            similarity,
            is_exact,
        })
    }

    /// Those of `others` that have the same bytes, or share a band and are similar enough; most alike first and then by
    /// source; at most [`MAX_DUPLICATES`].
    pub fn duplicates<'a>(
        &self,
        others: impl IntoIterator<Item = &'a Self>,
        threshold: DuplicateThreshold,
    ) -> Vec<Duplicate> {
        let others = others.into_iter().filter(|other| other.document != self.document);
        let found = others.filter_map(|other| {
            self.duplicate(other, threshold).filter(|found| found.is_exact || self.shares_band(other))
        });
        let mut found: Vec<Duplicate> = found.collect();
        found.sort_by(|left, right| {
            let by_likeness = (right.is_exact, right.similarity.to_bits());
            by_likeness
                .cmp(&(left.is_exact, left.similarity.to_bits()))
                .then_with(|| left.source.cmp(&right.source))
        });
        found.truncate(MAX_DUPLICATES);
        found
    }

    fn shares_band(&self, other: &Self) -> bool {
        let signatures = self.signature.as_ref().zip(other.signature.as_ref());
        signatures.is_some_and(|(own, other)| {
            own.bands().iter().zip(other.bands()).any(|(own, other)| *own == other)
        })
    }
}

/// A document that says the same as another one, or nearly so.
#[derive(Clone, Debug, PartialEq)]
pub struct Duplicate {
    /// Identity.
    pub document: DocumentId,
    /// Where it comes from.
    pub source: SourceUri,
    /// Title for people.
    pub title: String,
    /// Estimated share of what both say, of what either says.
    pub similarity: f32,
    /// Whether both have the same bytes.
    pub is_exact: bool,
}

/// Documents that are all duplicates of the first one of them, by source.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateGroup {
    /// Identity of the first one.
    pub document: DocumentId,
    /// Where it comes from.
    pub source: SourceUri,
    /// Its title for people.
    pub title: String,
    /// The others, by source; at least one, and at most [`MAX_GROUP`].
    pub duplicates: Vec<Duplicate>,
    /// Number of all others.
    pub total: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::CollectionId;

    fn numbers(same: usize) -> Signature {
        let mut numbers = [7; SIGNATURE_LEN];
        for number in numbers.iter_mut().skip(same) {
            *number = 8;
        }
        Signature::new(numbers)
    }

    fn signed(source: &str, bytes: &[u8], signature: Option<Signature>) -> SignedDocument {
        let source = SourceUri::try_new(source).unwrap();
        let document = DocumentId::derive(CollectionId::from_uuid(uuid::Uuid::nil()), &source);
        SignedDocument { document, source, title: "t".into(), content_digest: Digest::of(bytes), signature }
    }

    #[test]
    fn signatures_are_read_back_and_compared_number_by_number() {
        let (whole, half) = (numbers(128), numbers(64));
        assert_eq!(Signature::from_bytes(&whole.to_bytes()), Some(whole.clone()));
        assert_eq!(Signature::from_bytes(&[0; 511]), None);
        assert_eq!(Signature::from_bytes(&[0; 513]), None);
        assert!((whole.similarity(&half) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn equal_numbers_give_equal_bands_and_each_band_is_its_own() {
        let (whole, half) = (numbers(128).bands(), numbers(64).bands());
        let shared = whole.iter().zip(half).filter(|(whole, half)| *whole == half).count();
        assert_eq!(shared, 12);
        assert_eq!(whole.iter().collect::<std::collections::BTreeSet<_>>().len(), BANDS);
    }

    #[test]
    fn duplicates_come_most_alike_first_without_the_document_itself() {
        let own = signed("text:own", b"a", Some(numbers(128)));
        let others = [
            signed("text:far", b"b", Some(numbers(80))),
            signed("text:near", b"c", Some(numbers(120))),
            signed("text:exact", b"a", None),
            signed("text:unsigned", b"d", None),
            own.clone(),
        ];
        let found = own.duplicates(&others, DuplicateThreshold::default());
        let found: Vec<_> = found.iter().map(|one| (one.source.as_str(), one.is_exact)).collect();
        assert_eq!(found, [("text:exact", true), ("text:near", false)]);
    }

    #[test]
    fn thresholds_are_bounded() {
        for (share, is_valid) in [(0.69, false), (0.7, true), (1.0, true), (1.01, false), (f32::NAN, false)] {
            assert_eq!(DuplicateThreshold::try_new(share).is_ok(), is_valid, "{share}");
        }
    }
}
