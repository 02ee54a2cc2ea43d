//! The package of a book: its properties, its files, and the order in which they are read.

use crate::document::xml::{Node, Xml};
use crate::extract::{ExtractError, Properties};

#[derive(Default)]
pub(super) struct Spine {
    pub(super) title: Option<String>,
    pub(super) properties: Properties,
    /// Names of the files with the chapters, in reading order.
    pub(super) chapters: Vec<String>,
    /// Name of the file with the navigation.
    pub(super) navigation: Option<String>,
}

/// A file of the book.
struct Item {
    id: String,
    name: String,
    media_type: String,
    properties: String,
}

impl Spine {
    /// Reads the package that lies in the archive under `name`.
    pub(super) fn read(mut xml: Xml<'_>, name: &str) -> Result<Self, ExtractError> {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut spine = Self::default();
        let mut items = Vec::new();
        let mut order = Vec::new();
        while let Some(node) = xml.next()? {
            let Node::Start(element) = node else { continue };
            let attribute = |name: &str| element.attribute(name).unwrap_or_default();
            match element.name() {
                "item" => items.push(Item {
                    id: attribute("id"),
                    name: resolve(folder, &attribute("href")),
                    media_type: attribute("media-type"),
                    properties: attribute("properties"),
                }),
                "itemref" => order.push(attribute("idref")),
                "title" | "creator" | "date" | "description" | "subject" | "language" => {
                    let field = element.name().to_owned();
                    let value = xml.text()?;
                    spine.describe(&field, value.trim());
                }
                _ => {}
            }
        }
        let is_page = |item: &&Item| item.media_type.contains("html") || item.media_type.is_empty();
        let page = |id: &String| items.iter().find(|item| item.id == *id).filter(is_page);
        spine.chapters = order.iter().filter_map(page).map(|item| item.name.clone()).collect();
        let is_navigation = |item: &&Item| item.properties.split(' ').any(|property| property == "nav");
        let is_old_navigation = |item: &&Item| item.media_type == "application/x-dtbncx+xml";
        let navigation = items.iter().find(is_navigation).or_else(|| items.iter().find(is_old_navigation));
        spine.navigation = navigation.map(|item| item.name.clone());
        Ok(spine)
    }

    fn describe(&mut self, field: &str, value: &str) {
        let properties = &mut self.properties;
        let field = match field {
            "title" => &mut self.title,
            "date" => &mut properties.created,
            "description" => &mut properties.subject,
            "subject" => &mut properties.keywords,
            "language" => &mut properties.language,
            _ => {
                properties.authors.push(value.to_owned());
                return;
            }
        };
        if !value.is_empty() {
            field.get_or_insert_with(|| value.to_owned());
        }
    }
}

/// Name in the archive of what a file in `folder` calls `reference`, without a fragment.
pub(super) fn resolve(folder: &str, reference: &str) -> String {
    let path = reference.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    unescape(&parts.join("/"))
}

/// Replaces the percent signs of an address.
fn unescape(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = byte.filter(|_| *first == b'%') {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn references_are_relative_and_escaped() {
        assert_eq!(resolve("OEBPS/text", "../a%20b.xhtml#part"), "OEBPS/a b.xhtml");
        assert_eq!(resolve("", "a%zz.xhtml"), "a%zz.xhtml");
    }
}
