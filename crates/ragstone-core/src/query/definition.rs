//! A search as it is written, before it is checked.

use super::{SearchMode, SearchOptions, SearchQuery};
use crate::detail::Detail;
use crate::error::Result;
use crate::facet::FacetField;
use crate::filter::Filter;
use crate::id::CollectionName;

/// Everything that a search asks, as it is written: what can be kept and asked again.
///
/// The write that a search waits for is not part of it: that belongs to one time of asking.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchDefinition {
    /// Query text.
    pub text: String,
    /// Collections to search; empty means all.
    pub collections: Vec<CollectionName>,
    /// Condition on the documents.
    pub filter: Option<String>,
    /// Most hits.
    pub limit: u32,
    /// Legs that look for hits.
    pub mode: SearchMode,
    /// How much of each hit is shown.
    pub detail: Detail,
    /// Choices beyond what is looked for.
    pub options: SearchOptions,
    /// Whether an explanation is asked for.
    pub is_explained: bool,
    /// Fields whose values are counted beside the hits.
    pub facets: Vec<FacetField>,
}

impl SearchDefinition {
    /// Checks everything that decides about the hits, as [`SearchQuery`] says.
    pub fn query(&self) -> Result<SearchQuery> {
        let filter = self.filter.as_deref().map(Filter::parse).transpose()?;
        let query = SearchQuery::try_new(self.text.as_str(), self.limit)?
            .in_collections(self.collections.clone())?
            .with_options(self.options.clone())?
            .with_filter(filter)
            .with_mode(self.mode);
        Ok(if self.is_explained { query.explained() } else { query })
    }
}
