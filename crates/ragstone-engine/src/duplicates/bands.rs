//! Which documents of a collection share a part of their signatures, held in memory.
//!
//! In the catalog the 16 bands of a document would lie in 16 places of a tree, and each costs a page of the log: twice
//! what all the rest of a document costs. Here they cost about 350 bytes with what tells them apart, and are gathered from the signatures when a
//! collection is first written to.
//!
//! Texts with a common part, such as a licence, share bands without being alike. A quarter of each signature, 128 bytes, tells
//! most of them apart before anything is read: with more documents, more of them share a band, and reading the signature of
//! each would make a write cost the more, the more there is.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use ragstone_core::duplicate::{DuplicateThreshold, SIGNATURE_LEN, Signature, SignedDocument, share};
use ragstone_core::{CollectionId, DocumentId, Sequence};

/// Most documents of a collection whose bands are held: about 87 MB.
pub(super) const MOST: u64 = 250_000;
/// Documents of all collections whose bands are held.
const MOST_OF_ALL: u64 = 2 * MOST;
/// Documents that share a band of which one is compared with at most.
const MOST_COMPARED: usize = 4096;
/// Versions beyond twice the documents for which an index is kept.
const SPARE: usize = 1024;

/// Bands of the documents of one collection, as far as they were read.
///
/// What a document said in an earlier version stays until the index is gathered anew, so the signatures of now have to be
/// compared.
#[derive(Default)]
pub(super) struct BandIndex {
    reached: Sequence,
    /// One for each version that was read.
    documents: Vec<Held>,
    /// Keys of bands and of contents, with places in `documents`.
    bands: BTreeSet<(u32, u32)>,
}

/// A version that was read.
struct Held {
    document: DocumentId,
    /// The least byte of each number of its signature.
    low_bytes: Option<[u8; SIGNATURE_LEN]>,
}

impl Held {
    fn of(signed: &SignedDocument) -> Self {
        let low_bytes = signed.signature.as_ref().map(Signature::low_bytes);
        Self { document: signed.document, low_bytes }
    }

    /// Whether the signatures may agree in so many numbers; what has none is found by its bytes, and may always.
    fn may_agree(&self, other: &Self, least: usize) -> bool {
        let (Some(own), Some(other)) = (&self.low_bytes, &other.low_bytes) else { return true };
        own.iter().zip(other).filter(|(own, other)| own == other).count() >= least
    }
}

impl BandIndex {
    /// The position in the change feed that was read.
    pub(super) const fn reached(&self) -> Sequence {
        self.reached
    }

    /// Takes what documents say at a position.
    pub(super) fn take(&mut self, signed: &[SignedDocument], reached: Sequence) {
        for signed in signed {
            let Ok(place) = u32::try_from(self.documents.len()) else { return };
            self.documents.push(Held::of(signed));
            self.bands.extend(keys(signed).map(|key| (key, place)));
        }
        self.reached = reached;
    }

    /// Other documents that share a band with this one and may be as like it as is asked, or have its bytes; of more than
    /// `most`, any are left out.
    pub(super) fn sharing(
        &self,
        signed: &SignedDocument,
        threshold: DuplicateThreshold,
        most: usize,
    ) -> BTreeSet<DocumentId> {
        let (own, least) = (Held::of(signed), least_agreeing(threshold));
        let places = keys(signed)
            .flat_map(|key| self.bands.range((key, 0)..=(key, u32::MAX)).map(|(_, place)| *place));
        let others = places.filter_map(|place| self.documents.get(usize::try_from(place).ok()?));
        let others = others.filter(|other| other.document != own.document).take(MOST_COMPARED);
        let mut sharing = BTreeSet::new();
        for other in others.filter(|other| other.may_agree(&own, least)) {
            sharing.insert(other.document);
            if sharing.len() == most {
                break;
            }
        }
        sharing
    }

    /// Begins again where most of what is held is of earlier versions.
    pub(super) fn forget_if_outdated(&mut self, documents: u64) {
        let documents = usize::try_from(documents).unwrap_or(usize::MAX);
        if self.documents.len() > documents.saturating_mul(2).saturating_add(SPARE) {
            *self = Self::default();
        }
    }
}

/// Numbers of two signatures that agree at least where the texts are as like as is asked.
fn least_agreeing(threshold: DuplicateThreshold) -> usize {
    (0..=SIGNATURE_LEN).find(|agreeing| share(*agreeing) >= threshold.get()).unwrap_or(SIGNATURE_LEN)
}

/// Of the bands, and of the content; two that are equal by chance only cost a look.
fn keys(signed: &SignedDocument) -> impl Iterator<Item = u32> {
    let bands = signed.signature.as_ref().map(Signature::bands);
    let of_bands = bands.into_iter().flatten().filter_map(|band| band.to_le_bytes().first_chunk().copied());
    let of_content = signed.content_digest.as_bytes().first_chunk().copied();
    // The bytes first: a copy is found however many documents share a band.
    of_content.into_iter().chain(of_bands).map(u32::from_le_bytes)
}

/// The indexes of the collections that were written to last.
#[derive(Default)]
pub(crate) struct BandIndexes(Mutex<Collections>);

#[derive(Default)]
struct Collections {
    collections: HashMap<CollectionId, Entry>,
    uses: u64,
}

struct Entry {
    index: Arc<tokio::sync::Mutex<BandIndex>>,
    documents: u64,
    used: u64,
}

impl BandIndexes {
    /// The index of a collection of so many documents; `None` where they are too many.
    pub(super) fn of(
        &self,
        collection: CollectionId,
        documents: u64,
    ) -> Option<Arc<tokio::sync::Mutex<BandIndex>>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if documents > MOST {
            held.collections.remove(&collection);
            return None;
        }
        held.uses += 1;
        let used = held.uses;
        let entry = held.collections.entry(collection).or_insert_with(|| Entry {
            index: Arc::default(),
            documents,
            used,
        });
        (entry.documents, entry.used) = (documents, used);
        let index = Arc::clone(&entry.index);
        held.make_room();
        Some(index)
    }
}

impl Collections {
    /// Forgets the indexes that were not used for longest; the one that was used last fits alone.
    fn make_room(&mut self) {
        while self.collections.values().map(|entry| entry.documents).sum::<u64>() > MOST_OF_ALL {
            let oldest = self.collections.iter().min_by_key(|(_, entry)| entry.used);
            let Some(oldest) = oldest.map(|(collection, _)| *collection) else { return };
            self.collections.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::{Digest, SourceUri};
    use uuid::Uuid;

    use super::*;

    fn collection(number: u128) -> CollectionId {
        CollectionId::from_uuid(Uuid::from_u128(number))
    }

    /// A document with a signature whose numbers differ from the others' behind `common`.
    fn signed(number: u32, common: usize) -> SignedDocument {
        let source = SourceUri::try_new(format!("text:{number}")).expect("is a source");
        let mut numbers = [7; SIGNATURE_LEN];
        for other in numbers.iter_mut().skip(common) {
            *other = number + 100;
        }
        SignedDocument {
            document: DocumentId::derive(collection(1), &source),
            source,
            title: "t".into(),
            content_digest: Digest::of(&number.to_le_bytes()),
            signature: Some(Signature::new(numbers)),
        }
    }

    #[test]
    fn documents_are_found_where_they_may_be_alike_or_have_the_same_bytes() {
        let own = signed(1, 128);
        let (near, far) = (signed(2, 109), signed(3, 108));
        let copy = SignedDocument { content_digest: own.content_digest, signature: None, ..signed(4, 0) };
        let mut index = BandIndex::default();
        index.take(&[own.clone(), near.clone(), far, copy.clone()], Sequence(4));
        assert_eq!(
            index.sharing(&own, DuplicateThreshold::default(), 9),
            [near.document, copy.document].into()
        );
        assert_eq!(index.reached(), Sequence(4));
    }

    #[test]
    fn an_index_of_outdated_versions_begins_again() {
        let mut index = BandIndex::default();
        let versions = vec![signed(1, 128); SPARE + 3];
        index.take(&versions[1..], Sequence(7));
        index.forget_if_outdated(1);
        assert_eq!(index.reached(), Sequence(7));
        index.take(&versions[..1], Sequence(8));
        index.forget_if_outdated(1);
        assert_eq!(index.reached(), Sequence::ZERO);
    }

    #[test]
    fn the_indexes_used_last_are_kept() {
        let indexes = BandIndexes::default();
        let first = indexes.of(collection(1), MOST).expect("fits");
        assert!(indexes.of(collection(2), MOST).is_some());
        assert!(Arc::ptr_eq(&first, &indexes.of(collection(1), MOST).expect("fits")));
        assert!(indexes.of(collection(3), 1).is_some());
        assert!(Arc::ptr_eq(&first, &indexes.of(collection(1), MOST).expect("fits")));
        let held = |number| indexes.0.lock().expect("no panic").collections.contains_key(&collection(number));
        assert!(!held(2) && held(3));
        assert!(indexes.of(collection(1), MOST + 1).is_none());
        assert!(!held(1));
    }
}
