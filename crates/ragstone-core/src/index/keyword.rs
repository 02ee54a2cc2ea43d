//! What filters and readers can ask of a document, as keywords in fields and as numbers, for an index that knows exact
//! words.

use super::{IndexAttributes, token};
use crate::access::AccessList;
use crate::id::DocumentId;

/// A field that holds keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeywordField {
    /// Id of the document, as text.
    Document,
    /// The source.
    Source,
    /// The format.
    Format,
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
    pub const ALL: [Self; 7] =
        [Self::Document, Self::Source, Self::Format, Self::Tag, Self::Metadata, Self::Allow, Self::Deny];

    /// Name under which an index stores it; it does not change between versions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Source => "source",
            Self::Format => "format",
            Self::Tag => "tag",
            Self::Metadata => "metadata",
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// What the names of fields that carry numbers begin with.
const NUMBER_PREFIX: &str = "number-";

/// Name of the field that carries the numbers of a metadata key.
pub fn number_field(key: &str) -> String {
    format!("{NUMBER_PREFIX}{key}")
}

/// Metadata key whose numbers a field carries; `None` for other fields.
pub fn numeric_key(field: &str) -> Option<&str> {
    field.strip_prefix(NUMBER_PREFIX)
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
    pub keywords: [(KeywordField, Held); 7],
    /// Numbers of the metadata by [`number_field`], for ranges.
    pub numbers: Vec<(String, f64)>,
}

impl StoredAttributes {
    /// Attributes of a document as keywords and numbers.
    pub fn of(document: DocumentId, attributes: &IndexAttributes) -> Self {
        let mut tags: Vec<String> = attributes.tags.iter().map(|tag| token::of_text(tag)).collect();
        if !tags.is_empty() {
            tags.push(token::HAS_TAG.to_owned());
        }
        let metadata = attributes.metadata.iter().flat_map(|(key, value)| token::held(key, value)).collect();
        let numbers = attributes
            .metadata
            .iter()
            .filter_map(|(key, value)| value.as_number().map(|number| (number_field(key), number)));
        Self {
            keywords: [
                (KeywordField::Document, Held::One(document.to_string())),
                (KeywordField::Source, Held::One(token::of_text(attributes.source.as_str()))),
                (KeywordField::Format, Held::One(token::of_text(&attributes.format))),
                (KeywordField::Tag, Held::Many(tags)),
                (KeywordField::Metadata, Held::Many(metadata)),
                (KeywordField::Allow, Held::Many(allowed(&attributes.access))),
                (KeywordField::Deny, Held::Many(token::of_entries(attributes.access.deny()))),
            ],
            numbers: numbers.collect(),
        }
    }
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
    use crate::id::SourceUri;
    use crate::metadata::MetadataValue;

    fn document() -> DocumentId {
        DocumentId::from_uuid(uuid::Uuid::from_u128(1))
    }

    fn one(keyword: &str) -> Held {
        Held::One(keyword.to_owned())
    }

    #[test]
    fn attributes_become_keywords_and_numbers() {
        let attributes = IndexAttributes {
            source: SourceUri::try_new("text:a").unwrap(),
            format: "text".to_owned(),
            tags: ["new".to_owned()].into(),
            metadata: [
                ("year".to_owned(), MetadataValue::Integer(2026)),
                ("author".to_owned(), MetadataValue::Text("ada".to_owned())),
            ]
            .into(),
            access: AccessList::try_new(
                ["user:ann".parse().unwrap()].into(),
                ["group:night".parse().unwrap()].into(),
            )
            .unwrap(),
        };
        let stored = StoredAttributes::of(document(), &attributes);
        let [id, source, format, tags, metadata, allow, deny] = stored.keywords;
        assert_eq!(allow, (KeywordField::Allow, Held::Many(vec!["=user:ann".to_owned()])));
        assert_eq!(deny, (KeywordField::Deny, Held::Many(vec!["=group:night".to_owned()])));
        assert_eq!(id, (KeywordField::Document, one(&document().to_string())));
        assert_eq!((source.1, format.1), (one("=text:a"), one("=text")));
        assert_eq!(tags.1, Held::Many(vec!["=new".to_owned(), "*".to_owned()]));
        let Held::Many(metadata) = metadata.1 else { panic!("{metadata:?}") };
        for keyword in ["author*", "author=t=ada", "year*", "year#", "year=i2026"] {
            assert!(metadata.iter().any(|held| held == keyword), "{keyword}: {metadata:?}");
        }
        assert_eq!(stored.numbers, [("number-year".to_owned(), 2026.0)]);
        assert_eq!(numeric_key("number-year"), Some("year"));
        assert_eq!(numeric_key("metadata"), None);
    }

    #[test]
    fn a_document_without_tags_holds_no_keyword_of_tags() {
        let attributes = IndexAttributes {
            source: SourceUri::try_new("text:a").unwrap(),
            format: "text".to_owned(),
            tags: [].into(),
            metadata: [].into(),
            access: AccessList::OPEN,
        };
        let stored = StoredAttributes::of(document(), &attributes);
        assert!(stored.keywords.contains(&(KeywordField::Tag, Held::Many(Vec::new()))));
        let everybody = Held::Many(vec![token::EVERYBODY.to_owned()]);
        assert!(stored.keywords.contains(&(KeywordField::Allow, everybody)));
    }

    #[test]
    fn every_field_is_stored_under_its_own_name() {
        let names: std::collections::BTreeSet<_> = KeywordField::ALL.map(KeywordField::name).into();
        assert_eq!(names.len(), KeywordField::ALL.len());
    }
}
