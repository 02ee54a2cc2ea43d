//! Conditions of the port in the words of Qdrant.

use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::{Condition, FieldCondition, Filter as WireFilter, Match, Range, RepeatedStrings};
use ragstone_core::filter::NumberRange;
use ragstone_core::index::admission::{Admission, Conditions};
use ragstone_core::index::keyword::KeywordField;
use ragstone_core::{Filter, Reader};

/// What a filter lets through to a reader.
pub(crate) fn admission(filter: Option<&Filter>, reader: &Reader) -> Admission<Condition> {
    Admission::of_question::<Wire>(filter, reader)
}

/// The words of Qdrant's gRPC.
struct Wire;

impl Conditions for Wire {
    type Condition = Condition;

    fn all(conditions: Vec<Condition>) -> Condition {
        nested(every(conditions))
    }

    fn any(conditions: Vec<Condition>) -> Condition {
        nested(WireFilter { should: conditions, ..WireFilter::default() })
    }

    fn not(condition: Condition) -> Condition {
        nested(WireFilter { must_not: vec![condition], ..WireFilter::default() })
    }

    fn holds(field: KeywordField, keywords: Vec<String>) -> Condition {
        keyword(field.name(), keywords)
    }

    fn number_within(name: &str, range: &NumberRange) -> Condition {
        let &NumberRange { gt, gte, lt, lte } = range;
        let range = Some(Range { lt, gt, gte, lte });
        field(FieldCondition { key: name.to_owned(), range, ..FieldCondition::default() })
    }
}

/// A condition that the field holds one of these keywords.
pub(crate) fn keyword(key: &str, keywords: Vec<String>) -> Condition {
    let value = MatchValue::Keywords(RepeatedStrings { strings: keywords });
    let r#match = Some(Match { match_value: Some(value) });
    field(FieldCondition { key: key.to_owned(), r#match, ..FieldCondition::default() })
}

/// Conditions that must all hold.
pub(crate) fn every(conditions: Vec<Condition>) -> WireFilter {
    WireFilter { must: conditions, ..WireFilter::default() }
}

fn field(condition: FieldCondition) -> Condition {
    Condition { condition_one_of: Some(ConditionOneOf::Field(condition)) }
}

fn nested(filter: WireFilter) -> Condition {
    Condition { condition_one_of: Some(ConditionOneOf::Filter(filter)) }
}
