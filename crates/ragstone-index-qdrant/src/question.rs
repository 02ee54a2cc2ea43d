//! What is looked for in the form that Qdrant takes, and the exact scores of what it finds.

use std::collections::HashMap;

use qdrant_client::qdrant::query::Variant;
use qdrant_client::qdrant::{
    DenseVector as WireDense, Query, SearchParams, SparseVector as WireSparse, VectorInput, VectorsOutput,
    vector_input,
};
use ragstone_core::index::rounding::{exact_score, single};
use ragstone_core::index::{Accuracy, DenseVector, Likeness, SparseVector};

use crate::point;
use crate::slot::View;

/// What Qdrant is asked.
pub(crate) struct Question {
    /// What orders the points.
    pub(crate) query: Query,
    /// Vector that the query is for.
    pub(crate) using: &'static str,
    /// How the points are looked for; the server's default where `None`.
    pub(crate) params: Option<SearchParams>,
    scorer: Scorer,
}

/// How a chunk is scored without Qdrant.
enum Scorer {
    /// Weights by term.
    Terms(HashMap<u32, f64>),
    Direction(DenseVector),
}

impl Question {
    /// The question, by the weights of a view that knows its terms; `None` where no chunk can answer it.
    pub(crate) fn of(likeness: &Likeness, view: &View) -> Option<Self> {
        match likeness {
            Likeness::Keyword(keyword) => {
                let weights = weigh(keyword, view);
                (!weights.is_empty()).then(|| Self::by_terms(weights))
            }
            Likeness::Dense(vector, accuracy) => Some(Self::by_direction(vector, *accuracy)),
        }
    }

    fn by_terms(weights: Vec<(u32, f64)>) -> Self {
        let vector = WireSparse {
            indices: weights.iter().map(|(term, _)| *term).collect(),
            values: weights.iter().map(|(_, weight)| single(*weight)).collect(),
        };
        Self {
            query: nearest(vector_input::Variant::Sparse(vector)),
            using: point::KEYWORD_VECTOR,
            params: None,
            scorer: Scorer::Terms(weights.into_iter().collect()),
        }
    }

    fn by_direction(vector: &DenseVector, accuracy: Accuracy) -> Self {
        let exact = SearchParams { exact: Some(true), ..SearchParams::default() };
        Self {
            query: nearest(vector_input::Variant::Dense(WireDense { data: vector.values().to_vec() })),
            using: point::DENSE_VECTOR,
            params: (accuracy == Accuracy::Exact).then_some(exact),
            scorer: Scorer::Direction(vector.clone()),
        }
    }

    /// Score of a stored point by double precision, so that the order of Qdrant's additions does not show.
    pub(crate) fn score(&self, held: Option<&VectorsOutput>) -> f32 {
        match &self.scorer {
            Scorer::Terms(weights) => exact_score(point::terms(held), weights),
            Scorer::Direction(vector) => vector.cosine_of(&point::direction(held)),
        }
    }
}

/// Multiplies weights by what the view says of their terms.
fn weigh(keyword: &SparseVector, view: &View) -> Vec<(u32, f64)> {
    let factors: HashMap<u32, f64> = view.weights.iter().copied().collect();
    keyword
        .iter()
        .filter_map(|(term, weight)| Some((term, f64::from(weight) * factors.get(&term)?)))
        .collect()
}

fn nearest(vector: vector_input::Variant) -> Query {
    Query { variant: Some(Variant::Nearest(VectorInput { variant: Some(vector) })) }
}
