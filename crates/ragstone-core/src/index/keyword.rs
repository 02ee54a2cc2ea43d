//! What filters and readers can ask of a document, as keywords in fields and as numbers, for an index that knows exact
//! words.

use super::{IndexAttributes, token};
use crate::access::AccessList;
use crate::date;
use crate::facet::FacetField;
use crate::filter::instant_as_number;
use crate::id::DocumentId;
use crate::metadata::MetadataValue;

/// A field that holds keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeywordField {
    /// Id of the document, as text.
    Document,
    /// The source.
    Source,
    /// Where the source lies: its places, folders and name.
    Path,
    /// The format.
    Format,
    /// The language, and [`token::HAS_LANGUAGE`].
    Language,
    /// The tags.
    Tag,
    /// The metadata.
    Metadata,
    /// Whom the access list allows, or [`token::EVERYBODY`].
    Allow,
    /// Whom the access list denies.
    Deny,
}

impl KeywordField {
    /// Every field.
    pub const ALL: [Self; 9] = [
        Self::Document,
        Self::Source,
        Self::Path,
        Self::Format,
        Self::Language,
        Self::Tag,
        Self::Metadata,
        Self::Allow,
        Self::Deny,
    ];

    /// Name under which an index stores it; it does not change between versions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Source => "source",
            Self::Path => "path",
            Self::Format => "format",
            Self::Language => "language",
            Self::Tag => "tag",
            Self::Metadata => "metadata",
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// Field that carries when the version was stored.
pub const UPDATED: &str = "updated";
/// Field that carries the number of segments of the source.
pub const DEPTH: &str = "depth";
/// Fields of numbers that every document has.
pub const COMMON_NUMBERS: [&str; 2] = [UPDATED, DEPTH];

/// What the names of fields that carry numbers of the metadata begin with.
const NUMBER_PREFIX: &str = "number-";
/// What the names of fields that carry dates of the metadata begin with.
const DATE_PREFIX: &str = "date-";

/// Name of the field that carries the numbers of a metadata key.
pub fn number_field(key: &str) -> String {
    format!("{NUMBER_PREFIX}{key}")
}

/// Name of the field that carries the dates of a metadata key.
pub fn date_field(key: &str) -> String {
    format!("{DATE_PREFIX}{key}")
}

/// Whether a field carries numbers.
pub fn is_number_field(field: &str) -> bool {
    COMMON_NUMBERS.contains(&field) || field.starts_with(NUMBER_PREFIX) || field.starts_with(DATE_PREFIX)
}

/// What the names of fields that carry values of the metadata begin with.
const FACET_PREFIX: &str = "facet-";
/// What the names of fields that carry the other values begin with.
const COMMON_FACET_PREFIX: &str = "lead-";

/// Fields of values that most documents have.
pub const COMMON_FACETS: [FacetField; 3] = [FacetField::Format, FacetField::Language, FacetField::Tag];

/// Name of the field that carries the values of a document, by their [words](crate::facet::FacetValue::word).
///
/// Only the first chunk of a document holds it, so that a document counts once.
pub fn facet_field(field: &FacetField) -> String {
    match field {
        FacetField::Metadata(key) => format!("{FACET_PREFIX}{key}"),
        FacetField::Format | FacetField::Language | FacetField::Tag => {
            format!("{COMMON_FACET_PREFIX}{field}")
        }
    }
}

/// Whether a field carries values.
pub fn is_facet_field(field: &str) -> bool {
    field.starts_with(FACET_PREFIX) || field.starts_with(COMMON_FACET_PREFIX)
}

/// What a keyword field holds of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// One keyword.
    One(String),
    /// Any number of keywords, in no order that matters.
    Many(Vec<String>),
}

/// A document's attributes as an index stores them with each of its chunks.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredAttributes {
    /// What each field of [`KeywordField::ALL`] holds.
    pub keywords: [(KeywordField, Held); 9],
    /// Numbers by the names of their fields, for ranges.
    pub numbers: Vec<(String, f64)>,
    /// Words of values by the names of their fields, for the first chunk alone; none of them is empty.
    pub facets: Vec<(String, Vec<String>)>,
}

impl StoredAttributes {
    /// Attributes of a document as keywords and numbers.
    pub fn of(document: DocumentId, attributes: &IndexAttributes) -> Self {
        let mut tags: Vec<String> = attributes.tags.iter().map(|tag| token::of_text(tag)).collect();
        if !tags.is_empty() {
            tags.push(token::HAS_TAG.to_owned());
        }
        let metadata = attributes.metadata.iter().flat_map(|(key, value)| token::held(key, value)).collect();
        let source = attributes.source.as_str();
        Self {
            keywords: [
                (KeywordField::Document, Held::One(document.to_string())),
                (KeywordField::Source, Held::One(token::of_text(source))),
                (KeywordField::Path, Held::Many(token::of_source(source))),
                (KeywordField::Format, Held::One(token::of_text(&attributes.format))),
                (KeywordField::Language, Held::Many(language(attributes.language.as_deref()))),
                (KeywordField::Tag, Held::Many(tags)),
                (KeywordField::Metadata, Held::Many(metadata)),
                (KeywordField::Allow, Held::Many(allowed(&attributes.access))),
                (KeywordField::Deny, Held::Many(token::of_entries(attributes.access.deny()))),
            ],
            numbers: numbers(attributes),
            facets: facets(attributes),
        }
    }
}

fn facets(attributes: &IndexAttributes) -> Vec<(String, Vec<String>)> {
    let keys = attributes.metadata.keys().cloned().map(FacetField::Metadata);
    let words = |field: FacetField| {
        let values = field.values(attributes);
        let words: Vec<String> = values.iter().map(|value| value.word().to_owned()).collect();
        (facet_field(&field), words)
    };
    COMMON_FACETS.into_iter().chain(keys).map(words).filter(|(_, words)| !words.is_empty()).collect()
}

fn language(name: Option<&str>) -> Vec<String> {
    name.into_iter().flat_map(|name| [token::of_text(name), token::HAS_LANGUAGE.to_owned()]).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a source has at most 4096 segments")]
fn numbers(attributes: &IndexAttributes) -> Vec<(String, f64)> {
    let depth = attributes.source.as_str().split('/').count() as f64;
    let mut numbers =
        vec![(UPDATED.to_owned(), instant_as_number(attributes.updated)), (DEPTH.to_owned(), depth)];
    for (key, value) in &attributes.metadata {
        if let Some(number) = value.as_number() {
            numbers.push((number_field(key), number));
        }
        if let MetadataValue::Text(text) = value
            && let Some(instant) = date::instant(text)
        {
            numbers.push((date_field(key), instant_as_number(instant)));
        }
    }
    numbers
}

/// Whom an access list allows; a field is never empty, so that a chunk without it is found by nobody.
fn allowed(access: &AccessList) -> Vec<String> {
    if access.allow().is_empty() {
        return vec![token::EVERYBODY.to_owned()];
    }
    token::of_entries(access.allow())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::facet::FacetValue;
    use crate::id::SourceUri;

    fn document() -> DocumentId {
        DocumentId::from_uuid(uuid::Uuid::from_u128(1))
    }

    fn one(keyword: &str) -> Held {
        Held::One(keyword.to_owned())
    }

    #[test]
    fn attributes_become_keywords_and_numbers() {
        let attributes = IndexAttributes {
            source: SourceUri::try_new("text:a/b.md").unwrap(),
            format: "text".to_owned(),
            language: Some("de".to_owned()),
            updated: Timestamp::from_millis(7),
            tags: ["new".to_owned()].into(),
            metadata: [
                ("year".to_owned(), MetadataValue::Integer(2026)),
                ("author".to_owned(), MetadataValue::Text("ada".to_owned())),
                ("day".to_owned(), MetadataValue::Text("1970-01-02".to_owned())),
            ]
            .into(),
            access: AccessList::try_new(
                ["user:ann".parse().unwrap()].into(),
                ["group:night".parse().unwrap()].into(),
            )
            .unwrap(),
        };
        let stored = StoredAttributes::of(document(), &attributes);
        let [id, source, path, format, language, tags, metadata, allow, deny] = stored.keywords;
        assert_eq!(allow, (KeywordField::Allow, Held::Many(vec!["=user:ann".to_owned()])));
        assert_eq!(deny, (KeywordField::Deny, Held::Many(vec!["=group:night".to_owned()])));
        assert_eq!(id, (KeywordField::Document, one(&document().to_string())));
        assert_eq!((source.1, format.1), (one("=text:a/b.md"), one("=text")));
        assert_eq!(language.1, Held::Many(vec!["=de".to_owned(), "*".to_owned()]));
        let expected = ["<=text:", "<=text:a/", "0=b.md", "1=text:a", ".=.md", "/=text:a"];
        assert_eq!(path.1, Held::Many(expected.map(str::to_owned).into()));
        assert_eq!(tags.1, Held::Many(vec!["=new".to_owned(), "*".to_owned()]));
        let Held::Many(metadata) = metadata.1 else { panic!("{metadata:?}") };
        for keyword in ["author*", "author=t=ada", "day@", "year*", "year#", "year=i2026"] {
            assert!(metadata.iter().any(|held| held == keyword), "{keyword}: {metadata:?}");
        }
        let numbers = [("updated", 7.0), ("depth", 2.0), ("date-day", 86_400_000.0), ("number-year", 2026.0)];
        assert_eq!(stored.numbers, numbers.map(|(field, number)| (field.to_owned(), number)));
        assert!(stored.numbers.iter().all(|(field, _)| is_number_field(field)));
        let facets = stored.facets.iter().map(|(field, words)| format!("{field}={}", words.join(",")));
        let facets: Vec<String> = facets.collect();
        let year = FacetValue::of(&MetadataValue::Integer(2026)).unwrap();
        let expected = [
            "lead-format=ttext",
            "lead-language=tde",
            "lead-tag=tnew",
            "facet-author=tada",
            "facet-day=t1970-01-02",
            &format!("facet-year={}", year.word()),
        ];
        assert_eq!(facets, expected);
        assert!(stored.facets.iter().all(|(field, _)| is_facet_field(field) && !is_number_field(field)));
        assert!(KeywordField::ALL.iter().all(|field| !is_facet_field(field.name())));
        assert!(KeywordField::ALL.iter().all(|field| !is_number_field(field.name())));
    }

    #[test]
    fn a_document_without_tags_and_language_holds_no_keyword_of_them() {
        let attributes = IndexAttributes {
            source: SourceUri::try_new("text:a").unwrap(),
            format: "text".to_owned(),
            language: None,
            updated: Timestamp::default(),
            tags: [].into(),
            metadata: [].into(),
            access: AccessList::OPEN,
        };
        let stored = StoredAttributes::of(document(), &attributes);
        assert!(stored.keywords.contains(&(KeywordField::Tag, Held::Many(Vec::new()))));
        assert!(stored.keywords.contains(&(KeywordField::Language, Held::Many(Vec::new()))));
        let everybody = Held::Many(vec![token::EVERYBODY.to_owned()]);
        assert!(stored.keywords.contains(&(KeywordField::Allow, everybody)));
    }

    #[test]
    fn every_field_is_stored_under_its_own_name() {
        let names: std::collections::BTreeSet<_> = KeywordField::ALL.map(KeywordField::name).into();
        assert_eq!(names.len(), KeywordField::ALL.len());
    }
}
