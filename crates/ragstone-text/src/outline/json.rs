//! The outline of JSON: one block per entry of the outer containers, found without building values.
//!
//! Accepts what indexing can use: one value or a sequence of them (JSON Lines), comments and trailing commas.

use memchr::{memchr, memchr2};

use super::{BlockKind, Outline, SectionId, line_start};

/// Containers down to this depth have their entries as blocks; what is deeper is split at lines.
const ENTRY_DEPTH: usize = 3;

/// Why a text is not usable JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonError {
    /// Containers are nested deeper than allowed.
    TooDeep,
    /// The syntax is broken at a byte.
    Syntax { at: usize, reason: &'static str },
}

/// Reads once over the text; memory is bounded by `max_depth` and the number of outer entries.
pub(crate) fn outline(text: &str, max_depth: usize) -> Result<Outline, JsonError> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
        expected: Expected::Value,
        open: Vec::new(),
        key: "",
        entry: 0,
        max_depth,
        outline: Outline::new(),
    };
    while reader.step()? {}
    Ok(reader.outline)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Value,
    Key,
    Colon,
    Separator,
}

struct Container {
    closing: u8,
    section: SectionId,
    entries: usize,
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    expected: Expected,
    open: Vec<Container>,
    /// Key of the current member.
    key: &'t str,
    /// Where the block of the current entry begins.
    entry: usize,
    max_depth: usize,
    outline: Outline,
}

impl<'t> Reader<'t> {
    /// Reads one token; `false` at the end of a complete text.
    fn step(&mut self) -> Result<bool, JsonError> {
        self.skip_blanks()?;
        let Some(&byte) = self.bytes.get(self.at) else {
            let is_complete = self.open.is_empty();
            return if is_complete { Ok(false) } else { Err(self.error("ends inside a container")) };
        };
        match self.expected {
            Expected::Value | Expected::Key | Expected::Separator if self.is_closing(byte) => self.close(),
            Expected::Value => self.value(byte)?,
            Expected::Key if byte == b'"' => {
                self.start_entry();
                self.key = self.string()?;
                self.expected = Expected::Colon;
            }
            Expected::Key => return Err(self.error("expected a key in quotes")),
            Expected::Colon if byte == b':' => {
                self.at += 1;
                self.expected = Expected::Value;
            }
            Expected::Colon => return Err(self.error("expected a colon")),
            Expected::Separator if byte == b',' => {
                self.at += 1;
                self.expected = if self.is_in_object() { Expected::Key } else { Expected::Value };
            }
            Expected::Separator => return Err(self.error("expected a comma or the end of the container")),
        }
        Ok(true)
    }

    fn value(&mut self, byte: u8) -> Result<(), JsonError> {
        if !self.is_in_object() {
            self.start_entry();
        }
        match byte {
            b'{' => self.open(b'}', Expected::Key)?,
            b'[' => self.open(b']', Expected::Value)?,
            b'"' => {
                self.string()?;
                self.end_value();
            }
            _ => {
                self.scalar()?;
                self.end_value();
            }
        }
        Ok(())
    }

    fn open(&mut self, closing: u8, expected: Expected) -> Result<(), JsonError> {
        if self.open.len() >= self.max_depth {
            return Err(JsonError::TooDeep);
        }
        let section = self.entry_section();
        self.open.push(Container { closing, section, entries: 0 });
        self.at += 1;
        self.expected = expected;
        Ok(())
    }

    /// Section of the container that begins here: named by its key or its place in the array around it.
    fn entry_section(&mut self) -> SectionId {
        let Some(parent) = self.open.last() else { return 0 };
        if self.open.len() > ENTRY_DEPTH {
            return parent.section;
        }
        let section = if parent.closing == b'}' {
            self.outline.section(parent.section, self.key)
        } else {
            self.outline.section(parent.section, &format!("[{}]", parent.entries.saturating_sub(1)))
        };
        self.outline.move_last_block(self.entry, section);
        section
    }

    fn close(&mut self) {
        self.open.pop();
        self.at += 1;
        self.end_value();
    }

    fn end_value(&mut self) {
        self.expected = if self.open.is_empty() { Expected::Value } else { Expected::Separator };
    }

    fn start_entry(&mut self) {
        let depth = self.open.len();
        let section = self.open.last().map_or(0, |container| container.section);
        if let Some(container) = self.open.last_mut() {
            container.entries += 1;
        }
        if depth <= ENTRY_DEPTH {
            self.entry = line_start(self.text, self.at);
            let level = u8::try_from(depth).unwrap_or(u8::MAX);
            self.outline.block(self.entry, section, level, BlockKind::Lines);
        }
    }

    /// Reads a string and returns what is between its quotes, escapes untouched.
    fn string(&mut self) -> Result<&'t str, JsonError> {
        let start = self.at + 1;
        let mut at = start;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let Some(found) = memchr2(b'"', b'\\', rest) else {
                return Err(self.error("string without its closing quote"));
            };
            at += found;
            if self.bytes.get(at) == Some(&b'"') {
                break;
            }
            at += 2;
        }
        let content = self.text.get(start..at).unwrap_or_default();
        if memchr(b'\n', content.as_bytes()).is_some() {
            return Err(self.error("line break inside a string"));
        }
        self.at = at + 1;
        Ok(content)
    }

    fn scalar(&mut self) -> Result<(), JsonError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let len = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let token = self.text.get(self.at..self.at + len).unwrap_or_default();
        let is_number = token.starts_with(|c: char| c == '-' || c.is_ascii_digit())
            && token.trim_start_matches('-').parse::<f64>().is_ok();
        if !is_number && !matches!(token, "true" | "false" | "null") {
            return Err(self.error("expected a value"));
        }
        self.at += len;
        Ok(())
    }

    fn skip_blanks(&mut self) -> Result<(), JsonError> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            match rest {
                [byte, ..] if byte.is_ascii_whitespace() => self.at += 1,
                [b'/', b'/', ..] => self.at += memchr(b'\n', rest).unwrap_or(rest.len()),
                [b'/', b'*', body @ ..] => match memchr::memmem::find(body, b"*/") {
                    Some(len) => self.at += len + 4,
                    None => return Err(self.error("comment without its end")),
                },
                _ => return Ok(()),
            }
        }
    }

    fn is_closing(&self, byte: u8) -> bool {
        self.open.last().is_some_and(|container| container.closing == byte)
            && !(self.expected == Expected::Value && byte == b'}')
    }

    fn is_in_object(&self) -> bool {
        self.open.last().is_some_and(|container| container.closing == b'}')
    }

    fn error(&self, reason: &'static str) -> JsonError {
        JsonError::Syntax { at: self.at, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&'static str>) {
        let found = match outline(text, 4) {
            Ok(_) => None,
            Err(JsonError::TooDeep) => Some("too deep"),
            Err(JsonError::Syntax { reason, .. }) => Some(reason),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn syntax_is_checked_without_building_values() {
        check(r#"{"a": [1, -2.5e3, true, null, "x\"y"], "b": {}}"#, None);
        check("{\"a\":1}\n{\"a\":2}\n", None);
        check("// note\n{\"a\": 1, /* b */}", None);
        check("[1,]", None);
        check("", None);
        check("[[[[]]]]", None);
        check("[[[[[]]]]]", Some("too deep"));
        check("{\"a\"}", Some("expected a colon"));
        check("{\"a\":}", Some("expected a value"));
        check("{1:2}", Some("expected a key in quotes"));
        check("[1 2]", Some("expected a comma or the end of the container"));
        check("[1}", Some("expected a comma or the end of the container"));
        check("[\"a\\\"", Some("string without its closing quote"));
        check("[\"a\nb\"]", Some("line break inside a string"));
        check("[1", Some("ends inside a container"));
        check("[1]]", Some("expected a value"));
        check("nul", Some("expected a value"));
        check("/*", Some("comment without its end"));
        check("[\"\\", Some("string without its closing quote"));
    }
}
