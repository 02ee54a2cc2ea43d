//! Filters over the attributes of documents.
//!
//! A filter is a boolean expression in the manner of AIP-160, such as
//! `tag = "rust" and (metadata.year >= 2020 or not metadata.draft exists)` or
//! `source under "file:///srv/docs/" and updated >= "2026-01-01"`.

use std::fmt;
use std::str::FromStr;

use crate::clock::Timestamp;
use crate::date;
use crate::error::{Error, Result};
use crate::id::DocumentId;
use crate::index::IndexAttributes;
use crate::metadata::{MetadataValue, is_metadata_key};

pub use self::glob::{GlobSegment, MAX_GLOB_DOTS, MAX_GLOB_TAIL, SourceGlob};
pub use self::place::{MAX_PLACE_DEPTH, Place};

pub(crate) mod glob;
mod parse;
pub(crate) mod place;

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
    /// Language, where it is known.
    Language,
    /// Labels; a condition holds if it holds for any of them.
    Tag,
    /// When the version was stored; only ranges of dates compare it.
    Updated,
    /// An attribute.
    Metadata(String),
}

impl Field {
    /// Names that may stand in a filter.
    pub const NAMES: &'static str = "document, source, format, language, tag, updated, metadata.<key>";
}

/// What an error about a field says next.
const HELP_ON_FIELDS: &str = "fields are document, source, format, language, tag, updated, metadata.<key>; for example \
    language = \"de\" and updated >= \"2026-01-01\"";

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => f.write_str("document"),
            Self::Source => f.write_str("source"),
            Self::Format => f.write_str("format"),
            Self::Language => f.write_str("language"),
            Self::Tag => f.write_str("tag"),
            Self::Updated => f.write_str("updated"),
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
            "language" => Ok(Self::Language),
            "tag" => Ok(Self::Tag),
            "updated" => Ok(Self::Updated),
            _ => match name.strip_prefix("metadata.") {
                Some(key) if is_metadata_key(key) => Ok(Self::Metadata(key.to_owned())),
                _ => Err(Error::invalid("filter", "names an unknown field")
                    .with_context("field", name.chars().take(64).collect::<String>())
                    .with_help(HELP_ON_FIELDS)),
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

/// A range of instants as one of numbers: milliseconds since the Unix epoch, which floats hold exactly for every date
/// of RFC 3339.
#[expect(clippy::cast_precision_loss, reason = "dates of four-digit years are far below 2^53 milliseconds")]
pub(crate) fn instant_as_number(instant: Timestamp) -> f64 {
    instant.as_millis() as f64
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
    /// The field is a date within these bounds, which are milliseconds since the Unix epoch.
    Dated(Field, NumberRange),
    /// The source lies below a place.
    Under(Place),
    /// The source matches a glob.
    Glob(SourceGlob),
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
            Self::Dated(Field::Updated, range) => range.contains(instant_as_number(attributes.updated)),
            Self::Dated(Field::Metadata(key), range) => match attributes.metadata.get(key) {
                Some(MetadataValue::Text(text)) => {
                    date::instant(text).is_some_and(|instant| range.contains(instant_as_number(instant)))
                }
                _ => false,
            },
            Self::Dated(..) => false,
            Self::Under(place) => place.holds(&attributes.source),
            Self::Glob(glob) => glob.matches(&attributes.source),
            Self::Exists(Field::Updated) => true,
            Self::Exists(field) => any_value(field, document, attributes, |_| true),
        }
    }

    fn visit_fields<'a>(&'a self, visit: &mut impl FnMut(&'a Field)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.visit_fields(visit)),
            Self::Not(part) => part.visit_fields(visit),
            Self::Equals(field, _)
            | Self::In(field, _)
            | Self::Within(field, _)
            | Self::Dated(field, _)
            | Self::Exists(field) => visit(field),
            Self::Under(_) | Self::Glob(_) => visit(&Field::Source),
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
        Field::Language => attributes.language.as_deref().is_some_and(text),
        // An instant equals no value: two times of one day would look alike and differ.
        Field::Updated => false,
        Field::Tag => attributes.tags.iter().any(|tag| text(tag)),
        Field::Metadata(key) => attributes.metadata.get(key).is_some_and(holds),
    }
}

#[cfg(test)]
mod tests;
