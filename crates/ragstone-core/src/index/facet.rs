//! The question for the values of a field.

use super::IndexTarget;
use crate::access::Reader;
use crate::error::{Error, Result};
use crate::facet::{FacetCount, FacetField};
use crate::filter::Filter;

/// A question for the values of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetQuery {
    /// Where to look.
    pub target: IndexTarget,
    /// Whose values are counted.
    pub field: FacetField,
    /// Which documents are counted.
    pub filter: Option<Filter>,
    /// Who asks: documents that their access lists keep from the reader are not there.
    pub reader: Reader,
    /// Most values; at least 1.
    pub limit: usize,
}

impl FacetQuery {
    /// Refuses what no index is to answer.
    ///
    /// A limit of 0 is `InvalidArgument`.
    pub fn check(&self) -> Result<()> {
        if self.limit == 0 {
            return Err(Error::invalid("limit", "must be at least 1"));
        }
        Ok(())
    }
}

/// Values of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetCounts {
    /// Those of most documents first, then in their order.
    pub counts: Vec<FacetCount>,
    /// Whether there are no other values.
    pub is_whole: bool,
}

impl FacetCounts {
    /// What there is to say where no document is admitted.
    pub const NOTHING: Self = Self { counts: Vec::new(), is_whole: true };

    /// The first of these counts, which are those of different values in any order, and all where they are fewer than
    /// `limit`.
    pub fn first(mut counts: Vec<FacetCount>, limit: usize) -> Self {
        counts.sort_unstable_by(FacetCount::by_rank);
        let is_whole = counts.len() <= limit;
        counts.truncate(limit);
        Self { counts, is_whole }
    }
}
