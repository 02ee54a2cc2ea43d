//! The text of XML, with the elements around it as headings; feeds have a form of their own.
//!
//! Entities that a document declares are never expanded: a reference to one stays as it is written.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use self::page::PageWriter;
use super::Page;

#[cfg(feature = "html")]
pub(crate) mod feed;
mod page;

/// Elements within elements that are followed; a document with more is not read as XML.
const MAX_DEPTH: usize = 256;

/// Attributes that say which one of several like elements it is.
const NAMES: [&str; 5] = ["name", "id", "key", "title", "label"];

/// Share of a document that must be text, or its tags and attributes say more than its text does.
const MIN_TEXT_SHARE: usize = 20;

/// Reads a document; `None` where it is broken, nested too deep, or has hardly any text between its tags.
pub(crate) fn read(xml: &str) -> Option<Page> {
    let mut reader = reader(xml);
    let mut page = PageWriter::default();
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                if page.depth() >= MAX_DEPTH {
                    return None;
                }
                page.start(&name(&tag), distinction(&tag));
            }
            Event::Empty(tag) => {
                page.start(&name(&tag), distinction(&tag));
                page.end();
            }
            Event::End(_) => page.end(),
            Event::Text(text) => page.text(&text.xml10_content()),
            Event::CData(text) => page.text(&text.xml10_content()),
            Event::GeneralRef(reference) => page.reference(&resolved(&reference)),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    let page = page.finish();
    (page.text.len().saturating_mul(MIN_TEXT_SHARE) >= xml.len()).then_some(page)
}

/// A reader that takes what it can from documents with slips.
fn reader(xml: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

/// Name of an element without its prefix.
fn name(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_owned()
}

fn distinction(tag: &BytesStart<'_>) -> Option<String> {
    NAMES.iter().find_map(|name| {
        let attribute = tag.try_get_attribute(name).ok()??;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
        (!value.trim().is_empty()).then(|| value.into_owned())
    })
}

/// The character that a reference stands for; the reference itself where the standard does not define it.
fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    let name = reference.xml10_content();
    quick_xml::escape::resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned)
}

#[cfg(test)]
mod tests;
