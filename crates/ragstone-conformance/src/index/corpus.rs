//! Random and hand-made content of indexes.

use std::collections::BTreeSet;

use ragstone_core::filter::{Field, NumberRange, Place, SourceGlob};
use ragstone_core::id::{ChunkId, CollectionId, DocumentId, DocumentVersion};
use ragstone_core::index::{
    IndexAttributes, IndexOperation, IndexQuery, IndexTarget, IndexedChunk, Likeness, SparseVector,
};
use ragstone_core::metadata::{Metadata, MetadataValue};
use ragstone_core::{AccessList, Filter, Reader, Timestamp};

use crate::draft::{source, span};
use crate::random::Random;

/// Terms that random chunks are made of: `0..VOCABULARY`.
pub const VOCABULARY: u32 = 40;

const FORMATS: [&str; 3] = ["markdown", "html", "text"];
const TAGS: [&str; 5] = ["rust", "Rust", "a, b", "é", "draft"];
const KEYS: [&str; 6] = ["year", "score", "draft", "lang", "day", "mixed-1"];
const LANGUAGES: [&str; 4] = ["en", "EN", "de", ""];
/// Dates of two days, in many ways, and texts that only look like one.
const DAYS: [&str; 8] = [
    "2026-01-01",
    "2026-01-02",
    "2026-01-01T23:00:00Z",
    "2026-01-02T00:30:00+01:00",
    "2026-01-01T00:00:00.001Z",
    "2026-1-1",
    "2026-02-30",
    "January",
];
const SOURCES: [&str; 9] = [
    "file:///srv/docs/api/a.md",
    "file:///srv/docs/api/v2/a.md",
    "file:///srv/docs/api/v2/a.tar.gz",
    "file:///srv/docs2/api/b.md",
    "file:///srv/api/docs/.md",
    "file:///srv/docs/api",
    "text:docs/api/a.md",
    "text:a.md",
    "https://example.org/docs/api/",
];
const PLACES: [&str; 9] = [
    "file:",
    "file:///",
    "file:///srv/docs",
    "file:///srv/docs/",
    "file:///srv/docs/api/v2",
    "file:///srv/docs/api/a.md",
    "text:",
    "text:docs",
    "https://example.org/",
];
const GLOBS: [&str; 14] = [
    "**",
    "**/*.md",
    "**/*.gz",
    "**/*.tar.gz",
    "**/api/*.md",
    "**/api/*",
    "**/api/**",
    "**/docs/**/*.md",
    "file:///srv/**",
    "file:///srv/**/a.md",
    "file:///srv/*/api/*.md",
    "file:///srv/*/**/*.md",
    "text:docs/*/*",
    "https://example.org/docs/api/*",
];
/// 2026-01-01 in milliseconds since the Unix epoch.
const NEW_YEAR: i64 = 1_767_225_600_000;
const DAY: i64 = 86_400_000;

/// A sparse vector from pairs in term order.
pub fn vector(pairs: &[(u32, f32)]) -> SparseVector {
    let (terms, weights) = pairs.iter().copied().unzip();
    SparseVector::try_new(terms, weights).expect("is a vector")
}

/// A query for chunks that hold any of these terms, each of the same weight.
pub fn plain_query(target: &IndexTarget, terms: &[u32]) -> IndexQuery {
    let keyword = SparseVector::try_new(terms.to_vec(), vec![1.0; terms.len()]).expect("is a vector");
    let (target, likeness) = (target.clone(), Likeness::Keyword(keyword));
    IndexQuery { target, likeness, filter: None, reader: Reader::Everything, limit: 100 }
}

/// Id of the document with this number.
pub fn document_id(collection: CollectionId, number: u32) -> DocumentId {
    DocumentId::derive(collection, &source(&format!("text:{number}")))
}

/// Attributes without tags, metadata and access list.
pub fn plain_attributes(number: u32) -> IndexAttributes {
    IndexAttributes {
        source: source(&format!("text:{number}")),
        format: "text".to_owned(),
        language: None,
        updated: Timestamp::from_millis(NEW_YEAR + i64::from(number)),
        tags: BTreeSet::new(),
        metadata: Metadata::new(),
        access: AccessList::OPEN,
    }
}

/// A replacement of a document by chunks with these vectors.
pub fn replace(
    collection: CollectionId,
    number: u32,
    version: u32,
    attributes: IndexAttributes,
    vectors: Vec<SparseVector>,
) -> IndexOperation {
    let document = document_id(collection, number);
    let version = DocumentVersion(version);
    let chunks = (0..).zip(vectors).map(|(ordinal, keyword)| IndexedChunk {
        id: ChunkId::derive(document, version, span(ordinal * 10, ordinal * 10 + 10)),
        keyword,
        dense: None,
    });
    IndexOperation::Replace { document, version, attributes, chunks: chunks.collect() }
}

/// A removal of a document.
pub fn remove(collection: CollectionId, number: u32) -> IndexOperation {
    IndexOperation::Remove { document: document_id(collection, number) }
}

impl Random {
    /// A vector of at most `most` distinct terms with positive weights.
    pub fn vector(&mut self, most: u32) -> SparseVector {
        let count = self.below(most + 1);
        let terms: BTreeSet<u32> = (0..count).map(|_| self.below(VOCABULARY)).collect();
        let weights = terms.iter().map(|_| self.weight()).collect();
        SparseVector::try_new(terms.into_iter().collect(), weights).expect("is a vector")
    }

    /// A number from -1 to 1.
    pub fn component(&mut self) -> f32 {
        let thousandths = i16::try_from(self.below(2001)).unwrap_or(0) - 1000;
        f32::from(thousandths) / 1000.0
    }

    fn weight(&mut self) -> f32 {
        let thousandths = u16::try_from(self.below(3000) + 50).unwrap_or(50);
        f32::from(thousandths) / 1000.0
    }

    /// Attributes of a document, drawn from small pools so that filters meet them.
    pub fn attributes(&mut self, number: u32) -> IndexAttributes {
        let mut attributes = plain_attributes(number);
        (*self.pick(&FORMATS)).clone_into(&mut attributes.format);
        if self.chance(70) {
            let uri = *self.pick(&SOURCES);
            attributes.source = source(uri);
        }
        attributes.language = self.chance(60).then(|| (*self.pick(&LANGUAGES[..3])).to_owned());
        attributes.updated = Timestamp::from_millis(NEW_YEAR + i64::from(self.below(6)) * DAY / 2);
        for tag in TAGS {
            if self.chance(30) {
                attributes.tags.insert(tag.to_owned());
            }
        }
        for key in KEYS {
            if self.chance(60) {
                let value = self.value_of(key);
                attributes.metadata.insert(key.to_owned(), value);
            }
        }
        attributes
    }

    fn value_of(&mut self, key: &str) -> MetadataValue {
        let small = i64::from(self.below(5));
        let half = f64::from(self.below(10)) / 2.0;
        let text = MetadataValue::Text((*self.pick(&LANGUAGES)).to_owned());
        match key {
            "year" => MetadataValue::Integer(2018 + small),
            "score" => MetadataValue::Float(half),
            "draft" => MetadataValue::Boolean(self.chance(50)),
            "lang" => text,
            "day" => MetadataValue::Text((*self.pick(&DAYS)).to_owned()),
            _ => match self.below(6) {
                0 => MetadataValue::Integer(small),
                1 => MetadataValue::Float(half),
                2 => MetadataValue::Boolean(self.chance(50)),
                3 => MetadataValue::Text(small.to_string()),
                4 => MetadataValue::Text((*self.pick(&DAYS)).to_owned()),
                _ => text,
            },
        }
    }

    /// A change of one of `documents` documents: mostly a replacement.
    pub fn operation(&mut self, collection: CollectionId, documents: u32, version: u32) -> IndexOperation {
        let number = self.below(documents);
        if self.chance(20) {
            return remove(collection, number);
        }
        let vectors = (0..self.below(5)).map(|_| self.vector(8)).collect();
        let attributes = self.attributes(number);
        replace(collection, number, version, attributes, vectors)
    }

    /// A filter of at most this depth over the pools that attributes are drawn from.
    pub fn filter(&mut self, collection: CollectionId, depth: u32) -> Filter {
        let parts = |random: &mut Self| {
            let count = random.below(4);
            (0..count).map(|_| random.filter(collection, depth - 1)).collect()
        };
        if depth == 0 {
            return self.condition(collection);
        }
        match self.below(7) {
            0 => Filter::All(parts(self)),
            1 => Filter::Any(parts(self)),
            2 => Filter::Not(Box::new(self.filter(collection, depth - 1))),
            _ => self.condition(collection),
        }
    }

    fn condition(&mut self, collection: CollectionId) -> Filter {
        let field = self.field();
        match self.below(8) {
            0 => Filter::Exists(field),
            1 => Filter::Within(field, self.range()),
            2 => {
                let count = self.below(4) + 1;
                let values = (0..count).map(|_| self.value_for(&field, collection)).collect();
                Filter::In(field, values)
            }
            3 => Filter::Dated(field, self.days()),
            4 => {
                let place = *self.pick(&PLACES);
                Filter::Under(Place::try_new(place).expect("is a place"))
            }
            5 => {
                let glob = *self.pick(&GLOBS);
                Filter::Glob(SourceGlob::try_new(glob).expect("is a glob"))
            }
            _ => {
                let value = self.value_for(&field, collection);
                Filter::Equals(field, value)
            }
        }
    }

    fn field(&mut self) -> Field {
        match self.below(12) {
            0 => Field::Document,
            1 => Field::Source,
            2 => Field::Format,
            3 => Field::Tag,
            4 => Field::Metadata("absent".to_owned()),
            5 => Field::Language,
            6 | 7 => Field::Updated,
            _ => Field::Metadata((*self.pick(&KEYS)).to_owned()),
        }
    }

    fn range(&mut self) -> NumberRange {
        let pivot = if self.chance(50) { 2018.0 } else { 0.0 } + f64::from(self.below(10)) / 2.0;
        let mut range = NumberRange::UNBOUNDED;
        match self.below(5) {
            0 => range.gt = Some(pivot),
            1 => range.gte = Some(pivot),
            2 => range.lt = Some(pivot),
            3 => range.lte = Some(pivot),
            _ => {
                range.gte = Some(pivot);
                range.lt = Some(pivot + 2.0);
            }
        }
        range
    }

    #[expect(clippy::cast_precision_loss, reason = "these dates are far below 2^53 milliseconds")]
    fn days(&mut self) -> NumberRange {
        let pivot = (NEW_YEAR + i64::from(self.below(6)) * DAY / 2) as f64;
        let mut range = NumberRange::UNBOUNDED;
        match self.below(6) {
            0 => range.gt = Some(pivot),
            1 => range.gte = Some(pivot),
            2 => range.lt = Some(pivot),
            3 => range.lte = Some(pivot),
            4 => {
                range.gte = Some(pivot);
                range.lt = Some(pivot + DAY as f64);
            }
            _ => {}
        }
        range
    }

    /// A value that the field may have; now and then one of another type.
    fn value_for(&mut self, field: &Field, collection: CollectionId) -> MetadataValue {
        if self.chance(10) {
            return self.value_of("mixed-1");
        }
        let number = self.below(30);
        let text = match field {
            Field::Document => document_id(collection, number).to_string(),
            Field::Source if self.chance(70) => (*self.pick(&SOURCES)).to_owned(),
            Field::Source => format!("text:{number}"),
            Field::Language => (*self.pick(&LANGUAGES)).to_owned(),
            Field::Updated => (*self.pick(&DAYS)).to_owned(),
            Field::Format => (*self.pick(&FORMATS)).to_owned(),
            Field::Tag => (*self.pick(&TAGS)).to_owned(),
            Field::Metadata(key) => return self.value_of(key),
        };
        MetadataValue::Text(text)
    }
}
