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
    pub(crate) fn place(self, score: f32) -> f32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(count: u16) -> impl Iterator<Item = f32> {
        (0..count).map(|rank| 10.0 - f32::from(rank) / 100.0)
    }

    #[test]
    fn a_score_does_not_depend_on_how_many_hits_are_asked_for() {
        let (short, long) = (Scale::of(scores(100)), Scale::of(scores(900)));
        for score in scores(900) {
            assert!((short.place(score) - long.place(score)).abs() < 1e-6, "{score}");
        }
    }

    #[test]
    fn what_lies_below_the_hundredth_has_nothing() {
        let scale = Scale::of(scores(101));
        assert!((scale.place(10.0) - 1.0).abs() < 1e-6);
        assert!(scale.place(9.02) > 0.0);
        assert_eq!([scale.place(9.01), scale.place(9.0)].map(|place| place > 1e-5), [false, false]);
    }

    #[test]
    fn equal_scores_are_the_best_and_lower_ones_nothing() {
        let scale = Scale::of(std::iter::repeat_n(3.0, 100).chain([1.0]));
        assert!((scale.place(3.0) - 1.0).abs() < 1e-6);
        assert!(scale.place(1.0).abs() < 1e-6);
    }
}
