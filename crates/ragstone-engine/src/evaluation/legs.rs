//! What each leg of a search found, kept so that ways of fusing can be compared without searching again.

use std::collections::{BTreeMap, HashMap};

use ragstone_core::answer::Leg;

use super::Run;
use crate::search::fusion::{Scale, share};

/// A passage that a leg found.
#[derive(Clone, Debug, PartialEq)]
pub struct LegHit {
    /// Document that it is of.
    pub document: String,
    /// Place of its first byte in the document, which tells the passages of a document apart.
    pub start: usize,
    /// Score in the leg's own scale.
    pub score: f32,
}

/// What both legs found for one query, each best first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryLegs {
    /// By shared words.
    pub keyword: Vec<LegHit>,
    /// By meaning.
    pub semantic: Vec<LegHit>,
}

/// What both legs found, by query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Legs {
    /// By the id of the query.
    pub queries: BTreeMap<String, QueryLegs>,
}

impl Legs {
    /// The run of one leg: documents by their best passage.
    pub fn run(&self, leg: Leg) -> Run {
        self.ranked(|legs| {
            let hits = legs.of(leg).iter();
            hits.map(|hit| (hit.document.as_str(), hit.score)).collect()
        })
    }

    /// The run of both legs, fused passage by passage as a hybrid search does, with a share for meaning from 0 to 1.
    pub fn fused(&self, weight: f32) -> Run {
        self.ranked(|legs| legs.fused(weight))
    }

    fn ranked<'a>(&'a self, passages: impl Fn(&'a QueryLegs) -> Vec<(&'a str, f32)>) -> Run {
        let mut run = Run::default();
        for (query, legs) in &self.queries {
            let mut best: HashMap<&str, f32> = HashMap::new();
            for (document, score) in passages(legs) {
                best.entry(document).and_modify(|least| *least = least.max(score)).or_insert(score);
            }
            run.insert(
                query,
                best.into_iter().map(|(document, score)| (document.to_owned(), score)).collect(),
            );
        }
        run
    }
}

impl QueryLegs {
    fn of(&self, leg: Leg) -> &[LegHit] {
        match leg {
            Leg::Keyword => &self.keyword,
            Leg::Semantic => &self.semantic,
        }
    }

    fn fused(&self, weight: f32) -> Vec<(&str, f32)> {
        let mut fused: HashMap<(&str, usize), f32> = HashMap::new();
        for leg in [Leg::Keyword, Leg::Semantic] {
            let hits = self.of(leg);
            let scale = Scale::of(hits.iter().map(|hit| hit.score));
            for hit in hits {
                let place = (hit.document.as_str(), hit.start);
                *fused.entry(place).or_default() += share(leg, weight) * scale.place(hit.score);
            }
        }
        fused.into_iter().map(|((document, _), score)| (document, score)).collect()
    }
}
