//! Counting the values of fields.

use std::collections::HashMap;

use qdrant_edge::external::serde_json::Value;
use qdrant_edge::{FacetRequest, FacetValue as EdgeValue, Filter as EdgeFilter, ScrollRequest};
use qdrant_edge::{WithPayloadInterface, WithVector};
use ragstone_core::facet::{FacetCount, FacetField, FacetValue};
use ragstone_core::index::admission::Admission;
use ragstone_core::index::keyword::facet_field;
use ragstone_core::index::{FacetCounts, FacetQuery};
use ragstone_core::{Filter, Result};

use super::{Shard, lock};
use crate::condition::admission;
use crate::{fault, point};

/// Points read at a time where a field has no index.
const READ_PAGE: usize = 4096;

impl Shard {
    /// Counts the documents that have each value of a field, exactly.
    pub(crate) fn facet(&self, query: &FacetQuery) -> Result<FacetCounts> {
        let name = facet_field(&query.field);
        let is_indexed = lock(&self.indexed).contains(&name);
        if !is_indexed {
            return self.facet_by_reading(query, &name);
        }
        let filter = match admission(query.filter.as_ref(), &query.reader) {
            Admission::Everything => None,
            Admission::Nothing => return Ok(FacetCounts::NOTHING),
            Admission::Where(condition) => Some(EdgeFilter::new_must(condition)),
        };
        let limit = query.limit.saturating_add(1);
        let request = FacetRequest { key: point::path(&name), limit, filter, exact: true };
        let found = self.edge.facet(request).map_err(fault::of_edge)?;
        let counts = found.hits.into_iter().map(|hit| match hit.value {
            EdgeValue::Keyword(word) => count(word, hit.count as u64),
            EdgeValue::Int(_) | EdgeValue::Uuid(_) | EdgeValue::Bool(_) => {
                Err(fault::corrupt("a value is no word"))
            }
        });
        Ok(FacetCounts::first(counts.collect::<Result<_>>()?, query.limit))
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
