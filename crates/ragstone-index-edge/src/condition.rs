//! Filters of the port as filters of Edge.

use qdrant_edge::external::ordered_float::OrderedFloat;
use qdrant_edge::{Condition, FieldCondition, Filter as EdgeFilter, Match, Range};
use ragstone_core::Filter;
use ragstone_core::filter::{Field, NumberRange};
use ragstone_core::metadata::MetadataValue;

use crate::{point, token};

/// What a filter lets through.
///
/// Edge reads an empty `should` as true, so constants are folded before they reach it.
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
                nested(EdgeFilter { must_not: Some(vec![*condition]), ..EdgeFilter::default() })
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
    nested(EdgeFilter { must: Some(conditions), ..EdgeFilter::default() })
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
    nested(EdgeFilter { should: Some(conditions), ..EdgeFilter::default() })
}

fn nested(filter: EdgeFilter) -> Admission {
    Admission::Where(Box::new(Condition::Filter(filter)))
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

fn within(field: &Field, range: &NumberRange) -> Admission {
    let Field::Metadata(key) = field else {
        return Admission::Nothing;
    };
    let is_number = holds(point::METADATA, vec![token::has_number(key)]);
    let Admission::Where(is_number) = is_number else {
        return is_number;
    };
    if *range == NumberRange::UNBOUNDED {
        return Admission::Where(is_number);
    }
    let range = Range {
        lt: range.lt.map(OrderedFloat),
        gt: range.gt.map(OrderedFloat),
        gte: range.gte.map(OrderedFloat),
        lte: range.lte.map(OrderedFloat),
    };
    let is_inside = Condition::Field(FieldCondition::new_range(point::number_path(key), range));
    nested(EdgeFilter { must: Some(vec![*is_number, is_inside]), ..EdgeFilter::default() })
}

fn exists(field: &Field) -> Admission {
    match field {
        Field::Document | Field::Source | Field::Format => Admission::Everything,
        Field::Tag => holds(point::TAG, vec![token::HAS_TAG.to_owned()]),
        Field::Metadata(key) => holds(point::METADATA, vec![token::has_value(key)]),
    }
}

/// The field holds one of these keywords.
fn holds(field: &str, keywords: Vec<String>) -> Admission {
    if keywords.is_empty() {
        return Admission::Nothing;
    }
    Admission::Where(Box::new(Condition::Field(FieldCondition::new_match(
        point::path(field),
        Match::from(keywords),
    ))))
}
