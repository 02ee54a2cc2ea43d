//! Groups of documents that say the same, over a whole collection.

use std::collections::HashMap;

use ragstone_core::Digest;
use ragstone_core::duplicate::{
    BANDS, Duplicate, DuplicateGroup, DuplicateThreshold, MAX_GROUP, Signature, SignedDocument,
};
use ragstone_core::page::{Page, PageRequest};

/// A document with those that are like it.
struct Group {
    first: SignedDocument,
    duplicates: Vec<Duplicate>,
    total: u64,
}

/// Documents by the first of those that they are like.
pub(super) struct Groups {
    threshold: DuplicateThreshold,
    /// First documents with the others of their groups.
    held: Vec<Group>,
    /// Groups by the bytes of any of their documents.
    contents: HashMap<Digest, usize>,
    /// Groups by the bands of their first documents.
    bands: HashMap<(usize, i64), Vec<usize>>,
}

impl Groups {
    /// Compares each document with the first ones of groups alone, so that many that are alike cost no more than few.
    pub(super) fn of(signed: Vec<SignedDocument>, threshold: DuplicateThreshold) -> Vec<DuplicateGroup> {
        let (contents, bands) = (HashMap::new(), HashMap::new());
        let mut groups = Self { threshold, held: Vec::new(), contents, bands };
        for document in signed {
            groups.add(document);
        }
        let several = groups.held.into_iter().filter(|group| group.total > 0);
        let group = |Group { first, duplicates, total }| {
            let SignedDocument { document, source, title, .. } = first;
            DuplicateGroup { document, source, title, duplicates, total }
        };
        several.map(group).collect()
    }

    fn add(&mut self, document: SignedDocument) {
        let bands = document.signature.as_ref().map(Signature::bands);
        if let Some((group, duplicate)) = self.nearest(&document, bands.as_ref()) {
            self.contents.entry(document.content_digest).or_insert(group);
            if let Some(group) = self.held.get_mut(group) {
                group.total += 1;
                if group.duplicates.len() < MAX_GROUP {
                    group.duplicates.push(duplicate);
                }
            }
            return;
        }
        let group = self.held.len();
        self.contents.entry(document.content_digest).or_insert(group);
        for key in bands.iter().flatten().copied().enumerate() {
            self.bands.entry(key).or_default().push(group);
        }
        self.held.push(Group { first: document, duplicates: Vec::new(), total: 0 });
    }

    /// The group whose first document is most like this one.
    fn nearest(&self, document: &SignedDocument, bands: Option<&[i64; BANDS]>) -> Option<(usize, Duplicate)> {
        let of_bands = bands.into_iter().flatten().copied().enumerate();
        let mut candidates: Vec<usize> =
            of_bands.filter_map(|key| self.bands.get(&key)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        let near = candidates.into_iter().filter_map(|group| {
            let first = &self.held.get(group)?.first;
            Some((group, first.duplicate(document, self.threshold)?))
        });
        let nearest = near.max_by(|(_, left), (_, right)| left.similarity.total_cmp(&right.similarity));
        let of_same_bytes = self.contents.get(&document.content_digest);
        of_same_bytes.and_then(|group| self.with_same_bytes(*group, document)).or(nearest)
    }

    /// A document with the bytes of one of a group; what that is like, this is, too.
    fn with_same_bytes(&self, group: usize, document: &SignedDocument) -> Option<(usize, Duplicate)> {
        let first = &self.held.get(group)?.first;
        let (source, title) = (document.source.clone(), document.title.clone());
        let is_exact = first.content_digest == document.content_digest;
        let similarity = match (&first.signature, &document.signature) {
            (Some(first), Some(own)) if !is_exact => first.similarity(own),
            _ => 1.0,
        };
        Some((group, Duplicate { document: document.document, source, title, similarity, is_exact }))
    }
}

/// The groups of a page.
pub(super) fn cut(groups: Vec<DuplicateGroup>, page: &PageRequest) -> Page<DuplicateGroup> {
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    let is_behind =
        |group: &DuplicateGroup| page.after_key().is_none_or(|after| group.source.as_str() > after);
    let mut items: Vec<DuplicateGroup> =
        groups.into_iter().filter(is_behind).take(size.saturating_add(1)).collect();
    let has_more = items.len() > size;
    items.truncate(size);
    let next = items.last().filter(|_| has_more).map(|group| group.source.to_string());
    Page { items, next }
}
