//! Footnotes, endnotes and comments by their ids.

use std::collections::HashMap;

use crate::document::xml::{Node, Xml};
use crate::extract::ExtractError;

#[derive(Default)]
pub(super) struct Notes {
    by_id: HashMap<String, Note>,
}

#[derive(Clone, Default)]
pub(super) struct Note {
    pub(super) author: Option<String>,
    pub(super) text: String,
}

impl Notes {
    /// Reads a part; separators, which are notes of a type of their own, are left out.
    pub(super) fn read(mut xml: Xml<'_>) -> Result<Self, ExtractError> {
        let mut notes = Self::default();
        while let Some(node) = xml.next()? {
            let Node::Start(element) = node else { continue };
            if !matches!(element.name(), "footnote" | "endnote" | "comment") {
                continue;
            }
            let is_text = element.attribute("type").is_none_or(|kind| kind == "normal");
            let id = element.attribute("id").unwrap_or_default();
            let author = element.attribute("author").filter(|author| !author.is_empty());
            let text = text(&mut xml)?;
            if is_text && !text.trim().is_empty() {
                notes.by_id.insert(id, Note { author, text });
            }
        }
        Ok(notes)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Note> {
        self.by_id.get(id)
    }
}

/// The text of the element that was started last, with its paragraphs on one line.
fn text(xml: &mut Xml<'_>) -> Result<String, ExtractError> {
    let depth = xml.depth();
    let mut text = String::new();
    while let Some(node) = xml.next_inside(depth)? {
        match node {
            Node::Start(element) => match element.name() {
                "t" => {
                    let part = xml.text()?;
                    text.push_str(&part);
                }
                "p" | "br" | "cr" | "tab" => text.push(' '),
                "del" | "moveFrom" | "Fallback" => xml.skip()?,
                _ => {}
            },
            Node::End | Node::Text(_) => {}
        }
    }
    Ok(text)
}
