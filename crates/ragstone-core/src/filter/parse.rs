//! Recursive-descent parser of filter expressions; its depth is bounded.

use super::{
    Field, Filter, MAX_FILTER_CONDITIONS, MAX_FILTER_DEPTH, MAX_FILTER_LEN, MAX_FILTER_VALUES, NumberRange,
};
use crate::error::{Error, Result};
use crate::metadata::MetadataValue;

const HELP: &str = "write conditions such as tag = \"rust\", metadata.year >= 2020, format in (\"html\", \"pdf\"), \
    metadata.draft exists; combine them with and, or, not and parentheses";

pub(super) fn parse(text: &str) -> Result<Filter> {
    if text.len() > MAX_FILTER_LEN {
        return Err(Error::invalid("filter", format!("must have at most {MAX_FILTER_LEN} bytes")));
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
            return Err(Error::invalid("filter", format!("must be nested at most {MAX_FILTER_DEPTH} deep")));
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
            let rule = format!("must have at most {MAX_FILTER_CONDITIONS} conditions");
            return Err(Error::invalid("filter", rule));
        }
        let field: Field = self.name()?.parse()?;
        if self.take_word("exists") {
            return Ok(Filter::Exists(field));
        }
        if self.take_word("in") {
            return Ok(Filter::In(field, self.values()?));
        }
        for (symbol, build) in RANGES {
            if self.take(symbol) {
                return Ok(Filter::Within(field, build(self.number()?)));
            }
        }
        if self.take("!=") {
            return Ok(Filter::Not(Box::new(Filter::Equals(field, self.value()?))));
        }
        if self.take("=") {
            return Ok(Filter::Equals(field, self.value()?));
        }
        Err(self.expected("one of =, !=, <, <=, >, >=, in, exists"))
    }
}

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

impl<'a> Parser<'a> {
    fn values(&mut self) -> Result<Vec<MetadataValue>> {
        if !self.take("(") {
            return Err(self.expected("( and a list of values"));
        }
        let mut values = vec![self.value()?];
        while self.take(",") {
            if values.len() == MAX_FILTER_VALUES {
                let rule = format!("must have at most {MAX_FILTER_VALUES} values in a list");
                return Err(Error::invalid("filter", rule));
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

    fn name(&mut self) -> Result<&'a str> {
        self.skip_space();
        let name = self.word();
        if name.is_empty() { Err(self.expected("a field")) } else { Ok(name) }
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

    fn expected(&self, what: &str) -> Error {
        Error::invalid("filter", format!("expects {what} at byte {}", self.at)).with_help(HELP)
    }
}
