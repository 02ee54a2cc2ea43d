//! From values and categories to what can be seen.

use std::collections::HashMap;

use crate::error::{GraphError, Result};
use crate::layout::positions::{one_each, real};
use crate::picture::colour::{Colour, category, viridis};

/// How a range of values is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ValueScale))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ValueScale"))]
pub enum Scale {
    /// In proportion.
    #[default]
    Linear,
    /// By logarithms; values of 0 and below lie with the least that is above 0.
    Logarithmic,
    /// By rank: equal values at one place, all others at equal distances.
    Ranks,
}

/// A number for each vertex, such as a centrality.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Values {
    /// What the legend calls it.
    pub name: String,
    /// One for each vertex; NaN where there is none.
    pub values: Vec<f64>,
    /// How they are spread.
    pub scale: Scale,
}

/// A category for each vertex, such as a community.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Categories {
    /// What the legend calls it.
    pub name: String,
    /// One for each vertex; an empty one is none.
    pub categories: Vec<String>,
}

/// Values as parts of their range.
pub(crate) struct Ranged {
    /// From 0 to 1; `None` where there is no value.
    pub(crate) parts: Vec<Option<f64>>,
    /// The least and the greatest value, and the one that lies half way.
    pub(crate) marks: Option<[f64; 3]>,
}

impl Values {
    pub(crate) fn ranged(&self, vertices: usize) -> Result<Ranged> {
        one_each("values", self.values.len(), vertices)?;
        if let Some(value) = self.values.iter().find(|value| value.is_infinite()) {
            let (option, found) = ("values", value.to_string());
            return Err(GraphError::OutOfRange {
                option,
                found,
                expected: "finite numbers, or NaN for none",
            });
        }
        let mut sorted: Vec<f64> = self.values.iter().copied().filter(|value| !value.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted.dedup();
        let (Some(&least), Some(&most)) = (sorted.first(), sorted.last()) else {
            return Ok(Ranged { parts: vec![None; vertices], marks: None });
        };
        let positive = sorted.iter().copied().find(|&value| value > 0.0).unwrap_or(1.0);
        let height = |value: f64| match self.scale {
            Scale::Linear => value / 2.0,
            Scale::Logarithmic => value.max(positive).ln(),
            Scale::Ranks => real(sorted.partition_point(|&other| other < value)),
        };
        let (low, high) = (height(least), height(most));
        let part = |value: f64| if high > low { (height(value) - low) / (high - low) } else { 0.5 };
        let half =
            sorted.iter().copied().min_by(|&a, &b| (part(a) - 0.5).abs().total_cmp(&(part(b) - 0.5).abs()));
        let middle = match self.scale {
            Scale::Linear => f64::midpoint(least, most),
            Scale::Logarithmic if least > 0.0 => f64::midpoint(low, high).exp(),
            Scale::Logarithmic | Scale::Ranks => half.unwrap_or(least),
        };
        let parts = self.values.iter().map(|&value| (!value.is_nan()).then(|| part(value))).collect();
        Ok(Ranged { parts, marks: Some([least, middle, most]) })
    }
}

/// Colours by category, and how the legend explains them.
pub(crate) struct Coloured {
    pub(crate) colours: Vec<Colour>,
    /// Categories with a colour of their own, the most frequent first, and how many vertices each has.
    pub(crate) listed: Vec<(String, Colour, usize)>,
    /// How many categories have no colour of their own, and how many vertices they have.
    pub(crate) others: (usize, usize),
}

impl Categories {
    pub(crate) fn coloured(&self, vertices: usize) -> Result<Coloured> {
        one_each("categories", self.categories.len(), vertices)?;
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for name in self.categories.iter().filter(|name| !name.is_empty()) {
            *counts.entry(name).or_default() += 1;
        }
        let mut order: Vec<(&str, usize)> = counts.into_iter().collect();
        order.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let with_colour = order.iter().enumerate().map_while(|(number, &(name, count))| {
            category(number).map(|colour| (name.to_owned(), colour, count))
        });
        let listed: Vec<(String, Colour, usize)> = with_colour.collect();
        let rest = &order[listed.len()..];
        let others = (rest.len(), rest.iter().map(|pair| pair.1).sum());
        let colour_of: HashMap<&str, Colour> =
            listed.iter().map(|(name, colour, _)| (name.as_str(), *colour)).collect();
        let colour = |name: &String| colour_of.get(name.as_str()).copied().unwrap_or(Colour::GREY);
        Ok(Coloured { colours: self.categories.iter().map(colour).collect(), listed, others })
    }
}

impl Ranged {
    pub(crate) fn colours(&self) -> Vec<Colour> {
        self.parts.iter().map(|part| part.map_or(Colour::GREY, viridis)).collect()
    }
}

/// A radius between two, so that areas are in proportion.
pub(crate) fn radius(part: f64, least: f64, most: f64) -> f64 {
    (least * least + (most * most - least * least) * part).sqrt()
}

/// A number with three digits that count.
pub(crate) fn short(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let size = number.abs();
    if !(1e-3..1e6).contains(&size) {
        return format!("{number:.2e}");
    }
    if size >= 100.0 || number.fract() == 0.0 {
        return format!("{number:.0}");
    }
    let digits = if size >= 10.0 {
        1
    } else if size >= 1.0 {
        2
    } else if size >= 0.1 {
        3
    } else if size >= 0.01 {
        4
    } else {
        5
    };
    format!("{number:.digits$}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(values: &[f64], scale: Scale) -> Vec<Option<f64>> {
        let values = Values { name: String::new(), values: values.to_vec(), scale };
        values.ranged(values.values.len()).unwrap().parts
    }

    #[test]
    fn values_spread_over_the_range() {
        assert_eq!(parts(&[2.0, 4.0, f64::NAN, 3.0], Scale::Linear), [Some(0.0), Some(1.0), None, Some(0.5)]);
        assert_eq!(parts(&[0.0, 1.0, 10.0, 100.0], Scale::Logarithmic), [0.0, 0.0, 0.5, 1.0].map(Some));
        assert_eq!(parts(&[5.0, 1000.0, 5.0, 6.0], Scale::Ranks), [0.0, 1.0, 0.0, 0.5].map(Some));
        assert_eq!(parts(&[7.0, 7.0], Scale::Linear), [Some(0.5); 2]);
        assert_eq!(parts(&[f64::NAN], Scale::Ranks), [None]);
        assert_eq!(parts(&[-f64::MAX, f64::MAX], Scale::Linear), [Some(0.0), Some(1.0)]);
    }

    #[test]
    fn infinite_and_missing_values_are_refused() {
        let values = |values| Values { values, ..Values::default() };
        assert!(values(vec![f64::INFINITY]).ranged(1).is_err());
        assert!(values(vec![1.0]).ranged(2).is_err());
    }

    #[test]
    fn most_frequent_categories_have_colours() {
        let name =
            |index: usize| if index < 30 { format!("c{}", index % 2) } else { format!("rare {index}") };
        let categories = Categories { name: String::new(), categories: (0..50).map(name).collect() };
        let found = categories.coloured(50).unwrap();
        assert_eq!(found.listed.len(), 12);
        assert_eq!(found.listed[1].0, "c1");
        assert_eq!(found.others, (10, 10));
        assert_eq!(found.colours[49], Colour::GREY);
        assert_ne!(found.colours[0], found.colours[1]);
    }

    #[test]
    fn numbers_have_three_digits() {
        let shown: Vec<String> = [0.0, 3.0, 12.345, 1234.5, 0.012_34, 1e-9, 0.5].map(short).into();
        assert_eq!(shown, ["0", "3", "12.3", "1234", "0.0123", "1.00e-9", "0.5"]);
    }
}
