//! Entries, strings and values of BibTeX, before TeX is resolved.

use std::collections::HashMap;

use super::is_name_byte;
use crate::format::source::Source;
use crate::format::{Position, Result};

/// An entry with its fields as they are written.
pub(super) struct Entry {
    pub(super) kind: String,
    pub(super) key: String,
    pub(super) position: Position,
    pub(super) fields: Vec<(String, String, Position)>,
}

pub(super) struct Entries<'a> {
    pub(super) source: Source<'a>,
    strings: HashMap<String, String>,
    word: Vec<u8>,
    max_fields: usize,
    /// Bytes that strings may still add where they are named.
    expansion: usize,
}

impl<'a> Entries<'a> {
    pub(super) fn new(source: Source<'a>, max_fields: usize, expansion: usize) -> Self {
        Self { source, strings: HashMap::new(), word: Vec::new(), max_fields, expansion }
    }

    /// The next entry; `None` at the end. What stands between entries is a note.
    pub(super) fn next(&mut self) -> Result<Option<Entry>> {
        loop {
            self.source.renew();
            loop {
                self.word.clear();
                self.source.take_while(&mut self.word, |byte| byte != b'@' && byte != b'\n')?;
                match self.source.next()? {
                    None => return Ok(None),
                    Some(b'@') => break,
                    Some(_) => self.source.renew(),
                }
            }
            let position = self.source.position();
            let kind = self.name()?.to_ascii_lowercase();
            self.blanks()?;
            let close = match self.source.peek()? {
                Some(b'{') => b'}',
                Some(b'(') => b')',
                _ if kind == "comment" => continue,
                _ => return Err(self.source.malformed("an entry is in braces")),
            };
            if kind == "comment" {
                if close == b'}' {
                    self.source.next()?;
                    self.braced(position)?;
                }
                continue;
            }
            self.source.next()?;
            self.blanks()?;
            match kind.as_str() {
                "preamble" => {
                    self.value()?;
                    self.close(close)?;
                }
                "string" => {
                    let (name, value, _) = self.field()?;
                    self.strings.insert(name, value);
                    self.close(close)?;
                }
                _ => return self.entry(kind, close, position).map(Some),
            }
        }
    }

    fn entry(&mut self, kind: String, close: u8, position: Position) -> Result<Entry> {
        let key = self.name()?;
        if kind.is_empty() || key.is_empty() {
            return Err(self.source.malformed_at(position, "an entry has a type and a key"));
        }
        let mut fields: Vec<(String, String, Position)> = Vec::new();
        loop {
            self.blanks()?;
            let here = self.source.position();
            match self.source.peek()? {
                Some(b',') => {
                    self.source.next()?;
                    self.blanks()?;
                    if matches!(self.source.peek()?, Some(byte) if byte == close || byte == b',') {
                        continue;
                    }
                    fields.push(self.field()?);
                    if fields.len() > self.max_fields {
                        return Err(self.source.malformed_at(here, "an entry has too many fields"));
                    }
                }
                Some(byte) if byte == close => {
                    self.source.next()?;
                    return Ok(Entry { kind, key, position, fields });
                }
                Some(_) => return Err(self.source.malformed("a comma or the end of the entry is expected")),
                None => return Err(self.source.malformed("the file ends too early")),
            }
        }
    }

    /// A name, an equals sign and a value.
    fn field(&mut self) -> Result<(String, String, Position)> {
        let position = self.source.position();
        let name = self.name()?.to_ascii_lowercase();
        self.blanks()?;
        if name.is_empty() || self.source.peek()? != Some(b'=') {
            return Err(self.source.malformed("a name and an equals sign are expected"));
        }
        self.source.next()?;
        Ok((name, self.value()?, position))
    }

    /// Texts, numbers and strings joined by `#`. A string that is not defined stands for itself.
    fn value(&mut self) -> Result<String> {
        let mut value = String::new();
        loop {
            self.blanks()?;
            let position = self.source.position();
            match self.source.peek()? {
                Some(b'{') => {
                    self.source.next()?;
                    self.braced(position)?;
                    value.push_str(self.source.text(&self.word, position)?);
                }
                Some(b'"') => {
                    self.source.next()?;
                    self.quoted(position)?;
                    value.push_str(self.source.text(&self.word, position)?);
                }
                _ => {
                    let name = self.name()?;
                    if name.is_empty() {
                        return Err(self.source.malformed_at(position, "a value is expected"));
                    }
                    match self.strings.get(&name.to_ascii_lowercase()) {
                        Some(text) if text.len() > self.expansion => {
                            return Err(self
                                .source
                                .malformed_at(position, "strings add up to too much text"));
                        }
                        Some(text) => {
                            self.expansion -= text.len();
                            value.push_str(text);
                        }
                        None => value.push_str(&name),
                    }
                }
            }
            self.blanks()?;
            if self.source.peek()? != Some(b'#') {
                return Ok(value);
            }
            self.source.next()?;
        }
    }

    /// Text up to the brace that closes the one that was passed.
    fn braced(&mut self, position: Position) -> Result<()> {
        self.word.clear();
        let mut depth = 1_usize;
        loop {
            self.source.take_while(&mut self.word, |byte| byte != b'{' && byte != b'}')?;
            let Some(brace) = self.source.next()? else {
                return Err(self.source.malformed_at(position, "a brace is not closed"));
            };
            depth = if brace == b'{' { depth + 1 } else { depth - 1 };
            if depth == 0 {
                return Ok(());
            }
            self.word.push(brace);
        }
    }

    /// Text up to the quote that is in no braces.
    fn quoted(&mut self, position: Position) -> Result<()> {
        self.word.clear();
        let mut depth = 0_usize;
        loop {
            self.source.take_while(&mut self.word, |byte| !matches!(byte, b'{' | b'}' | b'"'))?;
            match self.source.next()? {
                Some(b'"') if depth == 0 => return Ok(()),
                Some(byte) => {
                    match byte {
                        b'{' => depth += 1,
                        b'}' if depth == 0 => {
                            return Err(self.source.malformed("a brace is closed that was not opened"));
                        }
                        b'}' => depth -= 1,
                        _ => {}
                    }
                    self.word.push(byte);
                }
                None => return Err(self.source.malformed_at(position, "a quote is not closed")),
            }
        }
    }

    fn name(&mut self) -> Result<String> {
        let position = self.source.position();
        self.word.clear();
        self.source.take_while(&mut self.word, is_name_byte)?;
        Ok(self.source.text(&self.word, position)?.to_owned())
    }

    fn blanks(&mut self) -> Result<()> {
        while self.source.peek()?.is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.source.next()?;
        }
        Ok(())
    }

    fn close(&mut self, close: u8) -> Result<()> {
        self.blanks()?;
        match self.source.next()? {
            Some(byte) if byte == close => Ok(()),
            _ => Err(self.source.malformed("the end of the entry is expected")),
        }
    }
}
