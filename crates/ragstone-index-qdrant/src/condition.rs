//! Filters of the port as filters of Qdrant.

use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::{Condition, FieldCondition, Filter as WireFilter, Match, Range, RepeatedStrings};
use ragstone_core::Filter;
use ragstone_core::filter::{Field, NumberRange};
use ragstone_core::metadata::MetadataValue;

use crate::{point, token};

/// What a filter lets through.
///
/// Qdrant reads an empty `should` as true, so constants are folded before they reach it.
#[derive(Clone, Debug)]
pub(crate) enum Admission {
    /// Every chunk.
    Everything,
    /// No chunk.
    Nothing,
    /// Chunks of which this holds.
    Where(Box<Condition>),
}

impl Admission {
    /// Translates a filter.
    pub(crate) fn of(filter: &Filter) -> Self {
        match filter {
            Filter::All(parts) => all(parts),
            Filter::Any(parts) => any(parts),
            Filter::Not(part) => Self::of(part).negated(),
            Filter::Equals(field, value) => one_of(field, std::slice::from_ref(value)),
            Filter::In(field, values) => one_of(field, values),
            Filter::Within(field, range) => within(field, range),
            Filter::Exists(field) => exists(field),
        }
    }

    fn negated(self) -> Self {
        match self {
            Self::Everything => Self::Nothing,
            Self::Nothing => Self::Everything,
            Self::Where(condition) => {
                nested(WireFilter { must_not: vec![*condition], ..WireFilter::default() })
            }
        }
    }
}

fn all(parts: &[Filter]) -> Admission {
    let mut conditions = Vec::with_capacity(parts.len());
    for part in parts {
        match Admission::of(part) {
            Admission::Everything => {}
            Admission::Nothing => return Admission::Nothing,
            Admission::Where(condition) => conditions.push(*condition),
        }
    }
    if conditions.is_empty() {
        return Admission::Everything;
    }
    nested(WireFilter { must: conditions, ..WireFilter::default() })
}

fn any(parts: &[Filter]) -> Admission {
    let mut conditions = Vec::with_capacity(parts.len());
    for part in parts {
        match Admission::of(part) {
            Admission::Everything => return Admission::Everything,
            Admission::Nothing => {}
            Admission::Where(condition) => conditions.push(*condition),
        }
    }
    if conditions.is_empty() {
        return Admission::Nothing;
    }
    nested(WireFilter { should: conditions, ..WireFilter::default() })
}

fn nested(filter: WireFilter) -> Admission {
    Admission::Where(Box::new(Condition { condition_one_of: Some(ConditionOneOf::Filter(filter)) }))
}

fn one_of(field: &Field, values: &[MetadataValue]) -> Admission {
    let texts = || {
        values.iter().filter_map(|value| match value {
            MetadataValue::Text(text) => Some(text.as_str()),
            MetadataValue::Boolean(_) | MetadataValue::Integer(_) | MetadataValue::Float(_) => None,
        })
    };
    let keywords = || texts().map(token::of_text).collect();
    match field {
        Field::Document => holds(point::DOCUMENT, texts().map(str::to_owned).collect()),
        Field::Source => holds(point::SOURCE, keywords()),
        Field::Format => holds(point::FORMAT, keywords()),
        Field::Tag => holds(point::TAG, keywords()),
        Field::Metadata(key) => {
            let tokens = values.iter().flat_map(|value| token::sought(key, value));
            holds(point::METADATA, tokens.collect())
        }
    }
}

fn within(on: &Field, range: &NumberRange) -> Admission {
    let Field::Metadata(key) = on else {
        return Admission::Nothing;
    };
    let is_number = holds(point::METADATA, vec![token::has_number(key)]);
    let Admission::Where(is_number) = is_number else {
        return is_number;
    };
    if *range == NumberRange::UNBOUNDED {
        return Admission::Where(is_number);
    }
    let range = Range { lt: range.lt, gt: range.gt, gte: range.gte, lte: range.lte };
    let is_inside = field(FieldCondition {
        key: point::number_field(key),
        range: Some(range),
        ..FieldCondition::default()
    });
    nested(WireFilter { must: vec![*is_number, is_inside], ..WireFilter::default() })
}

fn exists(field: &Field) -> Admission {
    match field {
        Field::Document | Field::Source | Field::Format => Admission::Everything,
        Field::Tag => holds(point::TAG, vec![token::HAS_TAG.to_owned()]),
        Field::Metadata(key) => holds(point::METADATA, vec![token::has_value(key)]),
    }
}

/// The field holds one of these keywords.
fn holds(key: &str, keywords: Vec<String>) -> Admission {
    if keywords.is_empty() {
        return Admission::Nothing;
    }
    Admission::Where(Box::new(keyword(key, keywords)))
}

/// A condition that the field holds one of these keywords.
pub(crate) fn keyword(key: &str, keywords: Vec<String>) -> Condition {
    let value = MatchValue::Keywords(RepeatedStrings { strings: keywords });
    let r#match = Some(Match { match_value: Some(value) });
    field(FieldCondition { key: key.to_owned(), r#match, ..FieldCondition::default() })
}

fn field(condition: FieldCondition) -> Condition {
    Condition { condition_one_of: Some(ConditionOneOf::Field(condition)) }
}

/// Conditions that must all hold.
pub(crate) fn every(conditions: Vec<Condition>) -> WireFilter {
    WireFilter { must: conditions, ..WireFilter::default() }
}
