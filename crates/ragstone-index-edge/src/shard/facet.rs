//! Counting the values of fields.

use std::collections::HashMap;

use qdrant_edge::external::serde_json::Value;
use qdrant_edge::{
    Condition, FacetHit, FacetRequest, FacetValue as EdgeValue, FieldCondition, Filter as EdgeFilter, Match,
    ScrollRequest, WithPayloadInterface, WithVector,
};
use ragstone_core::facet::{FacetCount, FacetField, FacetValue};
use ragstone_core::index::admission::Admission;
use ragstone_core::index::keyword::facet_field;
use ragstone_core::index::{FacetCounts, FacetQuery};
use ragstone_core::{Filter, Result};

use super::{Shard, lock, search};
use crate::condition::admission;
use crate::{fault, point};

/// Points read at a time where a field has no index.
const READ_PAGE: usize = 4096;
/// Values of a field that Edge is asked for, at most.
const MOST_VALUES: usize = 1_000_000;

impl Shard {
    /// Counts the documents that have each value of a field, exactly.
    ///
    /// What Edge counts is a bound from above, though it is asked for more: after a crash it counts points too that are
    /// gone, until their segment is merged. So the values that may come first by their bounds are counted one by one.
    pub(crate) fn facet(&self, query: &FacetQuery) -> Result<FacetCounts> {
        let name = facet_field(&query.field);
        let is_indexed = lock(&self.indexed).contains(&name);
        if !is_indexed {
            return self.facet_by_reading(query, &name);
        }
        let condition = match admission(query.filter.as_ref(), &query.reader) {
            Admission::Everything => None,
            Admission::Nothing => return Ok(FacetCounts::NOTHING),
            Admission::Where(condition) => Some(condition),
        };
        let filter = condition.clone().map(EdgeFilter::new_must);
        let request = FacetRequest { key: point::path(&name), limit: MOST_VALUES, filter, exact: true };
        let bounds = self.edge.facet(request).map_err(fault::of_edge)?.hits;
        let mut counts = Vec::new();
        // Values that come before all that are still to be counted.
        let mut settled = Vec::new();
        for FacetHit { value, count: bound } in bounds {
            let bound = bound as u64;
            if settled.iter().filter(|least| bound <= **least).count() > query.limit {
                break;
            }
            let EdgeValue::Keyword(word) = value else { return Err(fault::corrupt("a value is no word")) };
            let documents = self.documents_with(&name, &word, condition.clone())?;
            if documents > 0 {
                // Edge orders equal counts by value, as this does, but only where its own count was right.
                settled.push(if documents == bound { documents } else { documents.saturating_sub(1) });
                counts.push(count(word, documents)?);
            }
        }
        Ok(FacetCounts::first(counts, query.limit))
    }

    /// Counts the documents with a value.
    fn documents_with(&self, name: &str, word: &str, condition: Option<Condition>) -> Result<u64> {
        let has_value = FieldCondition::new_match(point::path(name), Match::from(vec![word.to_owned()]));
        let all = std::iter::once(Condition::Field(has_value)).chain(condition).collect();
        search::count(&self.edge, Some(EdgeFilter { must: Some(all), ..EdgeFilter::default() }))
    }

    /// The same by reading the values of every document that is admitted.
    fn facet_by_reading(&self, query: &FacetQuery, name: &str) -> Result<FacetCounts> {
        let filter = having(&query.field, query.filter.as_ref());
        let Admission::Where(condition) = admission(Some(&filter), &query.reader) else {
            return Ok(FacetCounts::NOTHING);
        };
        let filter = EdgeFilter::new_must(condition);
        let mut counts: HashMap<String, u64> = HashMap::new();
        let mut offset = None;
        loop {
            let page = ScrollRequest {
                offset,
                limit: Some(READ_PAGE),
                filter: Some(filter.clone()),
                with_payload: Some(WithPayloadInterface::Fields(vec![point::path(name)])),
                with_vector: WithVector::Bool(false),
                order_by: None,
            };
            let (records, next) = self.edge.scroll(page).map_err(fault::of_edge)?;
            for payload in records.into_iter().filter_map(|record| record.payload) {
                for word in payload.0.get(name).and_then(Value::as_array).into_iter().flatten() {
                    *counts.entry(word.as_str().unwrap_or_default().to_owned()).or_default() += 1;
                }
            }
            if next.is_none() {
                break;
            }
            offset = next;
        }
        let counts = counts.into_iter().map(|(word, documents)| count(word, documents));
        Ok(FacetCounts::first(counts.collect::<Result<_>>()?, query.limit))
    }
}

/// A filter that admits documents with a value only.
fn having(field: &FacetField, filter: Option<&Filter>) -> Filter {
    let exists = Filter::Exists(field.field());
    Filter::All(filter.cloned().into_iter().chain([exists]).collect())
}

fn count(word: String, documents: u64) -> Result<FacetCount> {
    let value = FacetValue::of_word(word).ok_or_else(|| fault::corrupt("a word is no value"))?;
    Ok(FacetCount { value, documents })
}
