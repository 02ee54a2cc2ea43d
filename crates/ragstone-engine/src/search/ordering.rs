//! From candidates to hits: factors, the least score, quotas of documents, diversity, the limit.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use ragstone_core::explanation::Cuts;
use ragstone_core::query::SourceWeight;
use ragstone_core::{SearchOptions, SearchQuery, Timestamp};

use super::candidates::{Candidate, Quota};
use super::diversity;

/// What age cannot take from a score: an old document that fits is still found.
const LEAST_RECENCY: f32 = 0.1;
const MILLIS_OF_MINUTE: i64 = 60_000;
const MILLIS_OF_DAY: f32 = 86_400_000.0;

/// Orders what the query admits, and counts what it cuts; `now` is what ages are measured from.
pub(super) fn ordered(
    mut candidates: Vec<Candidate>,
    query: &SearchQuery,
    now: Timestamp,
    cuts: &mut Cuts,
) -> Vec<Candidate> {
    let options = query.options();
    if options.reorders() {
        for candidate in &mut candidates {
            weigh(candidate, options, now);
        }
        candidates.sort_by(best_first);
    }
    if let Some(least) = options.min_score {
        let all = candidates.len();
        candidates.retain(|candidate| candidate.fused.hit.score >= least);
        cuts.below_min_score += all - candidates.len();
    }
    let plain = in_order(&candidates, query);
    let places = match options.diversity {
        Some(weight) => diversity::places(&candidates, query, weight),
        None => plain.clone(),
    };
    count_cuts(&candidates, query, (plain.as_slice(), places.as_slice()), cuts);
    let mut slots: Vec<Option<Candidate>> = candidates.into_iter().map(Some).collect();
    places.into_iter().filter_map(|place| slots.get_mut(place).and_then(Option::take)).collect()
}

/// The minute that ages are measured from, so that an answer can be kept as long as it lasts.
pub(super) const fn minute(now: Timestamp) -> Timestamp {
    let millis = now.as_millis();
    Timestamp::from_millis(millis - millis.rem_euclid(MILLIS_OF_MINUTE))
}

fn best_first(left: &Candidate, right: &Candidate) -> Ordering {
    let (left, right) = (&left.fused.hit, &right.fused.hit);
    right.score.total_cmp(&left.score).then_with(|| left.chunk.cmp(&right.chunk))
}

// ---- Factors ----

fn weigh(candidate: &mut Candidate, options: &SearchOptions, now: Timestamp) {
    let document = &candidate.passage.document;
    candidate.recency = options.half_life_days.map(|days| recency(document.updated_at, now, days));
    let has_weights = !options.source_weights.is_empty();
    candidate.source_weight =
        has_weights.then(|| source_weight(&options.source_weights, document.source.as_str()));
    let factor = candidate.recency.unwrap_or(1.0) * candidate.source_weight.unwrap_or(1.0);
    candidate.fused.hit.score *= factor;
}

/// Half after each half-life, but never below [`LEAST_RECENCY`]; 1 for what is not older than `now`.
#[expect(clippy::cast_precision_loss, reason = "an age in milliseconds need not be exact")]
fn recency(updated_at: Timestamp, now: Timestamp, half_life_days: f32) -> f32 {
    let age = now.as_millis().saturating_sub(updated_at.as_millis()).max(0);
    let half_lives = age as f32 / MILLIS_OF_DAY / half_life_days;
    0.5_f32.powf(half_lives).max(LEAST_RECENCY)
}

/// The weight of the longest prefix that fits; 1 where none does.
fn source_weight(weights: &[SourceWeight], source: &str) -> f32 {
    let fitting = weights.iter().filter(|weight| source.starts_with(&weight.prefix));
    fitting.max_by_key(|weight| weight.prefix.len()).map_or(1.0, |weight| weight.weight)
}

// ---- Places ----

/// Places of the candidates that are hits, best first.
fn in_order(candidates: &[Candidate], query: &SearchQuery) -> Vec<usize> {
    let mut quota = Quota::of(query);
    let admitted = candidates.iter().enumerate().filter(|(_, candidate)| quota.take(candidate.document()));
    admitted.map(|(place, _)| place).take(query.limit() as usize).collect()
}

/// Says why the candidates without a place have none; those of `plain` would have one without diversity.
fn count_cuts(
    candidates: &[Candidate],
    query: &SearchQuery,
    (plain, places): (&[usize], &[usize]),
    cuts: &mut Cuts,
) {
    let mut quota = Quota::of(query);
    let (plain, places): (BTreeSet<_>, BTreeSet<_>) = (plain.iter().collect(), places.iter().collect());
    for (place, candidate) in candidates.iter().enumerate() {
        if places.contains(&place) {
            quota.take(candidate.document());
        }
    }
    for (place, candidate) in candidates.iter().enumerate().filter(|(place, _)| !places.contains(place)) {
        let cut = if !quota.has_room(candidate.document()) {
            &mut cuts.beyond_per_document
        } else if plain.contains(&place) {
            &mut cuts.too_alike
        } else {
            &mut cuts.beyond_limit
        };
        *cut += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    #[test]
    fn age_halves_and_has_a_floor() {
        let now = Timestamp::from_millis(1000 * DAY);
        let at = |days: i64| recency(Timestamp::from_millis((1000 - days) * DAY), now, 10.0);
        assert!((at(0) - 1.0).abs() < 1e-6);
        assert!((at(10) - 0.5).abs() < 1e-6);
        assert!((at(20) - 0.25).abs() < 1e-6);
        assert!((at(900) - LEAST_RECENCY).abs() < 1e-6);
        assert!((at(-5) - 1.0).abs() < 1e-6, "a clock that was wrong makes nothing better than new");
    }

    #[test]
    fn longest_prefix_counts() {
        let weight = |prefix: &str, weight: f32| SourceWeight { prefix: prefix.to_owned(), weight };
        let weights = [weight("file:///a/", 2.0), weight("file:///a/old/", 0.5), weight("text:", 0.0)];
        for (source, expected) in
            [("file:///a/x.md", 2.0), ("file:///a/old/x.md", 0.5), ("text:n", 0.0), ("file:///b", 1.0)]
        {
            assert!((source_weight(&weights, source) - expected).abs() < 1e-6, "{source}");
        }
    }

    #[test]
    fn minutes_begin_at_their_first_millisecond() {
        for (millis, start) in [(0, 0), (59_999, 0), (60_000, 60_000), (-1, -60_000)] {
            assert_eq!(minute(Timestamp::from_millis(millis)), Timestamp::from_millis(start));
        }
    }
}
