//! One scale for the scores of both legs.

use ragstone_core::answer::Leg;

/// Hits of a leg that its scale is made of, and so the least that a leg is asked for: what one leg ranks low the other
/// may rank high.
pub(crate) const DEPTH: usize = 100;

/// Where the scores of a leg lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    least: f32,
    greatest: f32,
}

impl Scale {
    /// Made of the [`DEPTH`] best scores, so that a score does not depend on how many hits are asked for.
    pub(crate) fn of(scores: impl Iterator<Item = f32>) -> Self {
        let mut scores: Vec<f32> = scores.collect();
        scores.sort_unstable_by(|left, right| right.total_cmp(left));
        scores.truncate(DEPTH);
        let least = scores.last().copied().unwrap_or_default();
        Self { least, greatest: scores.first().copied().unwrap_or_default() }
    }

    /// Keeps the distance of the least to nothing, so that scores which are nearly the same stay so.
    pub(super) fn from_nothing(scores: impl Iterator<Item = f32>) -> Self {
        Self { least: 0.0, ..Self::of(scores) }
    }

    /// From 0 for the least, and for what lies below it, to 1 for the greatest; 1 where they are the same.
    pub(crate) fn place(&self, score: f32) -> f32 {
        let reach = self.greatest - self.least;
        if reach > 0.0 {
            ((score - self.least) / reach).max(0.0)
        } else if score < self.least {
            0.0
        } else {
            1.0
        }
    }
}

/// What part of a score a leg has, with `weight` for meaning.
pub(crate) const fn share(leg: Leg, weight: f32) -> f32 {
    match leg {
        Leg::Keyword => 1.0 - weight,
        Leg::Semantic => weight,
    }
}
