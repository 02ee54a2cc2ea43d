//! Scores that an engine added up in single precision, and their exact values.
//!
//! An engine may add the products of a score in any order, so that equal scores differ in the last digits.
//! An index that breaks ties by id asks which scores are near, and gives those their exact values.

use std::collections::HashMap;
use std::hash::BuildHasher;

/// How far two scores of an engine may lie apart, relatively, and still be the same sum in another order.
const ROUNDING: f32 = 1e-5;

/// Whether two scores may be the same sum.
fn is_near(left: f32, right: f32) -> bool {
    (left - right).abs() <= ROUNDING * left.abs().max(right.abs())
}

/// Those of some hits, best first, whose scores are near that of a neighbour: their order is not known yet.
pub fn nearly_tied<T>(ranked: &[T], score: impl Fn(&T) -> f32) -> impl Iterator<Item = &T> {
    let scores: Vec<f32> = ranked.iter().map(score).collect();
    let is_near_at = move |position: usize, other: Option<usize>| {
        let pair = scores.get(position).zip(other.and_then(|other| scores.get(other)));
        pair.is_some_and(|(one, other)| is_near(*one, *other))
    };
    let is_tied = move |position: usize| {
        is_near_at(position, position.checked_sub(1)) || is_near_at(position, position.checked_add(1))
    };
    ranked.iter().enumerate().filter(move |(position, _)| is_tied(*position)).map(|(_, hit)| hit)
}

/// Whether it is known which hits are the best `limit`: the last of some more, best first, is not near the last of those.
pub fn is_cut_clear<T>(ranked: &[T], limit: usize, score: impl Fn(&T) -> f32) -> bool {
    let cut = limit.checked_sub(1).and_then(|position| ranked.get(position));
    match (cut, ranked.last()) {
        (Some(cut), Some(last)) => !is_near(score(cut), score(last)),
        _ => true,
    }
}

/// Adds the products of the terms that both sides have, by term, ascending, in double precision.
pub fn exact_score<S: BuildHasher>(
    (terms, values): (Vec<u32>, Vec<f32>),
    weights: &HashMap<u32, f64, S>,
) -> f32 {
    let mut products: Vec<(u32, f64)> = terms
        .into_iter()
        .zip(values)
        .filter_map(|(term, value)| Some((term, f64::from(value) * weights.get(&term)?)))
        .collect();
    products.sort_unstable_by_key(|(term, _)| *term);
    single(products.into_iter().map(|(_, product)| product).sum())
}

/// A weight or a score as the port has it.
#[expect(clippy::cast_possible_truncation, reason = "scores are single precision by the port")]
pub fn single(score: f64) -> f32 {
    score as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_near_a_neighbour_are_tied() {
        let tied = |scores: &[f32]| nearly_tied(scores, |score| *score).copied().collect::<Vec<f32>>();
        let below_two = 2.0 - 1e-6;
        assert_eq!(tied(&[3.0, 2.0, below_two, 1.0, 0.5, 0.5]), [2.0, below_two, 0.5, 0.5]);
        assert!(tied(&[1.0]).is_empty());
        assert!(tied(&[]).is_empty());
    }

    #[test]
    fn a_cut_is_clear_where_what_lies_behind_it_is_worse() {
        let is_clear = |scores: &[f32], limit| is_cut_clear(scores, limit, |score| *score);
        assert!(is_clear(&[3.0, 2.0, 1.0], 2));
        assert!(!is_clear(&[3.0, 2.0, 2.0], 2));
        assert!(is_clear(&[3.0, 2.0, 2.0], 1));
        assert!(is_clear(&[], 5) && is_clear(&[1.0], 5));
    }

    #[test]
    fn the_order_of_terms_does_not_matter() {
        let weights: HashMap<u32, f64> = (0..50).map(|term| (term, 0.1 + f64::from(term))).collect();
        let terms: Vec<u32> = (0..60).collect();
        let values: Vec<f32> = (0..60).map(|term: u16| 1.0 / (1.0 + f32::from(term))).collect();
        let forward = exact_score((terms.clone(), values.clone()), &weights);
        let reversed = (terms.into_iter().rev().collect(), values.into_iter().rev().collect());
        assert_eq!(forward.to_bits(), exact_score(reversed, &weights).to_bits());
    }
}
