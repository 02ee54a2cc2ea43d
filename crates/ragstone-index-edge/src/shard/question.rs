//! A question in the form that Edge takes, and the exact scores of what it finds.

use std::collections::HashMap;

use qdrant_edge::{
    NamedQuery, QueryEnum, SearchParams, SparseVector as EdgeVector, VectorInternal, VectorStructInternal,
};
use ragstone_core::Result;
use ragstone_core::index::rounding::{exact_score, single};
use ragstone_core::index::{Accuracy, DenseVector, IndexQuery, Likeness};

use super::Shard;
use crate::point;

/// What Edge is asked.
pub(super) struct Question {
    vector: VectorInternal,
    using: &'static str,
    is_exact: bool,
    scorer: Scorer,
}

/// How a chunk is scored without Edge.
enum Scorer {
    /// Weights by term.
    Terms(HashMap<u32, f64>),
    Direction(DenseVector),
}

impl Shard {
    /// The question; `None` where no chunk can answer it.
    pub(super) fn question(&self, query: &IndexQuery) -> Result<Option<Question>> {
        match &query.likeness {
            Likeness::Keyword(keyword) => {
                let statistics = self.statistics();
                let weights: Vec<(u32, f64)> = keyword
                    .iter()
                    .filter_map(|(term, weight)| Some((term, f64::from(weight) * statistics.weight(term)?)))
                    .collect();
                Ok((!weights.is_empty()).then(|| Question::by_terms(weights)))
            }
            Likeness::Dense(vector, accuracy) => {
                vector.check(self.state().schema)?;
                Ok(Some(Question::by_direction(vector, *accuracy)))
            }
        }
    }
}

impl Question {
    fn by_terms(weights: Vec<(u32, f64)>) -> Self {
        let vector = EdgeVector {
            indices: weights.iter().map(|(term, _)| *term).collect(),
            values: weights.iter().map(|(_, weight)| single(*weight)).collect(),
        };
        Self {
            vector: VectorInternal::Sparse(vector),
            using: point::KEYWORD_VECTOR,
            is_exact: false,
            scorer: Scorer::Terms(weights.into_iter().collect()),
        }
    }

    fn by_direction(vector: &DenseVector, accuracy: Accuracy) -> Self {
        Self {
            vector: VectorInternal::Dense(vector.values().to_vec()),
            using: point::DENSE_VECTOR,
            is_exact: accuracy == Accuracy::Exact,
            scorer: Scorer::Direction(vector.clone()),
        }
    }

    pub(super) fn query(&self) -> QueryEnum {
        QueryEnum::Nearest(NamedQuery::new(self.vector.clone(), self.using))
    }

    pub(super) fn params(&self) -> Option<SearchParams> {
        self.is_exact.then(|| SearchParams { exact: true, ..SearchParams::default() })
    }

    /// Score of a stored point by double precision, so that the order of Edge's additions does not show.
    pub(super) fn score(&self, held: Option<VectorStructInternal>) -> f32 {
        match &self.scorer {
            Scorer::Terms(weights) => exact_score(point::terms(held), weights),
            Scorer::Direction(vector) => vector.cosine_of(&point::direction(held).unwrap_or_default()),
        }
    }
}
