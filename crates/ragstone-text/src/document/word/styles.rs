//! Styles of paragraphs: which of them are headings or items of lists, and which hide their text.

use std::collections::HashMap;

use super::numbering::Place;
use crate::document::xml::{Node, Xml};
use crate::extract::ExtractError;

/// Longest chain of styles that are based on one another.
const MAX_CHAIN: usize = 16;

#[derive(Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
}

#[derive(Default)]
struct Style {
    name: String,
    base: Option<String>,
    heading: Option<u8>,
    place: Place,
    is_hidden: bool,
}

impl Styles {
    pub(super) fn read(mut xml: Xml<'_>) -> Result<Self, ExtractError> {
        let mut styles = Self::default();
        while let Some(node) = xml.next()? {
            if let Node::Start(element) = node
                && element.name() == "style"
            {
                let id = element.attribute("styleId").unwrap_or_default();
                let style = Style::read(&mut xml)?;
                styles.by_id.insert(id, style);
            }
        }
        Ok(styles)
    }

    /// Level of the heading that paragraphs of a style are, from 1.
    pub(super) fn heading(&self, id: &str) -> Option<u8> {
        self.chain(id).find_map(|style| style.heading)
    }

    /// Whether paragraphs of a style are the title of the document.
    pub(super) fn is_title(&self, id: &str) -> bool {
        self.chain(id).any(|style| style.name == "title")
    }

    /// Where a style puts its paragraphs in a list.
    pub(super) fn place(&self, id: &str) -> Place {
        let mut place = Place::default();
        for style in self.chain(id) {
            place = place.or(&style.place);
        }
        place
    }

    pub(super) fn is_hidden(&self, id: &str) -> bool {
        self.chain(id).any(|style| style.is_hidden)
    }

    /// The style and those that it is based on.
    fn chain<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a Style> {
        let first = self.by_id.get(id);
        let next = |style: &&'a Style| style.base.as_ref().and_then(|base| self.by_id.get(base));
        std::iter::successors(first, next).take(MAX_CHAIN)
    }
}

impl Style {
    fn read(xml: &mut Xml<'_>) -> Result<Self, ExtractError> {
        let depth = xml.depth();
        let mut style = Self::default();
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            let value = || element.attribute("val");
            match element.name() {
                "name" => style.name = value().unwrap_or_default().to_ascii_lowercase(),
                "basedOn" => style.base = value(),
                "outlineLvl" => style.heading = style.heading.or(outline_level(value())),
                "numId" => style.place.list = value(),
                "ilvl" => style.place.level = value().and_then(|level| level.parse().ok()),
                "vanish" => style.is_hidden = element.is_on(),
                _ => {}
            }
        }
        // The names of built-in styles are English in every translation.
        let level = style.name.strip_prefix("heading ").and_then(|level| level.parse().ok());
        style.heading = level.or(style.heading).or((style.name == "title").then_some(1));
        Ok(style)
    }
}

/// The level of a heading, from 1; the value counts from 0, and 9 is body text.
pub(super) fn outline_level(value: Option<String>) -> Option<u8> {
    value?.parse::<u8>().ok().filter(|level| *level < 9).map(|level| level + 1)
}
