//! Conditions of the port in the words of Edge.

use qdrant_edge::external::ordered_float::OrderedFloat;
use qdrant_edge::{Condition, FieldCondition, Filter as EdgeFilter, Match, Range};
use ragstone_core::filter::NumberRange;
use ragstone_core::index::admission::{Admission, Conditions};
use ragstone_core::index::keyword::KeywordField;
use ragstone_core::{Filter, Reader};

use crate::point;

/// What a filter lets through to a reader.
pub(crate) fn admission(filter: Option<&Filter>, reader: &Reader) -> Admission<Condition> {
    Admission::of_question::<Edge>(filter, reader)
}

/// The words of Edge.
struct Edge;

impl Conditions for Edge {
    type Condition = Condition;

    fn all(conditions: Vec<Condition>) -> Condition {
        Condition::Filter(EdgeFilter { must: Some(conditions), ..EdgeFilter::default() })
    }

    fn any(conditions: Vec<Condition>) -> Condition {
        Condition::Filter(EdgeFilter { should: Some(conditions), ..EdgeFilter::default() })
    }

    fn not(condition: Condition) -> Condition {
        Condition::Filter(EdgeFilter { must_not: Some(vec![condition]), ..EdgeFilter::default() })
    }

    fn holds(field: KeywordField, keywords: Vec<String>) -> Condition {
        let path = point::path(field.name());
        Condition::Field(FieldCondition::new_match(path, Match::from(keywords)))
    }

    fn number_within(field: &str, range: &NumberRange) -> Condition {
        let bounds = Range {
            lt: range.lt.map(OrderedFloat),
            gt: range.gt.map(OrderedFloat),
            gte: range.gte.map(OrderedFloat),
            lte: range.lte.map(OrderedFloat),
        };
        Condition::Field(FieldCondition::new_range(point::path(field), bounds))
    }
}
