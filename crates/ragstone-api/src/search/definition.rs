//! A request as the definition of a search, and back.

use ragstone_core::{CollectionName, Error, SearchDefinition, SearchOptions, SearchQuery, Sequence};

use super::{SearchRequest, SourceWeight};
use crate::facets;

/// Takes everything but the write that the search waits for; what it says is checked when it is asked.
impl TryFrom<SearchRequest> for SearchDefinition {
    type Error = Error;

    fn try_from(request: SearchRequest) -> Result<Self, Error> {
        let options = request.options();
        let facets = facets::fields(&request.facets)?;
        let collections: Result<Vec<_>, Error> =
            request.collections.into_iter().map(CollectionName::try_new).collect();
        Ok(Self {
            text: request.query,
            collections: collections?,
            filter: request.filter,
            limit: request.limit,
            mode: request.mode.into(),
            detail: request.detail.into(),
            options,
            is_explained: request.explain,
            facets,
        })
    }
}

impl From<SearchDefinition> for SearchRequest {
    fn from(search: SearchDefinition) -> Self {
        let options = search.options;
        Self {
            query: search.text,
            collections: search.collections.into_iter().map(String::from).collect(),
            filter: search.filter,
            limit: search.limit,
            mode: search.mode.into(),
            min_sequence: None,
            detail: search.detail.into(),
            min_score: options.min_score,
            per_document: options.per_document,
            diversity: options.diversity,
            recency_half_life_days: options.half_life_days,
            source_weights: options.source_weights.into_iter().map(SourceWeight::from).collect(),
            fusion: options.fusion.into(),
            accuracy: options.accuracy.into(),
            weight: options.weight,
            rerank: options.is_reranked,
            typo_tolerance: options.typo_tolerance,
            explain: search.is_explained,
            facets: search.facets.iter().map(ToString::to_string).collect(),
        }
    }
}

impl TryFrom<SearchRequest> for SearchQuery {
    type Error = Error;

    fn try_from(request: SearchRequest) -> Result<Self, Error> {
        let min_sequence = request.min_sequence.map(Sequence);
        Ok(SearchDefinition::try_from(request)?.query()?.at_least(min_sequence))
    }
}

impl SearchRequest {
    fn options(&self) -> SearchOptions {
        SearchOptions {
            min_score: self.min_score,
            per_document: self.per_document,
            diversity: self.diversity,
            half_life_days: self.recency_half_life_days,
            source_weights: self.source_weights.iter().cloned().map(Into::into).collect(),
            fusion: self.fusion.into(),
            accuracy: self.accuracy.into(),
            weight: self.weight,
            is_reranked: self.rerank,
            typo_tolerance: self.typo_tolerance,
        }
    }
}
