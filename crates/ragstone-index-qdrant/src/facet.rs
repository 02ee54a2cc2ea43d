//! Counting the values of fields.

use std::collections::HashMap;

use qdrant_client::qdrant::value::Kind;
use ragstone_core::facet::{FacetCount, FacetField, FacetValue};
use ragstone_core::index::keyword::facet_field;
use ragstone_core::index::{FacetCounts, FacetQuery};
use ragstone_core::{Filter, Result};

use crate::fault;
use crate::store::Place;
use crate::target::Targets;

/// Points read at a time where a field has no index.
const READ_PAGE: u32 = 2048;

impl Targets {
    /// Counts the documents that have each value of a field, exactly.
    pub(crate) async fn facet(&self, place: &Place, query: &FacetQuery) -> Result<FacetCounts> {
        let name = facet_field(&query.field);
        if !self.is_indexed(place, &query.field, &name).await? {
            return self.facet_by_reading(place, query, &name).await;
        }
        let Some(filter) = Self::filter(place, query.filter.as_ref(), &query.reader) else {
            return self.state(place).await.map(|_| FacetCounts::NOTHING);
        };
        let limit = (query.limit as u64).saturating_add(1);
        let found = self.store.facet(place, filter, name, limit).await?;
        let counts = found.into_iter().map(|(word, documents)| count(word, documents));
        Ok(FacetCounts::first(counts.collect::<Result<_>>()?, query.limit))
    }

    /// Whether the server can count a field. Another process may have made the index, so it is asked.
    async fn is_indexed(&self, place: &Place, field: &FacetField, name: &str) -> Result<bool> {
        match field {
            FacetField::Format | FacetField::Language | FacetField::Tag => Ok(true),
            FacetField::Metadata(_) => Ok(self.store.info(place).await?.payload_schema.contains_key(name)),
        }
    }

    /// The same by reading the values of every document that is admitted.
    async fn facet_by_reading(&self, place: &Place, query: &FacetQuery, name: &str) -> Result<FacetCounts> {
        let exists = Filter::Exists(query.field.field());
        let having = Filter::All(query.filter.clone().into_iter().chain([exists]).collect());
        let Some(filter) = Self::filter(place, Some(&having), &query.reader) else {
            return self.state(place).await.map(|_| FacetCounts::NOTHING);
        };
        let mut counts: HashMap<String, u64> = HashMap::new();
        let mut offset = None;
        loop {
            let (page, next) =
                self.store.scroll_field(place, filter.clone(), offset, name, READ_PAGE).await?;
            for found in page {
                let Some(Kind::ListValue(words)) = found.payload.get(name).and_then(|held| held.kind.clone())
                else {
                    continue;
                };
                for word in words.values {
                    if let Some(Kind::StringValue(word)) = word.kind {
                        *counts.entry(word).or_default() += 1;
                    }
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

fn count(word: String, documents: u64) -> Result<FacetCount> {
    let value = FacetValue::of_word(word).ok_or_else(|| fault::corrupt("a word is no value"))?;
    Ok(FacetCount { value, documents })
}
