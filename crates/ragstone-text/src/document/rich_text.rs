//! Rich Text Format: paragraphs, headings, lists, tables, notes and comments.

use std::collections::HashMap;

use encoding_rs::Encoding;

use self::flow::Flow;
use self::group::{Destination, Group, InfoField};
use self::token::{Token, Tokens};
use super::writer::Writer;
use crate::document::Source;
use crate::extract::{ExtractError, Extracted, Properties};

mod charset;
mod flow;
mod group;
mod token;

/// Reads what is shown; headers and footers, which repeat on every page, are left out.
pub(super) fn read(source: Source<'_>) -> Result<Extracted, ExtractError> {
    let mut reader = Reader::new(source);
    let mut tokens = Tokens::new(source.bytes);
    while let Some(token) = tokens.next() {
        if let Token::Control("bin", Some(len)) = token {
            tokens.pass_over(usize::try_from(len).unwrap_or(0));
        } else {
            reader.read(token)?;
        }
    }
    reader.finish()
}

struct Reader<'a> {
    source: Source<'a>,
    flow: Flow,
    group: Group,
    outer: Vec<Group>,
    /// Encoding of the document, and those of its fonts.
    encoding: &'static Encoding,
    fonts: HashMap<i32, &'static Encoding>,
    /// Bytes that are not decoded yet: a character may have two of them.
    bytes: Vec<u8>,
    /// Characters that only repeat the last one for old programs.
    repeats: usize,
    /// First half of a character outside the basic plane.
    surrogate: Option<u16>,
    /// Text of destinations other than the body.
    aside: String,
    title: Option<String>,
    properties: Properties,
    date: [i32; 5],
    notes: usize,
}

impl<'a> Reader<'a> {
    fn new(source: Source<'a>) -> Self {
        Self {
            source,
            flow: Flow::new(Writer::new(source)),
            group: Group::default(),
            outer: Vec::new(),
            encoding: charset::of_code_page(1252),
            fonts: HashMap::new(),
            bytes: Vec::new(),
            repeats: 0,
            surrogate: None,
            aside: String::new(),
            title: None,
            properties: Properties::default(),
            date: [0; 5],
            notes: 0,
        }
    }

    fn finish(mut self) -> Result<Extracted, ExtractError> {
        self.decode();
        self.flow.end()?;
        Ok(self.flow.writer.finish(self.title, self.properties))
    }

    fn read(&mut self, token: Token<'_>) -> Result<(), ExtractError> {
        match token {
            Token::Byte(_) | Token::Text(_) if self.group.is_skipped() => {}
            Token::Byte(_) if self.repeats > 0 => self.repeats -= 1,
            Token::Byte(byte) => self.bytes.push(byte),
            Token::Text(text) => {
                let repeated = self.repeats.min(text.len());
                self.repeats -= repeated;
                self.bytes.extend_from_slice(text.get(repeated..).unwrap_or_default());
            }
            Token::Open => self.open()?,
            Token::Close => self.close(),
            Token::Control(word, number) => {
                if word != "u" {
                    self.repeats = 0;
                }
                self.decode();
                self.control(word, number)?;
            }
        }
        Ok(())
    }

    fn open(&mut self) -> Result<(), ExtractError> {
        let limit = self.source.limits.max_nesting;
        if self.outer.len() >= limit {
            return Err(ExtractError::TooDeep { limit });
        }
        self.decode();
        self.repeats = 0;
        self.outer.push(self.group);
        self.group.is_start = true;
        self.group.is_optional = false;
        Ok(())
    }

    fn close(&mut self) {
        self.decode();
        self.repeats = 0;
        let inner = self.group;
        let Some(outer) = self.outer.pop() else {
            return;
        };
        self.group = outer;
        if inner.destination != outer.destination {
            self.end_destination(inner);
        } else if inner.destination == Destination::Styles {
            self.end_style(inner);
        }
    }

    /// Puts the text of a destination where it belongs.
    fn end_destination(&mut self, group: Group) {
        let text = match group.destination {
            Destination::Body | Destination::Skipped | Destination::Fonts => return,
            Destination::Styles => return self.end_style(group),
            Destination::Info(InfoField::Created | InfoField::Modified) => String::new(),
            _ => std::mem::take(&mut self.aside).trim().to_owned(),
        };
        match group.destination {
            Destination::Info(field) => self.end_info(field, text),
            Destination::Marker => self.flow.paragraph.marker = text,
            Destination::Footnote => {
                self.notes += 1;
                let mark = format!("[^{}]", self.notes);
                self.flow.notes.push(format!("{mark}: {text}"));
                self.flow.paragraph.text.push_str(&mark);
            }
            Destination::Comment => self.flow.notes.push(format!("[^comment]: {text}")),
            _ => {}
        }
    }

    fn end_info(&mut self, field: InfoField, text: String) {
        let [year, month, day, hour, minute] = self.date;
        let date = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00");
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        match field {
            InfoField::Title => self.title = some(text),
            InfoField::Author => self.properties.authors.extend(some(text)),
            InfoField::Subject => self.properties.subject = some(text),
            InfoField::Keywords => self.properties.keywords = some(text),
            InfoField::Created => self.properties.created = (year > 0).then_some(date),
            InfoField::Modified => self.properties.modified = (year > 0).then_some(date),
        }
    }

    /// Learns the level of a heading from the name of its style.
    fn end_style(&mut self, group: Group) {
        let name = std::mem::take(&mut self.aside).trim().trim_end_matches(';').to_lowercase();
        let level = match name.strip_prefix("heading ") {
            Some(level) => level.parse().ok(),
            None => (name == "title").then_some(1),
        };
        if let (Some(level), Some(style)) = (level, group.style) {
            self.flow.headings.insert(style, level);
        }
    }

    fn control(&mut self, word: &str, number: Option<i32>) -> Result<(), ExtractError> {
        let is_start = std::mem::take(&mut self.group.is_start);
        if word == "*" {
            self.group.is_optional = true;
            self.group.is_start = true;
            return Ok(());
        }
        if let Some(destination) = Destination::of(word).filter(|_| is_start || !self.group.is_optional) {
            self.group.destination = self.group.destination.inside(destination);
            self.aside.clear();
            return Ok(());
        }
        if is_start && self.group.is_optional && !Destination::is_transparent(word) {
            self.group.destination = Destination::Skipped;
        }
        match (word, number) {
            ("u", Some(code)) => self.push_unit(code),
            ("uc", count) => self.group.repeats = usize::try_from(count.unwrap_or(1)).unwrap_or(0),
            ("ansicpg", Some(page)) => self.encoding = charset::of_code_page(page),
            ("mac", _) => self.encoding = charset::of_code_page(10000),
            ("f", Some(font)) => self.group.font = Some(font),
            ("fcharset", Some(charset)) if self.group.destination == Destination::Fonts => {
                if let (Some(font), Some(encoding)) = (self.group.font, charset::of_font(charset)) {
                    self.fonts.insert(font, encoding);
                }
            }
            ("v" | "deleted", number) => self.group.is_hidden = number != Some(0),
            ("plain", _) => self.group.is_hidden = false,
            ("yr" | "mo" | "dy" | "hr" | "min", Some(number)) => self.set_date(word, number),
            ("s", Some(style)) if self.group.destination == Destination::Styles => {
                self.group.style = Some(style);
            }
            _ if self.group.destination == Destination::Body => self.control_body(word, number)?,
            _ => self.push_sign(word),
        }
        Ok(())
    }

    fn control_body(&mut self, word: &str, number: Option<i32>) -> Result<(), ExtractError> {
        let paragraph = &mut self.flow.paragraph;
        let small = number.and_then(|number| u8::try_from(number).ok());
        match word {
            "par" | "sect" | "page" => self.flow.end_paragraph()?,
            "pard" => self.flow.reset_paragraph(),
            "intbl" => paragraph.is_in_table = true,
            "cell" | "nestcell" => self.flow.end_cell(),
            "row" | "nestrow" => self.flow.end_row(),
            "s" => paragraph.style = number,
            "outlinelevel" => paragraph.heading = small.filter(|level| *level < 9).map(|level| level + 1),
            "ilvl" => paragraph.depth = small.unwrap_or(0),
            _ => self.push_sign(word),
        }
        Ok(())
    }

    /// Writes the character that a control word stands for.
    fn push_sign(&mut self, word: &str) {
        let sign = match word {
            "line" | "lbr" => "\n",
            "tab" | "par" | "cell" | "~" | "emspace" | "enspace" | "qmspace" => " ",
            "emdash" => "—",
            "endash" => "–",
            "lquote" => "‘",
            "rquote" => "’",
            "ldblquote" => "“",
            "rdblquote" => "”",
            "bullet" => "•",
            "_" => "-",
            "{" | "}" | "\\" => word,
            _ => return,
        };
        self.push(sign);
    }

    /// Writes a unit of UTF-16, after which its repetition for old programs is passed over.
    fn push_unit(&mut self, code: i32) {
        self.repeats = self.group.repeats;
        // Numbers are signed, with 16 bits.
        let unit = u16::try_from(code.rem_euclid(0x1_0000)).unwrap_or_default();
        let units = self.surrogate.take().into_iter().chain([unit]);
        let decoded: Result<String, _> = char::decode_utf16(units).collect();
        match decoded {
            Ok(text) => self.push(&text),
            Err(_) if (0xd800..0xdc00).contains(&unit) => self.surrogate = Some(unit),
            Err(_) => {}
        }
    }

    fn decode(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        self.group.is_start = false;
        let bytes = std::mem::take(&mut self.bytes);
        let font = self.group.font.and_then(|font| self.fonts.get(&font));
        let encoding = font.copied().unwrap_or(self.encoding);
        let (text, _, _) = encoding.decode(&bytes);
        self.push(&text);
    }

    fn push(&mut self, text: &str) {
        match self.group.destination {
            _ if self.group.is_hidden => {}
            Destination::Body => self.flow.paragraph.text.push_str(text),
            Destination::Skipped | Destination::Fonts => {}
            _ => self.aside.push_str(text),
        }
    }

    fn set_date(&mut self, word: &str, number: i32) {
        let [year, month, day, hour, minute] = &mut self.date;
        let field = match word {
            "yr" => year,
            "mo" => month,
            "dy" => day,
            "hr" => hour,
            _ => minute,
        };
        *field = number;
    }
}

#[cfg(test)]
mod tests;
