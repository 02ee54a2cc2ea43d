//! Facets: which values a field has, and how many documents have each.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::filter::{Field, Filter};
use crate::id::{CollectionName, Sequence};
use crate::index::IndexAttributes;
use crate::metadata::MetadataValue;
use crate::query::{MAX_SEARCH_COLLECTIONS, SearchQuery};

/// Most fields of one request.
pub const MAX_FACETS: usize = 16;
/// Most values of each field in an answer.
pub const MAX_FACET_VALUES: u32 = 1000;
/// Most values of each field beside the hits of a search.
pub const VALUES_BESIDE_HITS: u32 = 10;
/// Longest text that is a value, in bytes.
pub const MAX_FACET_TEXT: usize = 256;

const HELP: &str =
    "fields that can be counted are format, language, tag, metadata.<key>; for example \"tag\"";

// ---- Fields ----

/// A field whose values can be counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FacetField {
    /// Name of the format.
    Format,
    /// Language, where it is known.
    Language,
    /// Labels; a document counts for each of its own.
    Tag,
    /// An attribute.
    Metadata(String),
}

impl FacetField {
    /// The field as filters name it.
    pub fn field(&self) -> Field {
        match self {
            Self::Format => Field::Format,
            Self::Language => Field::Language,
            Self::Tag => Field::Tag,
            Self::Metadata(key) => Field::Metadata(key.clone()),
        }
    }

    /// The values that a document has: the meaning that every index must reproduce.
    ///
    /// Texts of more than [`MAX_FACET_TEXT`] bytes are no values.
    pub fn values(&self, attributes: &IndexAttributes) -> Vec<FacetValue> {
        match self {
            Self::Format => FacetValue::of_text(&attributes.format).into_iter().collect(),
            Self::Language => {
                attributes.language.as_deref().and_then(FacetValue::of_text).into_iter().collect()
            }
            Self::Tag => attributes.tags.iter().filter_map(|tag| FacetValue::of_text(tag)).collect(),
            Self::Metadata(key) => {
                attributes.metadata.get(key).and_then(FacetValue::of).into_iter().collect()
            }
        }
    }
}

impl fmt::Display for FacetField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.field(), f)
    }
}

impl FromStr for FacetField {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let named = |rule: &str| {
            let name: String = name.chars().take(64).collect();
            Error::invalid("facets", rule).with_context("field", name).with_help(HELP)
        };
        match name.parse().map_err(|_| named("names an unknown field"))? {
            Field::Format => Ok(Self::Format),
            Field::Language => Ok(Self::Language),
            Field::Tag => Ok(Self::Tag),
            Field::Metadata(key) => Ok(Self::Metadata(key)),
            Field::Document | Field::Source | Field::Updated => {
                Err(named("names a field of which nearly every document has another value"))
            }
        }
    }
}

// ---- Values ----

/// A value that documents have; numbers that are equal by value are one.
///
/// Values are ordered: `false`, `true`, numbers, texts by their bytes.
#[derive(Clone, Debug)]
pub struct FacetValue {
    word: String,
    value: MetadataValue,
}

/// Marks of the kinds, in their order.
const BOOLEAN: &str = "b";
const NUMBER: &str = "n";
const TEXT: &str = "t";
/// Hexadecimal digits of a number.
const DIGITS: usize = 16;
const SIGN: u64 = 1 << 63;

impl FacetValue {
    /// The value; `None` for a text of more than [`MAX_FACET_TEXT`] bytes.
    pub fn of(value: &MetadataValue) -> Option<Self> {
        let value = match value {
            MetadataValue::Text(text) => return Self::of_text(text),
            MetadataValue::Float(number) => whole(*number).map_or(value.clone(), MetadataValue::Integer),
            MetadataValue::Boolean(_) | MetadataValue::Integer(_) => value.clone(),
        };
        let word = match &value {
            MetadataValue::Boolean(truth) => format!("{BOOLEAN}{}", u8::from(*truth)),
            MetadataValue::Integer(number) => {
                format!("{}i{:016x}", float_word(&value), number.cast_unsigned() ^ SIGN)
            }
            MetadataValue::Float(_) => float_word(&value),
            MetadataValue::Text(_) => return None,
        };
        Some(Self { word, value })
    }

    /// The value that a text is.
    pub fn of_text(text: &str) -> Option<Self> {
        let value = || MetadataValue::Text(text.to_owned());
        (text.len() <= MAX_FACET_TEXT).then(|| Self { word: format!("{TEXT}{text}"), value: value() })
    }

    /// The value that a word stands for; `None` where it is none.
    pub fn of_word(word: String) -> Option<Self> {
        let value = match word.split_at_checked(1)? {
            (BOOLEAN, "0") => MetadataValue::Boolean(false),
            (BOOLEAN, "1") => MetadataValue::Boolean(true),
            (TEXT, text) => MetadataValue::Text(text.to_owned()),
            (NUMBER, digits) => number_of(digits)?,
            _ => return None,
        };
        Some(Self { word, value })
    }

    /// A word that stands for the value, and is ordered as it is.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// The value.
    pub const fn value(&self) -> &MetadataValue {
        &self.value
    }

    /// The value alone.
    pub fn into_value(self) -> MetadataValue {
        self.value
    }
}

impl PartialEq for FacetValue {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for FacetValue {}

impl PartialOrd for FacetValue {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FacetValue {
    fn cmp(&self, other: &Self) -> Ordering {
        self.word.cmp(&other.word)
    }
}

/// The whole number that a float is.
#[expect(clippy::cast_possible_truncation, reason = "compared with the float that it came from")]
#[expect(clippy::cast_precision_loss, reason = "compared bit by bit")]
fn whole(number: f64) -> Option<i64> {
    let near = number as i64;
    // The greatest whole number is no float; the nearest one is beyond it.
    (near != i64::MAX && (near as f64).to_bits() == number.to_bits()).then_some(near)
}

/// A number as a word: its bits, so that words are ordered as numbers are.
fn float_word(value: &MetadataValue) -> String {
    let bits = value.as_number().unwrap_or_default().to_bits();
    let ordered = if bits & SIGN == 0 { bits | SIGN } else { !bits };
    format!("{NUMBER}{ordered:016x}")
}

fn number_of(digits: &str) -> Option<MetadataValue> {
    let (float, rest) = digits.split_at_checked(DIGITS)?;
    if let Some(integer) = rest.strip_prefix('i') {
        let ordered = u64::from_str_radix(integer, 16).ok()?;
        return Some(MetadataValue::Integer((ordered ^ SIGN).cast_signed()));
    }
    let ordered = u64::from_str_radix(float, 16).ok()?;
    let bits = if ordered & SIGN == 0 { !ordered } else { ordered ^ SIGN };
    rest.is_empty().then(|| MetadataValue::Float(f64::from_bits(bits)))
}

/// A value with the number of documents that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// The value.
    pub value: FacetValue,
    /// Documents with it; at least 1.
    pub documents: u64,
}

impl FacetCount {
    /// More documents first, then by value.
    pub fn by_rank(&self, other: &Self) -> Ordering {
        other.documents.cmp(&self.documents).then_with(|| self.value.cmp(&other.value))
    }
}

// ---- Requests and answers ----

/// A checked request for the values of fields.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetsRequest {
    fields: Vec<FacetField>,
    limit: u32,
    collections: Vec<CollectionName>,
    filter: Option<Filter>,
    min_sequence: Option<Sequence>,
}

impl FacetsRequest {
    /// Checks that there are 1 to [`MAX_FACETS`] different fields, and a limit of 1 to [`MAX_FACET_VALUES`].
    pub fn try_new(fields: Vec<FacetField>, limit: u32) -> Result<Self> {
        if fields.is_empty() || fields.len() > MAX_FACETS {
            let rule = format!("must name 1 to {MAX_FACETS} fields, names {}", fields.len());
            return Err(Error::invalid("facets", rule).with_help(HELP));
        }
        let mut seen = std::collections::BTreeSet::new();
        if let Some(twice) = fields.iter().find(|field| !seen.insert(*field)) {
            return Err(Error::invalid("facets", "must not name a field twice").with_context("field", twice));
        }
        if limit == 0 || limit > MAX_FACET_VALUES {
            let rule = format!("must be from 1 to {MAX_FACET_VALUES}, is {limit}");
            return Err(Error::invalid("limit", rule));
        }
        Ok(Self { fields, limit, collections: Vec::new(), filter: None, min_sequence: None })
    }

    /// Asks for values beside the hits of a search, among the documents that it looks at; `None` where no field is
    /// named.
    pub fn beside(query: &SearchQuery, fields: Vec<FacetField>) -> Result<Option<Self>> {
        if fields.is_empty() {
            return Ok(None);
        }
        let mut request = Self::try_new(fields, VALUES_BESIDE_HITS)?;
        request.collections = query.collections().to_vec();
        request.filter = query.filter().cloned();
        Ok(Some(request))
    }

    /// Counts in these collections; in all where there are none.
    ///
    /// More than [`MAX_SEARCH_COLLECTIONS`] are `InvalidArgument`.
    pub fn in_collections(mut self, collections: Vec<CollectionName>) -> Result<Self> {
        if collections.len() > MAX_SEARCH_COLLECTIONS {
            let rule = format!("must be at most {MAX_SEARCH_COLLECTIONS}");
            return Err(Error::invalid("collections", rule));
        }
        self.collections = collections;
        Ok(self)
    }

    /// Counts documents that the filter admits.
    #[must_use]
    pub fn with_filter(mut self, filter: Option<Filter>) -> Self {
        self.filter = filter;
        self
    }

    /// Waits until this change can be found.
    #[must_use]
    pub fn at_least(mut self, sequence: Option<Sequence>) -> Self {
        self.min_sequence = sequence;
        self
    }

    /// The fields, in order.
    pub fn fields(&self) -> &[FacetField] {
        &self.fields
    }

    /// Most values of each field.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// The collections; all where there are none.
    pub fn collections(&self) -> &[CollectionName] {
        &self.collections
    }

    /// Which documents are counted.
    pub const fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// The change that must be there.
    pub const fn min_sequence(&self) -> Option<Sequence> {
        self.min_sequence
    }
}

/// The values of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFacet {
    /// The field.
    pub field: FacetField,
    /// Its values, those of most documents first, then in their order.
    pub values: Vec<FacetCount>,
    /// Whether there are no other values.
    pub is_whole: bool,
}

/// A collection whose documents are not counted, or not all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncounted {
    /// The collection.
    pub collection: CollectionName,
    /// Why, in words that may be shown to the caller.
    pub reason: String,
}

/// The values of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetsAnswer {
    /// One for each field that was asked for, in order.
    pub facets: Vec<FieldFacet>,
    /// What is missing; empty where the numbers are exact.
    pub incomplete: Vec<Uncounted>,
}

#[cfg(test)]
mod tests;
