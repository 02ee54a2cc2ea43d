//! Hits that differ: maximal marginal relevance over the terms of passages.
//!
//! Likeness is the share of common terms, which needs no vectors, and so means the same in every collection.

use ragstone_core::SearchQuery;

use super::candidates::{Candidate, Quota};
use crate::analyzers::analyzer_of;

/// A candidate that has no place yet.
struct Contender {
    place: usize,
    /// From 0 to 1 for the best.
    relevance: f32,
    /// Ids of its terms, ascending and distinct.
    terms: Vec<u32>,
    /// Likeness to the hit that it is most like.
    likeness: f32,
}

impl Contender {
    fn worth(&self, diversity: f32) -> f32 {
        (1.0 - diversity) * self.relevance - diversity * self.likeness
    }
}

/// Places of the candidates that are hits, in the order in which they are chosen.
///
/// Each is the one with the greatest `(1 - diversity) × relevance - diversity × likeness` to those before it; the
/// earlier of equals. Source: Carbonell and Goldstein, *The Use of MMR*, SIGIR 1998.
/// Costs a comparison of each candidate with each hit.
pub(super) fn places(candidates: &[Candidate], query: &SearchQuery, diversity: f32) -> Vec<usize> {
    let mut quota = Quota::of(query);
    let mut contenders = contenders(candidates);
    let mut places = Vec::new();
    while places.len() < query.limit() as usize
        && let Some(at) = best(&contenders, diversity)
    {
        let chosen = contenders.remove(at);
        let has_room = candidates.get(chosen.place).is_some_and(|one| quota.take(one.document()));
        if !has_room {
            continue;
        }
        for contender in &mut contenders {
            contender.likeness = contender.likeness.max(jaccard(&contender.terms, &chosen.terms));
        }
        places.push(chosen.place);
    }
    places
}

fn contenders(candidates: &[Candidate]) -> Vec<Contender> {
    let greatest = candidates.iter().map(|candidate| candidate.fused.hit.score).fold(0.0, f32::max);
    let contender = |(place, candidate): (usize, &Candidate)| {
        let counts = analyzer_of(&candidate.fused.collection).count(&candidate.passage.text);
        let relevance = if greatest > 0.0 { candidate.fused.hit.score / greatest } else { 0.0 };
        Contender { place, relevance, terms: counts.iter().map(|(id, _)| id).collect(), likeness: 0.0 }
    };
    candidates.iter().enumerate().map(contender).collect()
}

/// Where the contender with the greatest worth stands; the first of equals.
fn best(contenders: &[Contender], diversity: f32) -> Option<usize> {
    let mut best: Option<(usize, f32)> = None;
    for (at, contender) in contenders.iter().enumerate() {
        let worth = contender.worth(diversity);
        if best.is_none_or(|(_, greatest)| worth > greatest) {
            best = Some((at, worth));
        }
    }
    best.map(|(at, _)| at)
}

/// Share of the common members of two ascending lists in all of theirs; 0 where both are empty.
#[expect(clippy::cast_precision_loss, reason = "a passage has far fewer than 2^24 terms")]
fn jaccard(left: &[u32], right: &[u32]) -> f32 {
    let mut others = right.iter().peekable();
    let mut common = 0_usize;
    for term in left {
        while others.next_if(|other| *other < term).is_some() {}
        if others.next_if_eq(&term).is_some() {
            common += 1;
        }
    }
    let all = left.len() + right.len() - common;
    if all == 0 { 0.0 } else { common as f32 / all as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_the_share_of_common_terms() {
        for (left, right, expected) in [
            (&[1, 2, 3][..], &[1, 2, 3][..], 1.0),
            (&[1, 2, 3], &[2, 3, 4], 0.5),
            (&[1, 2], &[3, 4], 0.0),
            (&[], &[1], 0.0),
            (&[], &[], 0.0),
        ] {
            assert!((jaccard(left, right) - expected).abs() < 1e-6, "{left:?} {right:?}");
        }
    }
}
