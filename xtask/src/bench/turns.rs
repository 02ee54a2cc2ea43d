//! Programs that are asked the same in turns, so that a machine that slows down slows all of them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::contestant::{Answer, Contestant};
use super::report::Measurement;

/// Rounds that count; one before them warms up.
pub(super) const ROUNDS: usize = 5;
/// Hits of each query.
const LIMIT: usize = 10;

/// A program, and what stands for it in figures, by leg.
pub(super) struct Seat {
    pub(super) program: Contestant,
    pub(super) legs: Vec<(&'static str, String)>,
}

/// What is asked.
pub(super) struct Plan<'a> {
    /// Before the name of each figure.
    pub(super) label: String,
    pub(super) legs: &'a [&'static str],
    /// Queries of a round.
    pub(super) queries: usize,
    /// Whether each round has queries of its own.
    pub(super) has_fresh_queries: bool,
    /// Exact neighbours of each query, for the legs by vectors alone.
    pub(super) exact: &'a [Vec<u64>],
}

/// Figures of one round.
#[derive(Debug, Clone, PartialEq)]
struct Round {
    percentiles: [f64; 3],
    per_second: f64,
    recall: Option<f64>,
}

/// Asks every seat for every leg that it has; the medians over the rounds, and how the others compare with the first.
pub(super) fn take(plan: &Plan<'_>, seats: &mut [Seat]) -> Result<Vec<Measurement>> {
    let mut rounds: BTreeMap<(usize, usize), Vec<Round>> = BTreeMap::new();
    for number in 0..=ROUNDS {
        let first = if plan.has_fresh_queries { number * plan.queries } else { 0 };
        for (place, leg) in plan.legs.iter().enumerate() {
            for (seat, Seat { program, legs }) in seats.iter_mut().enumerate() {
                if legs.iter().all(|(known, _)| known != leg) {
                    continue;
                }
                let answer = program.ask(leg, first, plan.queries)?;
                let exact = plan.exact.get(first..first + plan.queries).filter(|_| is_by_vector(leg));
                if number > 0 {
                    rounds.entry((place, seat)).or_default().push(Round::of(&answer, exact)?);
                }
            }
        }
    }
    Ok(figures(plan, seats, &rounds))
}

fn figures(
    plan: &Plan<'_>,
    seats: &[Seat],
    rounds: &BTreeMap<(usize, usize), Vec<Round>>,
) -> Vec<Measurement> {
    let mut found = Vec::new();
    for (place, leg) in plan.legs.iter().enumerate() {
        let mut first = None;
        for (seat, Seat { legs, .. }) in seats.iter().enumerate() {
            let Some((rounds, (_, who))) =
                rounds.get(&(place, seat)).zip(legs.iter().find(|(known, _)| known == leg))
            else {
                continue;
            };
            let named = format!("{}{leg}, {who}", plan.label);
            found.extend(Round::figures(&named, rounds));
            let p50 = median(rounds.iter().map(|round| round.percentiles[0]));
            match first {
                None => first = Some(p50),
                Some(own) => found.push(figure(&named, "p50 of Ragstone's", p50 / own, "x")),
            }
        }
    }
    found
}

fn is_by_vector(leg: &str) -> bool {
    ["semantic", "exact"].contains(&leg)
}

impl Round {
    fn of(answer: &Answer, exact: Option<&[Vec<u64>]>) -> Result<Self> {
        let mut times = answer.ms.clone();
        times.sort_by(f64::total_cmp);
        let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
        let percentiles = [50, 95, 99].map(|percent| at(percent).copied().unwrap_or_default());
        let count = f64::from(u32::try_from(times.len()).context("a round is too long")?);
        let recall = exact.map(|exact| {
            let hits = answer.found.iter().zip(exact).map(|(found, exact)| {
                let exact = exact.get(..LIMIT.min(exact.len())).unwrap_or_default();
                found.iter().take(LIMIT).filter(|found| exact.contains(found)).count()
            });
            let hits = u32::try_from(hits.sum::<usize>()).context("a round is too long")?;
            Ok::<_, anyhow::Error>(f64::from(hits) / count / 10.0)
        });
        let per_second = count / times.iter().sum::<f64>() * 1000.0;
        Ok(Self { percentiles, per_second, recall: recall.transpose()? })
    }

    fn figures(named: &str, rounds: &[Self]) -> Vec<Measurement> {
        let mut found = Vec::new();
        for (place, what) in ["p50", "p95", "p99"].into_iter().enumerate() {
            let values = rounds.iter().filter_map(|round| round.percentiles.get(place).copied());
            found.push(figure(named, what, median(values), "ms"));
        }
        let rate = median(rounds.iter().map(|round| round.per_second));
        found.push(figure(named, "one after the other", rate, "searches/s"));
        let recalls: Vec<f64> = rounds.iter().filter_map(|round| round.recall).collect();
        if !recalls.is_empty() {
            found.push(figure(named, "recall@10", median(recalls.into_iter()), "of 1"));
        }
        found
    }
}

fn figure(named: &str, what: &str, value: f64, unit: &str) -> Measurement {
    Measurement { name: format!("{named}: {what}"), value, unit: unit.to_owned() }
}

pub(super) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_have_percentiles_rate_and_recall() {
        let ms = (1..=100).rev().map(f64::from).collect();
        let found = vec![(0..10).collect(); 100];
        let exact: Vec<Vec<u64>> = vec![(5..15).collect(); 100];
        let round = Round::of(&Answer { ms, found }, Some(&exact)).unwrap();
        assert_eq!(round.percentiles.map(|ms| ms.to_string()), ["51", "96", "100"]);
        assert_eq!(round.recall, Some(0.5));
        assert!((round.per_second - 100.0 / 5.05).abs() < 1e-9, "{round:?}");
    }

    #[test]
    fn figures_are_medians_over_rounds() {
        let rounds = [3.0, 1.0, 2.0].map(|ms| Round {
            percentiles: [ms, ms, ms],
            per_second: 1000.0 / ms,
            recall: None,
        });
        let figures = Round::figures("keyword, x", &rounds);
        let shown: Vec<_> = figures.iter().map(|figure| (figure.name.as_str(), figure.value)).collect();
        assert_eq!(shown[0], ("keyword, x: p50", 2.0));
        assert_eq!(shown[3], ("keyword, x: one after the other", 500.0));
        assert_eq!(shown.len(), 4);
    }
}
