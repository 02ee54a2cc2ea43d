//! The table of contents of a book, which names its chapters.

use std::collections::HashMap;

use super::spine::{Spine, resolve};
use crate::document::archive::Archive;
use crate::document::xml::{Node, Xml};
use crate::extract::ExtractError;

#[derive(Default)]
pub(super) struct Navigation {
    /// Titles by the names of files; the first entry for a file is its chapter.
    titles: HashMap<String, String>,
}

impl Navigation {
    /// Reads the navigation of EPUB 3 or the older one; a broken one names no chapters, and the book is read anyway.
    pub(super) fn read(archive: &mut Archive<'_>, spine: &Spine) -> Result<Self, ExtractError> {
        let Some(name) = &spine.navigation else {
            return Ok(Self::default());
        };
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let text = archive.text(name)?.unwrap_or_default();
        let mut navigation = Self::default();
        match navigation.read_entries(Xml::new(&text, archive.source()), folder) {
            Ok(()) | Err(ExtractError::Damaged { .. }) => Ok(navigation),
            Err(error) => Err(error),
        }
    }

    pub(super) fn title(&self, chapter: &str) -> Option<&str> {
        self.titles.get(chapter).map(String::as_str)
    }

    fn read_entries(&mut self, mut xml: Xml<'_>, folder: &str) -> Result<(), ExtractError> {
        let mut label = String::new();
        let mut is_contents = true;
        while let Some(node) = xml.next()? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                // Lists of pages and landmarks come after the contents.
                "nav" => is_contents = element.attribute("type").is_none_or(|kind| kind == "toc"),
                "a" if is_contents => {
                    let target = element.attribute("href").unwrap_or_default();
                    let title = xml.text()?;
                    self.add(&resolve(folder, &target), &title);
                }
                "navLabel" => label = xml.text()?,
                "content" => {
                    let target = element.attribute("src").unwrap_or_default();
                    self.add(&resolve(folder, &target), &label);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn add(&mut self, name: &str, title: &str) {
        let title = title.trim();
        if !title.is_empty() && !self.titles.contains_key(name) {
            self.titles.insert(name.to_owned(), title.to_owned());
        }
    }
}
