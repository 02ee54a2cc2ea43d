//! Values in braces behind an edge, as Python or JSON writes them.

use serde_json::{Map, Number, Value};

use crate::document::Attributes;
use crate::format::scalar::{self, Parsed};
use crate::format::sink::Sink;
use crate::format::{Position, Result};

/// The attributes in a text of one line that begins at a place.
pub(super) fn attributes(text: &str, position: Position, sink: &mut Sink<'_>) -> Result<Attributes> {
    let mut literal = Literal { text, place: 0, position, depth: sink.limits().depth };
    let map = match literal.value(sink)? {
        Value::Object(map) if literal.text[literal.place..].trim().is_empty() => map,
        _ => return Err(literal.wrong(sink, "attributes are one pair of braces at the end of the line")),
    };
    let mut attributes = Attributes::new();
    for (name, value) in map {
        attributes.insert(sink.name(&name, position)?, value);
    }
    Ok(attributes)
}

struct Literal<'a> {
    text: &'a str,
    place: usize,
    position: Position,
    depth: usize,
}

impl Literal<'_> {
    fn wrong(&self, sink: &Sink<'_>, problem: &'static str) -> crate::format::FormatError {
        sink.malformed(self.here(), problem)
    }

    fn here(&self) -> Position {
        let before = self.text[..self.place].chars().count() as u64;
        Position { column: self.position.column + before, ..self.position }
    }

    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text[self.place..];
        self.place += rest.len() - rest.trim_start().len();
        self.text.as_bytes().get(self.place).copied()
    }

    fn accept(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.place += usize::from(is_next);
        is_next
    }

    fn value(&mut self, sink: &Sink<'_>) -> Result<Value> {
        match self.peek() {
            Some(b'{') => self.nested(sink, Self::object),
            Some(b'[') => self.nested(sink, Self::array),
            Some(b'"' | b'\'') => Ok(Value::String(self.string(sink)?)),
            Some(_) => self.word(sink),
            None => Err(self.wrong(sink, "a value ends too early")),
        }
    }

    fn nested(
        &mut self,
        sink: &Sink<'_>,
        read: impl FnOnce(&mut Self, &Sink<'_>) -> Result<Value>,
    ) -> Result<Value> {
        sink.within("levels of values", 1, self.depth as u64, self.here())?;
        self.depth -= 1;
        self.place += 1;
        let value = read(self, sink);
        self.depth += 1;
        value
    }

    fn object(&mut self, sink: &Sink<'_>) -> Result<Value> {
        let mut map = Map::new();
        while !self.accept(b'}') {
            if !matches!(self.peek(), Some(b'"' | b'\'')) {
                return Err(self.wrong(sink, "a name in quotes is expected"));
            }
            let name = self.string(sink)?;
            if !self.accept(b':') {
                return Err(self.wrong(sink, "a colon is expected behind a name"));
            }
            let value = self.value(sink)?;
            if map.insert(name, value).is_some() {
                return Err(self.wrong(sink, "a name is there twice"));
            }
            self.comma(sink, b'}')?;
        }
        Ok(Value::Object(map))
    }

    fn array(&mut self, sink: &Sink<'_>) -> Result<Value> {
        let mut values = Vec::new();
        while !self.accept(b']') {
            values.push(self.value(sink)?);
            self.comma(sink, b']')?;
        }
        Ok(Value::Array(values))
    }

    /// A comma, or the end of a list without passing it.
    fn comma(&mut self, sink: &Sink<'_>, end: u8) -> Result<()> {
        if self.accept(b',') || self.peek() == Some(end) {
            return Ok(());
        }
        Err(self.wrong(sink, "a comma or a closing bracket is expected"))
    }

    fn word(&mut self, sink: &Sink<'_>) -> Result<Value> {
        let rest = &self.text[self.place..];
        let is_end =
            |character: char| matches!(character, ',' | '}' | ']' | ':') || character.is_whitespace();
        let word = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        let value = match word {
            "True" | "true" => Value::Bool(true),
            "False" | "false" => Value::Bool(false),
            "None" | "null" => Value::Null,
            _ => match scalar::number(word) {
                Parsed::Number(number) => Value::Number(number),
                Parsed::NotFinite => return Err(sink.not_finite(self.here())),
                Parsed::Text => return Err(self.wrong(sink, "a value is expected")),
            },
        };
        self.place += word.len();
        Ok(value)
    }

    fn string(&mut self, sink: &Sink<'_>) -> Result<String> {
        let quote = if self.accept(b'"') { '"' } else { '\'' };
        if quote == '\'' {
            self.place += 1;
        }
        let mut string = String::new();
        loop {
            let Some(character) = self.text[self.place..].chars().next() else {
                return Err(self.wrong(sink, "a quote is not closed"));
            };
            self.place += character.len_utf8();
            match character {
                '\\' => string.push(self.escape(sink)?),
                _ if character == quote => return Ok(string),
                _ => string.push(character),
            }
        }
    }

    fn escape(&mut self, sink: &Sink<'_>) -> Result<char> {
        let character = self.text[self.place..].chars().next();
        self.place += character.map_or(0, char::len_utf8);
        let escaped = match character {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('b') => Some('\u{8}'),
            Some('f') => Some('\u{c}'),
            Some(same @ ('\\' | '"' | '\'' | '/')) => Some(same),
            Some('x') => self.digits(2).and_then(char::from_u32),
            Some('U') => self.digits(8).and_then(char::from_u32),
            Some('u') => self.digits(4).and_then(|code| self.character(code)),
            _ => None,
        };
        escaped.ok_or_else(|| self.wrong(sink, "an unknown escape"))
    }

    /// The character of a code, or of two that are halves of one.
    fn character(&mut self, code: u32) -> Option<char> {
        if !(0xd800..0xdc00).contains(&code) {
            return char::from_u32(code);
        }
        if !self.text[self.place..].starts_with("\\u") {
            return None;
        }
        self.place += 2;
        let low = self.digits(4).filter(|low| (0xdc00..0xe000).contains(low))?;
        char::from_u32(0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00))
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let digits = self.text.get(self.place..self.place + count)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.place += count;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// Writes values as Python reads them; only truth values and null differ from JSON.
pub(super) fn write(value: &Value, into: &mut String) {
    match value {
        Value::Null => into.push_str("None"),
        Value::Bool(true) => into.push_str("True"),
        Value::Bool(false) => into.push_str("False"),
        Value::Number(number) => into.push_str(&Number::to_string(number)),
        Value::String(text) => string(text, into),
        Value::Array(values) => list(values.iter(), ['[', ']'], into, write),
        Value::Object(map) => pairs(map.iter().map(|(name, value)| (name.as_str(), value)), into),
    }
}

/// Writes named values in braces.
pub(super) fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a Value)>, into: &mut String) {
    list(pairs, ['{', '}'], into, |(name, value), into| {
        string(name, into);
        into.push_str(": ");
        write(value, into);
    });
}

fn list<T>(
    items: impl Iterator<Item = T>,
    brackets: [char; 2],
    into: &mut String,
    mut write: impl FnMut(T, &mut String),
) {
    into.push(brackets[0]);
    for (index, item) in items.enumerate() {
        if index > 0 {
            into.push_str(", ");
        }
        write(item, into);
    }
    into.push(brackets[1]);
}

fn string(text: &str, into: &mut String) {
    into.push_str(&Value::String(text.to_owned()).to_string());
}
