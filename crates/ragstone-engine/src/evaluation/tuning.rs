//! Choosing among settings without measuring them on the queries they were chosen by.

use super::mean_of;

/// Parts that the queries are dealt into.
pub const FOLDS: usize = 5;

/// What came of choosing, by the place of each candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidation {
    /// Best over all queries.
    pub best: usize,
    /// Best over the other folds, for each fold.
    pub chosen: Vec<usize>,
    /// Mean over all queries, each measured with what the other folds chose.
    pub held_out: f64,
    /// Mean of each candidate over all queries.
    pub means: Vec<f64>,
}

/// Chooses among candidates by [`FOLDS`]-fold cross-validation; `scores` has the value of each query for each one.
///
/// Query `i` is in fold `i % FOLDS`. Of equal candidates the first is taken. `None` without candidates, with fewer
/// queries than folds, or where candidates have different numbers of them.
/// Source: Stone, *Cross-validatory choice and assessment of statistical predictions*, 1974.
pub fn cross_validate(scores: &[Vec<f64>]) -> Option<CrossValidation> {
    let queries = scores.first()?.len();
    if queries < FOLDS || scores.iter().any(|values| values.len() != queries) {
        return None;
    }
    let means = means(scores, |_| true);
    let chosen: Vec<usize> =
        (0..FOLDS).map(|fold| first_best(&self::means(scores, |query| query % FOLDS != fold))).collect();
    let held_out = (0..queries).filter_map(|query| {
        let candidate = *chosen.get(query % FOLDS)?;
        scores.get(candidate)?.get(query).copied()
    });
    Some(CrossValidation { best: first_best(&means), held_out: mean_of(held_out), chosen, means })
}

fn means(scores: &[Vec<f64>], is_taken: impl Fn(usize) -> bool) -> Vec<f64> {
    let taken = |values: &Vec<f64>| {
        let taken = values.iter().enumerate().filter(|(query, _)| is_taken(*query));
        mean_of(taken.map(|(_, value)| *value))
    };
    scores.iter().map(taken).collect()
}

fn first_best(means: &[f64]) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (place, mean) in means.iter().enumerate() {
        if *mean > best.1 {
            best = (place, *mean);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fold_is_measured_with_what_the_others_chose() {
        // The second candidate is good on fold 0 alone, so the other folds choose the first for it.
        let steady = vec![0.5; 10];
        let lucky: Vec<f64> = (0..10).map(|query| if query % FOLDS == 0 { 1.0 } else { 0.4 }).collect();
        let outcome = cross_validate(&[steady, lucky]).expect("can be validated");
        assert_eq!(outcome.chosen, [0, 1, 1, 1, 1]);
        assert_eq!(outcome.best, 1);
        assert!((outcome.held_out - (0.5 + 4.0 * 0.4) / 5.0).abs() < 1e-12, "{}", outcome.held_out);
        assert!((outcome.means[1] - 0.52).abs() < 1e-12);
    }

    #[test]
    fn of_equal_candidates_the_first_is_taken() {
        let outcome = cross_validate(&[vec![0.5; 5], vec![0.5; 5]]).expect("can be validated");
        assert_eq!((outcome.best, outcome.chosen), (0, vec![0; 5]));
    }

    #[test]
    fn too_little_is_not_validated() {
        assert_eq!(cross_validate(&[]), None);
        assert_eq!(cross_validate(&[vec![1.0; 4]]), None);
        assert_eq!(cross_validate(&[vec![1.0; 5], vec![1.0; 6]]), None);
    }
}
