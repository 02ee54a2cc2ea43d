//! How much there is of something from year to year.

use crate::error::{GraphError, Result};
use crate::number::real;

/// Years from the first to the last that are accepted.
const MAX_YEARS: i64 = 10_000;

/// Sums by year with the line through them.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// Each year from the first to the last with its sum, also where that is 0.
    pub years: Vec<(i32, f64)>,
    /// Mean sum of a year.
    pub mean: f64,
    /// By how much the sum grows in a year on the line of least squares; 0 for a single year.
    pub slope: f64,
    /// `slope` as a part of `mean`; 0 if that is 0.
    pub growth: f64,
}

/// Adds up amounts by their years, such as 1 for a paper, or its citations. Empty without amounts.
///
/// [`GraphError::OutOfRange`] for amounts that are not finite and for years more than 10,000 apart. O(n + years).
pub fn trend(amounts: &[(i32, f64)]) -> Result<Trend> {
    let refuse = |option, found: String, expected| Err(GraphError::OutOfRange { option, found, expected });
    if let Some((_, amount)) = amounts.iter().find(|(_, amount)| !amount.is_finite()) {
        return refuse("amount", amount.to_string(), "a finite number");
    }
    let first = amounts.iter().map(|&(year, _)| year).min().unwrap_or(0);
    let last = amounts.iter().map(|&(year, _)| year).max().unwrap_or(-1);
    if i64::from(last) - i64::from(first) >= MAX_YEARS {
        return refuse("years", format!("from {first} to {last}"), "less than 10,000 apart");
    }
    let mut years: Vec<(i32, f64)> = (first..=last).map(|year| (year, 0.0)).collect();
    for &(year, amount) in amounts {
        if let Some(sum) = usize::try_from(year - first).ok().and_then(|place| years.get_mut(place)) {
            sum.1 += amount;
        }
    }
    let count = real(years.len());
    let mean = if years.is_empty() { 0.0 } else { years.iter().map(|year| year.1).sum::<f64>() / count };
    let middle = (count - 1.0) / 2.0;
    let (mut products, mut squares) = (0.0, 0.0);
    for (place, (_, sum)) in years.iter().enumerate() {
        let distance = real(place) - middle;
        products += distance * (sum - mean);
        squares += distance * distance;
    }
    let slope = if squares > 0.0 { products / squares } else { 0.0 };
    let growth = if mean == 0.0 { 0.0 } else { slope / mean };
    Ok(Trend { years, mean, slope, growth })
}
