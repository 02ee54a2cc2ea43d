//! Styles of OpenDocument: what hides text, which tables are hidden, and which lists are numbered.

use std::collections::{HashMap, HashSet};

use crate::document::xml::{Node, Xml};
use crate::extract::ExtractError;

#[derive(Default)]
pub(super) struct Styles {
    /// Names of styles whose text or table is not shown.
    hidden: HashSet<String>,
    /// Names of styles that begin with `Title`, and what is based on them.
    titles: HashSet<String>,
    /// Prefix, first number and suffix of the levels of lists that are numbered, by style and level.
    numbered: HashMap<(String, u8), Numbers>,
}

/// How the items of a level of a list are numbered.
#[derive(Clone, Default)]
pub(super) struct Numbers {
    pub(super) prefix: String,
    pub(super) suffix: String,
    pub(super) start: u32,
}

impl Styles {
    pub(super) fn read<'a>(parts: impl IntoIterator<Item = Xml<'a>>) -> Result<Self, ExtractError> {
        let mut styles = Self::default();
        for part in parts {
            styles.read_part(part)?;
        }
        Ok(styles)
    }

    fn read_part(&mut self, mut xml: Xml<'_>) -> Result<(), ExtractError> {
        let mut style = String::new();
        while let Some(node) = xml.next()? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "style" => {
                    style = element.attribute("name").unwrap_or_default();
                    let parent = element.attribute("parent-style-name");
                    if style == "Title" || parent.is_some_and(|parent| self.titles.contains(&parent)) {
                        self.titles.insert(style.clone());
                    }
                }
                "list-style" => style = element.attribute("name").unwrap_or_default(),
                "text-properties" | "table-properties" | "drawing-page-properties" => {
                    let is_none = element.attribute("display").is_some_and(|display| display == "none");
                    let is_hidden = element.prefixed("table:display").is_some_and(|shown| shown == "false")
                        || element.attribute("visibility").is_some_and(|shown| shown == "hidden");
                    if is_none || is_hidden {
                        self.hidden.insert(style.clone());
                    }
                }
                "list-level-style-number" => {
                    let attribute = |name: &str| element.attribute(name);
                    if attribute("num-format").is_some_and(|format| !format.is_empty()) {
                        let numbers = Numbers {
                            prefix: attribute("num-prefix").unwrap_or_default(),
                            suffix: attribute("num-suffix").unwrap_or_default(),
                            start: attribute("start-value").and_then(|start| start.parse().ok()).unwrap_or(1),
                        };
                        let level = attribute("level").and_then(|level| level.parse().ok()).unwrap_or(1);
                        self.numbered.insert((style.clone(), level), numbers);
                    }
                }
                "body" => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn is_hidden(&self, style: Option<&str>) -> bool {
        style.is_some_and(|style| self.hidden.contains(style))
    }

    pub(super) fn is_title(&self, style: Option<&str>) -> bool {
        style.is_some_and(|style| self.titles.contains(style))
    }

    /// How a level of a list is numbered, from 1; `None` where it has bullets.
    pub(super) fn numbers(&self, style: &str, level: u8) -> Option<Numbers> {
        self.numbered.get(&(style.to_owned(), level)).cloned()
    }
}
