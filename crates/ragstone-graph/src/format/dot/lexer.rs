//! Words and signs of DOT.

use serde_json::Value;

use super::KEYWORDS;
use crate::format::source::Source;
use crate::format::{Position, Result, scalar};

/// A word or a sign.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(Name),
    /// In lower case.
    Keyword(&'static str),
    /// `->` or `--`.
    Edge {
        is_directed: bool,
    },
    Sign(u8),
    End,
}

/// A name or a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Name {
    pub(super) text: String,
    /// Without quotes, so that it may be a number or a truth value.
    pub(super) is_bare: bool,
}

impl Name {
    pub(super) fn value(self) -> Value {
        if !self.is_bare {
            return Value::String(self.text);
        }
        // Numbers may begin or end with their point.
        let text = &self.text;
        let is_short = text.trim_start_matches('-').starts_with('.') || text.ends_with('.');
        match text.parse().ok().filter(|_| is_short).and_then(serde_json::Number::from_f64) {
            Some(number) => Value::Number(number),
            None => scalar::guess(text),
        }
    }
}

pub(super) struct Lexer<'a> {
    pub(super) source: Source<'a>,
    word: Vec<u8>,
    ahead: Option<(Token, Position)>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        Self { source, word: Vec::new(), ahead: None }
    }

    pub(super) fn next(&mut self) -> Result<(Token, Position)> {
        match self.ahead.take() {
            Some(ahead) => Ok(ahead),
            None => self.read(),
        }
    }

    pub(super) fn peek(&mut self) -> Result<&Token> {
        let ahead = self.next()?;
        Ok(&self.ahead.insert(ahead).0)
    }

    pub(super) fn position(&mut self) -> Result<Position> {
        let ahead = self.next()?;
        Ok(self.ahead.insert(ahead).1)
    }

    /// Passes over a sign if it is next.
    pub(super) fn accept(&mut self, sign: u8) -> Result<bool> {
        let is_next = *self.peek()? == Token::Sign(sign);
        if is_next {
            self.ahead = None;
        }
        Ok(is_next)
    }

    fn read(&mut self) -> Result<(Token, Position)> {
        self.blanks()?;
        let position = self.source.position();
        let Some(byte) = self.source.peek()? else {
            return Ok((Token::End, position));
        };
        let token = match byte {
            b'"' => self.quoted(position)?,
            b'<' => self.html(position)?,
            b'-' => {
                self.source.next()?;
                match self.source.peek()? {
                    Some(sign @ (b'-' | b'>')) => {
                        self.source.next()?;
                        Token::Edge { is_directed: sign == b'>' }
                    }
                    _ => self.number(b"-", position)?,
                }
            }
            b'.' | b'0'..=b'9' => self.number(b"", position)?,
            b'_' | b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => self.bare(position)?,
            b'{' | b'}' | b'[' | b']' | b'=' | b';' | b',' | b':' => {
                self.source.next()?;
                Token::Sign(byte)
            }
            _ => return Err(self.source.malformed_at(position, "a sign that DOT does not have")),
        };
        Ok((token, position))
    }

    fn bare(&mut self, position: Position) -> Result<Token> {
        self.word.clear();
        self.source.take_while(&mut self.word, |byte| {
            byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
        })?;
        let text = self.source.text(&self.word, position)?;
        let keyword = KEYWORDS.iter().find(|keyword| keyword.eq_ignore_ascii_case(text));
        Ok(match keyword {
            Some(keyword) => Token::Keyword(keyword),
            None => Token::Name(Name { text: text.to_owned(), is_bare: true }),
        })
    }

    fn number(&mut self, sign: &[u8], position: Position) -> Result<Token> {
        self.word.clear();
        self.word.extend_from_slice(sign);
        self.source.take_while(&mut self.word, |byte| byte.is_ascii_digit() || byte == b'.')?;
        let text = self.source.text(&self.word, position)?;
        let digits = text.trim_start_matches('-');
        let is_number = digits.bytes().any(|byte| byte.is_ascii_digit()) && digits.matches('.').count() < 2;
        let is_cut = self.word_follows()?;
        if !is_number || is_cut {
            return Err(self.source.malformed_at(position, "a number runs into a word: put it in quotes"));
        }
        let text = self.source.text(&self.word, position)?.to_owned();
        Ok(Token::Name(Name { text, is_bare: true }))
    }

    fn word_follows(&mut self) -> Result<bool> {
        Ok(self.source.peek()?.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80))
    }

    /// Texts in quotes, joined where a plus stands between them.
    fn quoted(&mut self, position: Position) -> Result<Token> {
        let mut text = String::new();
        loop {
            let begin = self.source.position();
            self.source.next()?;
            self.word.clear();
            loop {
                self.source.take_while(&mut self.word, |byte| byte != b'"' && byte != b'\\')?;
                match self.source.next()? {
                    Some(b'"') => break,
                    Some(_) => self.escape()?,
                    None => return Err(self.source.malformed_at(position, "a quote is not closed")),
                }
            }
            text.push_str(self.source.text(&self.word, begin)?);
            self.blanks()?;
            if self.source.peek()? != Some(b'+') {
                return Ok(Token::Name(Name { text, is_bare: false }));
            }
            self.source.next()?;
            self.blanks()?;
            if self.source.peek()? != Some(b'"') {
                return Err(self.source.malformed("a text in quotes is expected behind a plus"));
            }
        }
    }

    /// What follows a backslash: only a quote is meant, a line end joins lines, everything else keeps the backslash.
    fn escape(&mut self) -> Result<()> {
        match self.source.peek()? {
            Some(b'"') => self.word.push(b'"'),
            Some(b'\\') => self.word.extend_from_slice(b"\\\\"),
            Some(b'\n') => {}
            _ => {
                self.word.push(b'\\');
                return Ok(());
            }
        }
        self.source.next()?;
        Ok(())
    }

    /// HTML in angle brackets, which stay.
    fn html(&mut self, position: Position) -> Result<Token> {
        self.word.clear();
        let mut depth = 0_u32;
        while let Some(byte) = self.source.next()? {
            self.word.push(byte);
            match byte {
                b'<' => depth += 1,
                b'>' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let text = self.source.text(&self.word, position)?.to_owned();
                return Ok(Token::Name(Name { text, is_bare: false }));
            }
        }
        Err(self.source.malformed_at(position, "an angle bracket is not closed"))
    }

    /// Passes over white space, notes, and lines of a preprocessor.
    fn blanks(&mut self) -> Result<()> {
        while let Some(byte) = self.source.peek()? {
            let position = self.source.position();
            match byte {
                b'#' if position.column == 1 => self.rest_of_line()?,
                b'/' => {
                    self.source.next()?;
                    match self.source.next()? {
                        Some(b'/') => self.rest_of_line()?,
                        Some(b'*') => self.note(position)?,
                        _ => return Err(self.source.malformed_at(position, "a sign that DOT does not have")),
                    }
                }
                _ if byte.is_ascii_whitespace() => {
                    self.source.next()?;
                }
                _ => break,
            }
        }
        Ok(())
    }

    fn rest_of_line(&mut self) -> Result<()> {
        self.word.clear();
        self.source.take_while(&mut self.word, |byte| byte != b'\n')
    }

    fn note(&mut self, position: Position) -> Result<()> {
        loop {
            self.word.clear();
            self.source.take_while(&mut self.word, |byte| byte != b'*')?;
            if self.source.next()?.is_none() {
                return Err(self.source.malformed_at(position, "a note is not closed"));
            }
            if self.source.peek()? == Some(b'/') {
                self.source.next()?;
                return Ok(());
            }
        }
    }
}
