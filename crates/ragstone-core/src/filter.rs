//! Filters over the attributes of documents.
//!
//! A filter is a boolean expression in the manner of AIP-160, such as
//! `tag = "rust" and (metadata.year >= 2020 or not metadata.draft exists)`.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::id::DocumentId;
use crate::index::IndexAttributes;
use crate::metadata::{MetadataValue, is_metadata_key};

mod parse;

/// Deepest nesting of a filter.
pub const MAX_FILTER_DEPTH: usize = 16;
/// Most conditions of a filter.
pub const MAX_FILTER_CONDITIONS: usize = 128;
/// Most values of one `in` list.
pub const MAX_FILTER_VALUES: usize = 1000;
/// Longest filter text in bytes.
pub const MAX_FILTER_LEN: usize = 32 * 1024;

/// What a condition looks at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Id of the document, as text.
    Document,
    /// Source URI.
    Source,
    /// Name of the format.
    Format,
    /// Labels; a condition holds if it holds for any of them.
    Tag,
    /// An attribute.
    Metadata(String),
}

impl Field {
    /// Names that may stand in a filter.
    pub const NAMES: &'static str = "document, source, format, tag, metadata.<key>";
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => f.write_str("document"),
            Self::Source => f.write_str("source"),
            Self::Format => f.write_str("format"),
            Self::Tag => f.write_str("tag"),
            Self::Metadata(key) => write!(f, "metadata.{key}"),
        }
    }
}

impl FromStr for Field {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "document" => Ok(Self::Document),
            "source" => Ok(Self::Source),
            "format" => Ok(Self::Format),
            "tag" => Ok(Self::Tag),
            _ => match name.strip_prefix("metadata.") {
                Some(key) if is_metadata_key(key) => Ok(Self::Metadata(key.to_owned())),
                _ => Err(Error::invalid("filter", "names an unknown field")
                    .with_context("field", name.chars().take(64).collect::<String>())
                    .with_help(format!("fields are {}", Self::NAMES))),
            },
        }
    }
}

/// Bounds of a range of numbers, all finite.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NumberRange {
    /// Greater than.
    pub gt: Option<f64>,
    /// Greater than or equal to.
    pub gte: Option<f64>,
    /// Less than.
    pub lt: Option<f64>,
    /// Less than or equal to.
    pub lte: Option<f64>,
}

impl NumberRange {
    /// No bound: holds for every number.
    pub const UNBOUNDED: Self = Self { gt: None, gte: None, lt: None, lte: None };

    /// Whether `number` lies inside.
    pub fn contains(&self, number: f64) -> bool {
        self.gt.is_none_or(|bound| number > bound)
            && self.gte.is_none_or(|bound| number >= bound)
            && self.lt.is_none_or(|bound| number < bound)
            && self.lte.is_none_or(|bound| number <= bound)
    }
}

/// A boolean expression over attributes.
///
/// `a != b` is `not (a = b)`: it holds where the field is missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Every part holds; true when empty.
    All(Vec<Filter>),
    /// Some part holds; false when empty.
    Any(Vec<Filter>),
    /// The part does not hold.
    Not(Box<Filter>),
    /// The field has this value; numbers are equal by value.
    Equals(Field, MetadataValue),
    /// The field has one of these values.
    In(Field, Vec<MetadataValue>),
    /// The field is a number within these bounds.
    Within(Field, NumberRange),
    /// The field has a value.
    Exists(Field),
}

impl Filter {
    /// Parses a filter expression.
    ///
    /// Fails with `InvalidArgument`, naming the byte where reading stopped, on a syntax error, an unknown field
    /// or an exceeded limit.
    pub fn parse(text: &str) -> Result<Self> {
        parse::parse(text)
    }

    /// Metadata keys that the filter looks at.
    pub fn metadata_keys(&self) -> Vec<&str> {
        let mut keys = Vec::new();
        self.visit_fields(&mut |field| {
            if let Field::Metadata(key) = field {
                keys.push(key.as_str());
            }
        });
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether a document's chunks may be found: the meaning that every index must reproduce.
    pub fn matches(&self, document: DocumentId, attributes: &IndexAttributes) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(document, attributes)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(document, attributes)),
            Self::Not(part) => !part.matches(document, attributes),
            Self::Equals(field, value) => any_value(field, document, attributes, |held| held.equals(value)),
            Self::In(field, values) => {
                any_value(field, document, attributes, |held| values.iter().any(|value| held.equals(value)))
            }
            Self::Within(field, range) => any_value(field, document, attributes, |held| {
                held.as_number().is_some_and(|number| range.contains(number))
            }),
            Self::Exists(field) => any_value(field, document, attributes, |_| true),
        }
    }

    fn visit_fields<'a>(&'a self, visit: &mut impl FnMut(&'a Field)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.visit_fields(visit)),
            Self::Not(part) => part.visit_fields(visit),
            Self::Equals(field, _) | Self::In(field, _) | Self::Within(field, _) | Self::Exists(field) => {
                visit(field);
            }
        }
    }
}

impl FromStr for Filter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

fn any_value(
    field: &Field,
    document: DocumentId,
    attributes: &IndexAttributes,
    holds: impl Fn(&MetadataValue) -> bool,
) -> bool {
    let text = |value: &str| holds(&MetadataValue::Text(value.to_owned()));
    match field {
        Field::Document => text(&document.to_string()),
        Field::Source => text(attributes.source.as_str()),
        Field::Format => text(&attributes.format),
        Field::Tag => attributes.tags.iter().any(|tag| text(tag)),
        Field::Metadata(key) => attributes.metadata.get(key).is_some_and(holds),
    }
}

#[cfg(test)]
mod tests;
