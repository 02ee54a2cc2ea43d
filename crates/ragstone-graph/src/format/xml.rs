//! XML as a flat sequence of nodes: no document types, no entities of its own, bounded nesting and size.

use std::borrow::Cow;
use std::fmt::Write;
use std::rc::Rc;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::pen::{NEEDS_JSON, Pen};
use super::source::{Progress, Source};
use super::{FormatError, GraphFormat, Place, Position, Result};

/// Most attributes of an element.
const ATTRIBUTES: usize = 64;

/// A node; comments, declarations and instructions are passed over.
pub(super) enum Node {
    Start(Element),
    End,
    Text(String),
}

/// The start of an element; an empty one is followed by its end too. Names are without prefixes.
pub(super) struct Element {
    pub(super) name: String,
    pub(super) position: Position,
    attributes: Vec<(String, String)>,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Takes the value of an attribute out.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let place = self.attributes.iter().position(|(known, _)| known == name)?;
        Some(self.attributes.swap_remove(place).1)
    }
}

pub(super) struct Xml<'a> {
    reader: Reader<Source<'a>>,
    progress: Rc<Progress>,
    format: GraphFormat,
    buffer: Vec<u8>,
    depth: usize,
    max_depth: usize,
    position: Position,
}

impl<'a> Xml<'a> {
    pub(super) fn new(source: Source<'a>, max_depth: usize) -> Self {
        let progress = source.progress();
        let (format, position) = (source.format, source.position());
        let mut reader = Reader::from_reader(source);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, progress, format, buffer: Vec::new(), depth: 0, max_depth, position }
    }

    /// Where the last node begins.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Number of elements that are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn malformed(&self, problem: &'static str) -> FormatError {
        FormatError::Malformed { format: self.format, position: self.position, problem }
    }

    /// Begins a piece, with an allowance of its own.
    pub(super) fn renew(&self) {
        self.progress.renew();
    }

    /// The next node; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Node>> {
        loop {
            self.position = self.progress.position();
            self.buffer.clear();
            let mut buffer = std::mem::take(&mut self.buffer);
            let node = match self.reader.read_event_into(&mut buffer) {
                Ok(event) => node(&event, self.format, self.position),
                Err(error) => Err(self.failed(error)),
            };
            self.buffer = buffer;
            match node? {
                Step::Node(Node::Start(element)) => {
                    self.depth += 1;
                    if self.depth > self.max_depth {
                        let (format, position) = (self.format, self.position);
                        let limit = self.max_depth as u64;
                        return Err(FormatError::TooLarge {
                            format,
                            position,
                            what: "levels of elements",
                            limit,
                        });
                    }
                    return Ok(Some(Node::Start(element)));
                }
                Step::Node(Node::End) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Node::End));
                }
                Step::Node(text) => return Ok(Some(text)),
                Step::Pass => {}
                Step::End if self.depth > 0 => return Err(self.malformed("the file ends too early")),
                Step::End => return Ok(None),
            }
        }
    }

    /// The next node inside the element that was open at `depth`; `None` at its end.
    pub(super) fn next_inside(&mut self, depth: usize) -> Result<Option<Node>> {
        match self.next()? {
            Some(Node::End) if self.depth < depth => Ok(None),
            node => Ok(node),
        }
    }

    /// The next element inside the element that was open at `depth`, past texts; `None` at its end.
    pub(super) fn child(&mut self, depth: usize) -> Result<Option<Element>> {
        loop {
            match self.next_inside(depth)? {
                Some(Node::Start(element)) => return Ok(Some(element)),
                Some(Node::Text(text)) if !text.trim().is_empty() => {
                    return Err(self.malformed("text stands where elements are expected"));
                }
                Some(Node::Text(_) | Node::End) => {}
                None => return Ok(None),
            }
        }
    }

    /// Passes over the rest of the element that was started last.
    pub(super) fn skip(&mut self) -> Result<()> {
        let depth = self.depth;
        while self.next_inside(depth)?.is_some() {}
        Ok(())
    }

    /// The text of the element that was started last, which holds nothing else.
    pub(super) fn text(&mut self) -> Result<String> {
        let depth = self.depth;
        let mut text = String::new();
        while let Some(node) = self.next_inside(depth)? {
            match node {
                Node::Text(part) => text.push_str(&part),
                Node::Start(_) | Node::End => return Err(self.malformed("a value holds elements")),
            }
        }
        Ok(text)
    }

    fn failed(&self, error: quick_xml::Error) -> FormatError {
        let problem = match error {
            quick_xml::Error::Io(error) => {
                let error = std::sync::Arc::try_unwrap(error)
                    .unwrap_or_else(|shared| std::io::Error::new(shared.kind(), shared.to_string()));
                return self.reader.get_ref().failed(error);
            }
            quick_xml::Error::Encoding(_) => "bytes are not UTF-8: convert the file",
            quick_xml::Error::Syntax(_) => "a tag, a comment or a section is not closed",
            quick_xml::Error::IllFormed(_) => "elements are not closed as they were opened",
            quick_xml::Error::InvalidAttr(_) => "an attribute is not well-formed",
            quick_xml::Error::Escape(_) => "an entity is not one of the five of XML",
            quick_xml::Error::Namespace(_) => "a prefix is not declared",
        };
        self.malformed(problem)
    }
}

enum Step {
    Node(Node),
    Pass,
    End,
}

fn node(event: &Event<'_>, format: GraphFormat, position: Position) -> Result<Step> {
    let malformed = |problem| FormatError::Malformed { format, position, problem };
    let text = match event {
        Event::Start(start) | Event::Empty(start) => {
            return Ok(Step::Node(Node::Start(element(start, position).map_err(malformed)?)));
        }
        Event::End(_) => return Ok(Step::Node(Node::End)),
        Event::Text(text) => text.xml10_content().into_owned(),
        Event::CData(data) => data.xml10_content().into_owned(),
        Event::GeneralRef(reference) => resolve(reference).map_err(malformed)?.to_string(),
        Event::DocType(_) => {
            let what = "document types, which may define entities, are";
            let remedy = "remove the DOCTYPE";
            return Err(FormatError::Unsupported { format, position, what, remedy });
        }
        Event::Decl(declaration) => {
            return match declaration.encoding() {
                Some(Ok(name)) if !is_utf8(&name) => {
                    Err(malformed("the file says that it is not UTF-8: convert it and its declaration"))
                }
                _ => Ok(Step::Pass),
            };
        }
        Event::Comment(_) | Event::PI(_) => return Ok(Step::Pass),
        Event::Eof => return Ok(Step::End),
    };
    Ok(Step::Node(Node::Text(text)))
}

fn is_utf8(name: &str) -> bool {
    ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn element(start: &BytesStart<'_>, position: Position) -> Result<Element, &'static str> {
    let mut attributes: Vec<(String, String)> = Vec::new();
    let mut found = start.attributes();
    // Doubled names are looked for below, in bounded work.
    found.with_checks(false);
    for attribute in found {
        let attribute = attribute.map_err(|_| "an attribute is not well-formed")?;
        let key = attribute.key.as_ref();
        if key == "xmlns" || key.starts_with("xmlns:") {
            continue;
        }
        let name = after_prefix(key).to_owned();
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| "an entity is not one of the five of XML")?;
        if attributes.iter().any(|(known, _)| *known == name) {
            return Err("an attribute is there twice");
        }
        if attributes.len() == ATTRIBUTES {
            return Err("an element has more than 64 attributes");
        }
        attributes.push((name, value.into_owned()));
    }
    Ok(Element { name: after_prefix(start.name().as_ref()).to_owned(), position, attributes })
}

fn after_prefix(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn resolve(reference: &BytesRef<'_>) -> Result<char, &'static str> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Ok(character);
    }
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err("an entity is not one of the five of XML"),
    }
}

/// Escapes a text for an element or an attribute in double quotes, line ends and tabs included.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let is_special = |character: char| matches!(character, '<' | '>' | '&' | '"' | '\n' | '\r' | '\t');
    if !text.contains(is_special) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' | '\t' => {
                // Writing to a string does not fail.
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

/// Refuses characters that XML 1.0 has no way to write.
pub(super) fn check(pen: &Pen<'_>, text: &str, place: Place, name: Option<&str>) -> Result<()> {
    let is_no_character = |character: char| matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if !text.contains(is_no_character) {
        return Ok(());
    }
    let what = "control characters";
    Err(match name {
        Some(name) => pen.attribute_refusal(what, place, name, NEEDS_JSON),
        None => pen.refusal(what, place, NEEDS_JSON),
    })
}
