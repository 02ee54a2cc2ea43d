//! The operators of a query text: phrases, exclusions and fields.
//!
//! Whatever only looks like an operator goes on to mean words.

use crate::error::{Error, Result};
use crate::filter::{Field, Filter};
use crate::id::DocumentId;
use crate::metadata::MetadataValue;
use crate::span::ByteSpan;

/// Most phrases, exclusions and fields of one query.
pub const MAX_QUERY_OPERATORS: usize = 32;

/// A query text, taken apart.
///
/// | Written | Means |
/// |---|---|
/// | `"some words"` | a phrase: the passage has these words in this order |
/// | `-word`, `-"some words"` | an exclusion: the passage does not have them |
/// | `tag:rust`, `metadata.year:2020` | a condition on the document; with `-` before it, its opposite |
///
/// An operator begins at the start of a word. A minus counts before a letter or a quotation mark only; a quotation has
/// to end before white space, a mark that ends a clause, or the end of the text; a field has one of the names of
/// [`Field`] and a value without a space between.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryText {
    words: String,
    loose: Vec<ByteSpan>,
    phrases: Vec<String>,
    exclusions: Vec<String>,
    fields: Vec<String>,
    conditions: Vec<Filter>,
}

impl QueryText {
    /// Reads a text; fails with `InvalidArgument` where it has more than [`MAX_QUERY_OPERATORS`], or operators but
    /// nothing to look for.
    pub fn parse(text: &str) -> Result<Self> {
        let mut parsed = Self::default();
        let mut words: Vec<&str> = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (piece, operator) = operator_of(rest).unwrap_or_else(|| (first_word(rest), Operator::Words));
            match operator {
                Operator::Words => {
                    words.push(piece);
                    let start = text.len() - rest.len();
                    parsed.loose.extend(ByteSpan::try_new(start, start + piece.len()));
                }
                Operator::Phrase(phrase) => {
                    words.push(phrase);
                    parsed.phrases.push(phrase.to_owned());
                }
                Operator::Exclusion(excluded) => parsed.exclusions.push(excluded.to_owned()),
                Operator::Condition(condition) => {
                    parsed.fields.push(piece.to_owned());
                    parsed.conditions.push(condition);
                }
            }
            rest = rest.strip_prefix(piece).unwrap_or_default().trim_start();
        }
        match parsed.operators() {
            0 => return Ok(Self::literal(text)),
            1..=MAX_QUERY_OPERATORS => parsed.words = words.join(" "),
            _ => return Err(too_many()),
        }
        if parsed.operators() > 0 && !parsed.words.contains(char::is_alphanumeric) {
            return Err(nothing_to_look_for());
        }
        Ok(parsed)
    }

    /// A text that is all words.
    pub fn literal(text: &str) -> Self {
        Self { words: text.to_owned(), loose: vec![ByteSpan::of(text)], ..Self::default() }
    }

    /// What is looked for: the words and the phrases, without operators.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Where in the text words stand that belong to no operator, ascending: what may be misspelt.
    pub fn loose(&self) -> &[ByteSpan] {
        &self.loose
    }

    /// What a passage must have.
    pub fn phrases(&self) -> &[String] {
        &self.phrases
    }

    /// What a passage must not have.
    pub fn exclusions(&self) -> &[String] {
        &self.exclusions
    }

    /// Fields as they are written, such as `tag:rust`.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The fields and `filter` as one filter.
    pub fn narrowed(&self, filter: Option<Filter>) -> Option<Filter> {
        let mut parts = self.conditions.clone();
        parts.extend(filter);
        match parts.pop() {
            Some(only) if parts.is_empty() => Some(only),
            last => {
                parts.extend(last);
                (!parts.is_empty()).then_some(Filter::All(parts))
            }
        }
    }

    fn operators(&self) -> usize {
        self.phrases.len() + self.exclusions.len() + self.conditions.len()
    }
}

fn too_many() -> Error {
    let rule = format!("must have at most {MAX_QUERY_OPERATORS} phrases, exclusions and fields");
    Error::invalid("query", rule).with_help("write the conditions as a filter, with `in` for lists of values")
}

fn nothing_to_look_for() -> Error {
    Error::invalid("query", "says what not to find, or where, but not what to find")
        .with_help("add words to look for beside the exclusions and fields")
}

// ---- Operators ----

enum Operator<'a> {
    Words,
    Phrase(&'a str),
    Exclusion(&'a str),
    Condition(Filter),
}

/// The operator at the start of `text`, with the piece of text that it takes.
fn operator_of(text: &str) -> Option<(&str, Operator<'_>)> {
    let Some(operand) = text.strip_prefix('-') else {
        if let Some((phrase, len)) = phrase(text) {
            return Some((text.get(..len)?, Operator::Phrase(phrase)));
        }
        let (condition, len) = condition(text)?;
        return Some((text.get(..len)?, Operator::Condition(condition)));
    };
    if let Some((phrase, len)) = phrase(operand) {
        return Some((text.get(..=len)?, Operator::Exclusion(phrase)));
    }
    if let Some((condition, len)) = condition(operand) {
        return Some((text.get(..=len)?, Operator::Condition(Filter::Not(Box::new(condition)))));
    }
    let word = first_word(operand);
    let is_word = word.starts_with(char::is_alphabetic);
    is_word.then_some((text.get(..=word.len())?, Operator::Exclusion(word)))
}

/// A quotation that has a letter or digit, and the bytes that it takes with its marks.
fn phrase(text: &str) -> Option<(&str, usize)> {
    quotation(text).filter(|(content, _)| content.contains(char::is_alphanumeric))
}

fn quotation(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix('"')?;
    let (content, after) = inner.split_once('"')?;
    let is_end = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '?');
    after.chars().next().is_none_or(is_end).then_some((content, content.len() + 2))
}

/// A condition such as `tag:rust`, and the bytes that it takes.
fn condition(text: &str) -> Option<(Filter, usize)> {
    let (name, after) = first_word(text).split_once(':')?;
    // Nothing is equal to an instant.
    let field: Field = name.parse().ok().filter(|field| *field != Field::Updated)?;
    let value_start = name.len() + 1;
    if after.starts_with('"') {
        let (value, len) = quotation(text.get(value_start..)?)?;
        let filter = Filter::Equals(field, MetadataValue::Text(value.to_owned()));
        return (!value.is_empty()).then_some((filter, value_start + len));
    }
    let value = after.trim_end_matches([',', ';']);
    let filter = is_value(&field, value).then(|| equals(field, value))?;
    Some((filter, value_start + value.len()))
}

/// Whether a value may stand without quotation marks; `tag::Name` and `format://` are words.
fn is_value(field: &Field, value: &str) -> bool {
    if *field == Field::Document {
        return value.parse::<DocumentId>().is_ok();
    }
    let unsigned = value.trim_start_matches(['-', '+', '.']);
    match value.len() - unsigned.len() {
        0 => value.starts_with(|c: char| c.is_alphanumeric() || c == '_'),
        _ => unsigned.starts_with(|c: char| c.is_ascii_digit()),
    }
}

/// An attribute is found whether it is kept as a text or as what the text stands for.
fn equals(field: Field, value: &str) -> Filter {
    let text = MetadataValue::Text(value.to_owned());
    let typed = match &field {
        Field::Metadata(_) => typed(value),
        Field::Document | Field::Source | Field::Format | Field::Language | Field::Tag | Field::Updated => {
            None
        }
    };
    match typed {
        Some(typed) => Filter::In(field, vec![typed, text]),
        None => Filter::Equals(field, text),
    }
}

fn typed(value: &str) -> Option<MetadataValue> {
    match value {
        "true" => return Some(MetadataValue::Boolean(true)),
        "false" => return Some(MetadataValue::Boolean(false)),
        _ => {}
    }
    let float = || value.parse().ok().filter(|number: &f64| number.is_finite()).map(MetadataValue::Float);
    value.parse().ok().map(MetadataValue::Integer).or_else(float)
}

fn first_word(text: &str) -> &str {
    text.split(char::is_whitespace).next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
