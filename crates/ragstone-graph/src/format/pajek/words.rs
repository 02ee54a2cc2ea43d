//! A line of Pajek cut into words.

use serde_json::Value;

use crate::document::KeyRef;
use crate::format::scalar::{self, Parsed};

/// A word, bare or in quotes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) is_quoted: bool,
}

impl<'a> Word<'a> {
    /// A value: in quotes a text, else what it looks like.
    pub(super) fn value(self) -> Value {
        if self.is_quoted { Value::String(self.text.to_owned()) } else { scalar::guess(self.text) }
    }

    /// The name of a vertex.
    pub(super) fn key(self) -> KeyRef<'a> {
        match scalar::integer(self.text).filter(|_| !self.is_quoted) {
            Some(integer) => KeyRef::Integer(integer),
            None => KeyRef::Text(self.text),
        }
    }

    /// A bare number.
    pub(super) fn number(self) -> Option<Parsed> {
        if self.is_quoted {
            return None;
        }
        match scalar::number(self.text) {
            Parsed::Text => None,
            parsed => Some(parsed),
        }
    }
}

/// Cuts a line; `None` where a quote is not closed.
pub(super) fn words(line: &str) -> Option<Vec<Word<'_>>> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let word = if let Some(inside) = rest.strip_prefix('"') {
            let end = inside.find('"')?;
            rest = &inside[end + 1..];
            Word { text: &inside[..end], is_quoted: true }
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let text = &rest[..end];
            rest = &rest[end..];
            Word { text, is_quoted: false }
        };
        words.push(word);
        rest = rest.trim_start();
    }
    Some(words)
}
