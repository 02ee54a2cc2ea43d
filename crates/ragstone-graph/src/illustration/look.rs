//! What sizes, colours, labels and edges of a picture mean.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::analysis::{Analysis, AnalysisError, Subject, choices, column, parameters, text};
use crate::number;
use crate::picture::{
    Arrows, Categories, Colour, Colours, EdgeColour, EdgeStyle, Labels, Scale, Sizes, Values, Widths,
};
use crate::watch::Watch;

/// Where a value for each node comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ValueSource {
    /// From an attribute of the nodes.
    Attribute(String),
    /// From an analysis that says something about each node.
    Analysis(Box<Analysis>),
}

/// How large nodes are.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SizeLook {
    /// All alike, as large as their number and distances allow.
    #[default]
    Automatic,
    /// All with this radius in pixels, from 0.5 to 200.
    Radius(f64),
    /// Areas by a number; nodes without one are the smallest.
    Values(ScaledValues),
}

/// Which colours nodes have.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ColourLook {
    /// All blue.
    #[default]
    Automatic,
    /// All this one, as `#rrggbb`.
    One(String),
    /// By a number, from dark violet over green to yellow.
    Values(ScaledValues),
    /// By a category, the most frequent twelve with colours of their own.
    Categories(ValueSource),
}

/// What is written beside nodes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LabelText {
    /// Their keys.
    #[default]
    Key,
    /// An attribute, where they have it.
    Attribute(String),
    /// Nothing.
    None,
}

/// How wide edges are.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EdgeWidth {
    /// All alike, the thinner the more there are.
    #[default]
    Automatic,
    /// All with this width in pixels, from 0.1 to 50.
    Pixels(f64),
    /// By weight.
    Weights,
}

/// Which colour edges have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EdgeColourLook {
    /// A grey that suits the background.
    #[default]
    Neutral,
    /// This one, as `#rrggbb`.
    One(String),
    /// The mean of both ends' colours.
    Ends,
}

choices! {
    /// Whether edges have arrowheads.
    pub enum ArrowChoice {
        /// At the targets of directed graphs.
        #[default]
        Automatic,
        /// Nowhere.
        Hidden,
    }
}

parameters! {
    /// Numbers of nodes, and how they are spread.
    pub struct ScaledValues {
        /// Where the numbers come from.
        pub from: ValueSource,
        /// How they are spread.
        #[serde(default)]
        pub scale: Scale,
    }

    /// Labels of nodes.
    #[serde(default)]
    pub struct LabelLook {
        /// What is written.
        pub text: LabelText,
        /// Which labels find a place first: those of higher numbers; by default those of larger nodes.
        pub importance: Option<ValueSource>,
        /// Size of the font in pixels, from 4 to 100.
        pub size: f64,
        /// Most labels.
        pub most: usize,
    }

    /// How edges look.
    #[derive(Default)]
    #[serde(default)]
    pub struct EdgeLook {
        /// How wide.
        pub widths: EdgeWidth,
        /// Which colour.
        pub colour: EdgeColourLook,
        /// From 0 to 1; the lighter the more edges there are by default.
        pub opacity: Option<f64>,
        /// Whether arrowheads are drawn.
        pub arrows: ArrowChoice,
    }
}

impl Default for LabelLook {
    fn default() -> Self {
        let Labels { size, most, .. } = Labels::default();
        Self { text: LabelText::default(), importance: None, size, most }
    }
}

/// What values are taken from.
pub(super) struct Source<'a> {
    pub(super) subject: &'a dyn Subject,
    pub(super) watch: &'a Watch,
    pub(super) count: usize,
}

impl ValueSource {
    /// What a legend calls the values.
    fn name(&self) -> &str {
        match self {
            Self::Attribute(name) => name,
            Self::Analysis(analysis) => analysis.descriptor().title,
        }
    }

    pub(super) fn column(
        &self,
        parameter: &'static str,
        source: &Source<'_>,
    ) -> Result<Vec<Value>, AnalysisError> {
        match self {
            Self::Attribute(name) => column(source.subject, parameter, name),
            Self::Analysis(analysis) => {
                let findings = analysis.run(source.subject, source.watch)?;
                findings.column(source.count).ok_or_else(|| AnalysisError::OutOfRange {
                    parameter,
                    found: analysis.descriptor().name.to_owned(),
                    expected: "an analysis with a value for each node",
                })
            }
        }
    }

    /// A number for each node, NaN where there is none.
    pub(super) fn numbers(
        &self,
        parameter: &'static str,
        source: &Source<'_>,
    ) -> Result<Vec<f64>, AnalysisError> {
        let number = |value: &Value| match value {
            Value::Bool(flag) => f64::from(u8::from(*flag)),
            other => other.as_f64().unwrap_or(f64::NAN),
        };
        let numbers: Vec<f64> = self.column(parameter, source)?.iter().map(number).collect();
        if numbers.iter().all(|number| number.is_nan()) && !numbers.is_empty() {
            let (found, expected) = (self.name().to_owned(), "something that is a number at some node");
            return Err(AnalysisError::OutOfRange { parameter, found, expected });
        }
        Ok(numbers)
    }

    /// A number for each distinct value.
    pub(super) fn groups(
        &self,
        parameter: &'static str,
        source: &Source<'_>,
    ) -> Result<Vec<u32>, AnalysisError> {
        let column = self.column(parameter, source)?;
        let mut numbers = std::collections::HashMap::new();
        let group = |value: &Value| {
            let next = number::vertex(numbers.len());
            *numbers.entry(value.to_string()).or_insert(next)
        };
        Ok(column.iter().map(group).collect())
    }
}

impl ScaledValues {
    fn values(&self, parameter: &'static str, source: &Source<'_>) -> Result<Values, AnalysisError> {
        let values = self.from.numbers(parameter, source)?;
        Ok(Values { name: self.from.name().to_owned(), values, scale: self.scale })
    }
}

impl SizeLook {
    pub(super) fn sizes(&self, source: &Source<'_>) -> Result<Sizes, AnalysisError> {
        Ok(match self {
            Self::Automatic => Sizes::Automatic,
            Self::Radius(radius) => Sizes::Radius(*radius),
            Self::Values(values) => Sizes::Values(values.values("sizes", source)?),
        })
    }
}

impl ColourLook {
    pub(super) fn colours(&self, source: &Source<'_>) -> Result<Colours, AnalysisError> {
        Ok(match self {
            Self::Automatic => Colours::default(),
            Self::One(colour) => Colours::One(parse("colours", colour)?),
            Self::Values(values) => Colours::Values(values.values("colours", source)?),
            Self::Categories(from) => {
                let column = from.column("colours", source)?;
                let categories = column.iter().map(text).collect();
                Colours::Categories(Categories { name: from.name().to_owned(), categories })
            }
        })
    }
}

impl LabelLook {
    pub(super) fn labels(&self, source: &Source<'_>) -> Result<Labels, AnalysisError> {
        let texts = match &self.text {
            LabelText::None => Vec::new(),
            LabelText::Attribute(name) => column(source.subject, "labels", name)?.iter().map(text).collect(),
            LabelText::Key => {
                let key = |place| source.subject.key(number::vertex(place));
                let shown = |place| key(place).map_or_else(String::new, |key| key.borrow().to_string());
                (0..source.count).map(shown).collect()
            }
        };
        let importance = match &self.importance {
            Some(from) => from.numbers("labels", source)?,
            None => Vec::new(),
        };
        Ok(Labels { texts, importance, size: self.size, most: self.most })
    }
}

impl EdgeLook {
    pub(super) fn style(&self) -> Result<EdgeStyle, AnalysisError> {
        Ok(EdgeStyle {
            widths: match self.widths {
                EdgeWidth::Automatic => Widths::Automatic,
                EdgeWidth::Pixels(pixels) => Widths::Pixels(pixels),
                EdgeWidth::Weights => Widths::Weights,
            },
            colour: match &self.colour {
                EdgeColourLook::Neutral => EdgeColour::Neutral,
                EdgeColourLook::One(colour) => EdgeColour::One(parse("edges", colour)?),
                EdgeColourLook::Ends => EdgeColour::Ends,
            },
            opacity: self.opacity,
            arrows: match self.arrows {
                ArrowChoice::Automatic => Arrows::Automatic,
                ArrowChoice::Hidden => Arrows::Hidden,
            },
            bends: Vec::new(),
        })
    }
}

/// A colour from `#rrggbb`.
fn parse(parameter: &'static str, written: &str) -> Result<Colour, AnalysisError> {
    let digits = written.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii());
    let part =
        |place: usize| digits.and_then(|digits| u8::from_str_radix(&digits[place..place + 2], 16).ok());
    match (part(0), part(2), part(4)) {
        (Some(red), Some(green), Some(blue)) => Ok(Colour::new(red, green, blue)),
        _ => Err(AnalysisError::OutOfRange {
            parameter,
            found: format!("{:?}", written.chars().take(20).collect::<String>()),
            expected: "a colour as #rrggbb, such as #2b7bba",
        }),
    }
}
