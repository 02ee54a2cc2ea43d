//! Recursive-descent parser of filter expressions; its depth is bounded.

use super::{
    Field, Filter, HELP_ON_FIELDS, MAX_FILTER_CONDITIONS, MAX_FILTER_DEPTH, MAX_FILTER_LEN,
    MAX_FILTER_VALUES, NumberRange, Place, SourceGlob, instant_as_number,
};
use crate::date;
use crate::error::{Error, Result};
use crate::metadata::MetadataValue;

const HELP: &str = "write conditions such as tag = \"rust\", metadata.year >= 2020, format in (\"html\", \"csv\"), \
    metadata.draft exists, updated >= \"2026-01-01\", source under \"file:///srv/docs/\", source glob \"**/api/*.md\"; \
    combine them with and, or, not and parentheses";

pub(super) fn parse(text: &str) -> Result<Filter> {
    if text.len() > MAX_FILTER_LEN {
        return Err(Error::invalid("filter", format!("must have at most {MAX_FILTER_LEN} bytes"))
            .with_help("write lists of values with in (…), or give the documents a tag that says the same"));
    }
    let mut parser = Parser { text, at: 0, depth: 0, conditions: 0 };
    let filter = parser.any()?;
    parser.skip_space();
    if parser.at == text.len() { Ok(filter) } else { Err(parser.expected("and, or or the end")) }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    conditions: usize,
}

// ---- Expressions ----

impl Parser<'_> {
    fn any(&mut self) -> Result<Filter> {
        let mut parts = vec![self.all()?];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Filter::Any))
    }

    fn all(&mut self) -> Result<Filter> {
        let mut parts = vec![self.term()?];
        while self.take_word("and") {
            parts.push(self.term()?);
        }
        Ok(one_or(parts, Filter::All))
    }

    fn term(&mut self) -> Result<Filter> {
        self.depth += 1;
        if self.depth > MAX_FILTER_DEPTH {
            return Err(self.refused(format!("must be nested at most {MAX_FILTER_DEPTH} deep")));
        }
        let filter = if self.take_word("not") {
            Filter::Not(Box::new(self.term()?))
        } else if self.take("(") {
            let inner = self.any()?;
            if !self.take(")") {
                return Err(self.expected(")"));
            }
            inner
        } else {
            self.condition()?
        };
        self.depth -= 1;
        Ok(filter)
    }

    fn condition(&mut self) -> Result<Filter> {
        self.conditions += 1;
        if self.conditions > MAX_FILTER_CONDITIONS {
            return Err(self.refused(format!("must have at most {MAX_FILTER_CONDITIONS} conditions")));
        }
        let field = self.field()?;
        if self.take_word("exists") {
            return Ok(Filter::Exists(field));
        }
        if self.take_word("under") {
            return self.of_source(&field, |text| Place::try_new(text).map(Filter::Under));
        }
        if self.take_word("glob") {
            return self.of_source(&field, |text| SourceGlob::try_new(text).map(Filter::Glob));
        }
        for (symbol, build) in RANGES {
            if self.take(symbol) {
                return self.range(field, build);
            }
        }
        if field == Field::Updated {
            return Err(self.expected("one of <, <=, >, >=, exists, because updated is an instant,"));
        }
        if self.take_word("in") {
            return Ok(Filter::In(field, self.values()?));
        }
        if self.take("!=") {
            return Ok(Filter::Not(Box::new(Filter::Equals(field, self.value()?))));
        }
        if self.take("=") {
            return Ok(Filter::Equals(field, self.value()?));
        }
        Err(self.expected("one of =, !=, <, <=, >, >=, in, exists, under, glob"))
    }

    /// A condition that only sources have, on a text in quotation marks.
    fn of_source(&mut self, field: &Field, read: impl FnOnce(&str) -> Result<Filter>) -> Result<Filter> {
        if *field != Field::Source {
            return Err(self.refused("has under or glob, which are for source, behind another field"));
        }
        self.skip_space();
        let start = self.at;
        if !self.rest().starts_with('"') {
            return Err(self.expected("a \"quoted text\""));
        }
        let text = self.quoted()?;
        read(&text).map_err(|error| error.with_context("byte", start))
    }

    /// A range of numbers, or of dates where the bound stands in quotation marks.
    fn range(&mut self, field: Field, build: BuildRange) -> Result<Filter> {
        self.skip_space();
        let start = self.at;
        let is_quoted = self.rest().starts_with('"');
        let takes_date = match field {
            Field::Updated => true,
            Field::Metadata(_) => is_quoted,
            Field::Document | Field::Source | Field::Format | Field::Language | Field::Tag => false,
        };
        if !takes_date {
            return Ok(Filter::Within(field, build(self.number()?)));
        }
        let instant = if is_quoted { date::instant(&self.quoted()?) } else { None };
        instant.map(|instant| Filter::Dated(field, build(instant_as_number(instant)))).ok_or_else(|| {
            self.at = start;
            self.expected(A_DATE)
        })
    }
}

const A_DATE: &str = "a date such as \"2026-01-31\" or \"2026-01-31T12:00:00Z\"";

type BuildRange = fn(f64) -> NumberRange;

/// Longer symbols first, so that `<=` is not read as `<`.
const RANGES: [(&str, BuildRange); 4] = [
    (">=", |bound| NumberRange { gte: Some(bound), ..NumberRange::UNBOUNDED }),
    ("<=", |bound| NumberRange { lte: Some(bound), ..NumberRange::UNBOUNDED }),
    (">", |bound| NumberRange { gt: Some(bound), ..NumberRange::UNBOUNDED }),
    ("<", |bound| NumberRange { lt: Some(bound), ..NumberRange::UNBOUNDED }),
];

fn one_or(mut parts: Vec<Filter>, combine: fn(Vec<Filter>) -> Filter) -> Filter {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            combine(parts)
        }
    }
}

// ---- Values ----

impl Parser<'_> {
    fn values(&mut self) -> Result<Vec<MetadataValue>> {
        if !self.take("(") {
            return Err(self.expected("( and a list of values"));
        }
        let mut values = vec![self.value()?];
        while self.take(",") {
            if values.len() == MAX_FILTER_VALUES {
                return Err(self.refused(format!("must have at most {MAX_FILTER_VALUES} values in a list")));
            }
            values.push(self.value()?);
        }
        if self.take(")") { Ok(values) } else { Err(self.expected(", or )")) }
    }

    fn value(&mut self) -> Result<MetadataValue> {
        self.skip_space();
        if self.rest().starts_with('"') {
            return self.quoted().map(MetadataValue::Text);
        }
        let start = self.at;
        let word = self.word();
        let value = match word {
            "true" => Some(MetadataValue::Boolean(true)),
            "false" => Some(MetadataValue::Boolean(false)),
            _ => word
                .parse()
                .map(MetadataValue::Integer)
                .ok()
                .or_else(|| finite(word).map(MetadataValue::Float)),
        };
        value.ok_or_else(|| {
            self.at = start;
            self.expected("a \"quoted text\", a number, true or false")
        })
    }

    fn number(&mut self) -> Result<f64> {
        self.skip_space();
        let start = self.at;
        finite(self.word()).ok_or_else(|| {
            self.at = start;
            self.expected("a number")
        })
    }

    /// A text in double quotes, in which `\"` and `\\` stand for themselves.
    fn quoted(&mut self) -> Result<String> {
        let mut value = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((offset, char)) = chars.next() {
            match char {
                '"' => {
                    self.at += offset + 1;
                    return Ok(value);
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                    _ => return Err(self.expected("\\\" or \\\\ after a backslash")),
                },
                _ => value.push(char),
            }
        }
        Err(self.expected("a closing quotation mark"))
    }

    fn field(&mut self) -> Result<Field> {
        self.skip_space();
        let start = self.at;
        let name = self.word();
        if name.is_empty() {
            return Err(self.expected("a field"));
        }
        name.parse().map_err(|_| {
            Error::invalid("filter", format!("names an unknown field at byte {start}"))
                .with_context("field", name.chars().take(64).collect::<String>())
                .with_help(HELP_ON_FIELDS)
        })
    }
}

fn finite(word: &str) -> Option<f64> {
    let is_number =
        word.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+' | '.'));
    word.parse().ok().filter(|number: &f64| is_number && number.is_finite())
}

// ---- Characters ----

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, symbol: &str) -> bool {
        self.skip_space();
        let is_next = self.rest().starts_with(symbol);
        if is_next {
            self.at += symbol.len();
        }
        is_next
    }

    /// Takes a keyword, in any case, that is not the start of a longer word.
    fn take_word(&mut self, keyword: &str) -> bool {
        self.skip_space();
        let start = self.at;
        let is_next = self.word().eq_ignore_ascii_case(keyword);
        if !is_next {
            self.at = start;
        }
        is_next
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '+' | '.');
        let end = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn refused(&self, rule: impl Into<String>) -> Error {
        Error::invalid("filter", rule).with_context("byte", self.at).with_help(HELP)
    }

    fn expected(&self, what: &str) -> Error {
        Error::invalid("filter", format!("expects {what} at byte {}", self.at)).with_help(HELP)
    }
}
