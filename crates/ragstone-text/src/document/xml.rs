//! Reading XML as a flat sequence of nodes: no entities but the predefined ones, and bounded nesting.

use std::borrow::Cow;

use encoding_rs::Encoding;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::Source;
use crate::extract::{ExtractError, ExtractLimits};

/// A node; comments, declarations and instructions are passed over.
pub(super) enum Node<'a> {
    Start(Element<'a>),
    End,
    Text(Cow<'a, str>),
}

/// The start of an element; an empty one is followed by its end too.
pub(super) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    /// The name without its prefix.
    pub(super) fn name(&self) -> &str {
        after_prefix(self.0.name().0)
    }

    /// Value of the attribute of this name, whatever its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.find(|key| after_prefix(key) == name)
    }

    /// Value of the attribute of this name and prefix, such as `r:id`.
    pub(super) fn prefixed(&self, name: &str) -> Option<String> {
        self.find(|key| key == name)
    }

    /// Whether a property such as `<w:vanish/>` is on: it is unless its value says otherwise.
    pub(super) fn is_on(&self) -> bool {
        !matches!(self.attribute("val").as_deref(), Some("0" | "false" | "off"))
    }

    fn find(&self, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        let found = attributes.flatten().find(|attribute| is_it(attribute.key.0))?;
        found.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
    }
}

fn after_prefix(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    source: Source<'a>,
    depth: usize,
}

impl<'a> Xml<'a> {
    pub(super) fn new(text: &'a str, source: Source<'a>) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, source, depth: 0 }
    }

    pub(super) const fn limits(&self) -> &'a ExtractLimits {
        self.source.limits
    }

    /// Number of elements that are open.
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    /// The next node; `None` at the end.
    ///
    /// # Errors
    /// `TooDeep`, and `Damaged` where the text is not well-formed or has entities of its own.
    pub(super) fn next(&mut self) -> Result<Option<Node<'a>>, ExtractError> {
        loop {
            let event =
                self.reader.read_event().map_err(|_| self.source.damaged("XML is not well-formed"))?;
            match event {
                Event::Start(start) | Event::Empty(start) => {
                    self.depth += 1;
                    if self.depth > self.source.limits.max_nesting {
                        return Err(ExtractError::TooDeep { limit: self.source.limits.max_nesting });
                    }
                    return Ok(Some(Node::Start(Element(start))));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Node::End));
                }
                Event::Text(text) => return Ok(Some(Node::Text(text.xml10_content()))),
                Event::CData(data) => return Ok(Some(Node::Text(data.xml10_content()))),
                Event::GeneralRef(reference) => {
                    let c = self.resolve(&reference)?;
                    return Ok(Some(Node::Text(Cow::Owned(c.to_string()))));
                }
                Event::DocType(doctype) if doctype.contains("<!ENTITY") => {
                    return Err(self.source.damaged("XML defines entities"));
                }
                Event::Eof if self.depth > 0 => return Err(self.source.damaged("XML ends too early")),
                Event::Eof => return Ok(None),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    fn resolve(&self, reference: &BytesRef<'_>) -> Result<char, ExtractError> {
        if let Ok(Some(c)) = reference.resolve_char_ref() {
            return Ok(c);
        }
        match &**reference {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(self.source.damaged("XML uses an entity that it may not define")),
        }
    }

    /// The next node inside the element that was open at `depth`; `None` at its end.
    pub(super) fn next_inside(&mut self, depth: usize) -> Result<Option<Node<'a>>, ExtractError> {
        match self.next()? {
            Some(Node::End) if self.depth < depth => Ok(None),
            node => Ok(node),
        }
    }

    /// Passes over the rest of the element that was started last.
    pub(super) fn skip(&mut self) -> Result<(), ExtractError> {
        let depth = self.depth;
        while self.next_inside(depth)?.is_some() {}
        Ok(())
    }

    /// All text of the element that was started last.
    pub(super) fn text(&mut self) -> Result<String, ExtractError> {
        let depth = self.depth;
        let mut text = String::new();
        while let Some(node) = self.next_inside(depth)? {
            if let Node::Text(part) = node {
                text.push_str(&part);
            }
        }
        Ok(text)
    }
}

/// Decodes a file of XML: by its byte order mark, as UTF-8, or as what it declares.
pub(super) fn decode(bytes: Vec<u8>) -> String {
    if let Some((encoding, _)) = Encoding::for_bom(&bytes) {
        return encoding.decode(&bytes).0.into_owned();
    }
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let bytes = error.into_bytes();
        let encoding = declared(&bytes).unwrap_or(encoding_rs::UTF_8);
        encoding.decode(&bytes).0.into_owned()
    })
}

fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.split(|byte| *byte == b'>').next()?;
    let at = memchr::memmem::find(head, b"encoding=")? + b"encoding=".len();
    let value = head.get(at + 1..)?.split(|byte| matches!(byte, b'"' | b'\'')).next()?;
    Encoding::for_label(value)
}
