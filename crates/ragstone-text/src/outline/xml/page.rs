//! Writing text and outline of an XML document at once.

use crate::outline::{BlockKind, Outline, Page, SectionId};

/// Elements down to this depth are headings of what is inside them.
const SECTION_DEPTH: usize = 4;

/// Longest text of an element that is written as a field, behind the element's name.
const MAX_FIELD_BYTES: usize = 80;

#[derive(Default)]
pub(super) struct PageWriter {
    text: String,
    outline: Outline,
    title: Option<String>,
    open: Vec<Element>,
    /// Text that is not written yet, because it is not known whether it is a field.
    line: String,
}

struct Element {
    name: String,
    label: String,
    /// Section of what is inside; made with the first element that stands inside on a line of its own.
    section: Option<SectionId>,
    /// Whether it stands within a line of text.
    is_inline: bool,
    /// Whether other elements are inside.
    is_parent: bool,
}

impl PageWriter {
    /// Number of elements that are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(super) fn start(&mut self, name: &str, distinction: Option<String>) {
        // Text before an element on the same line makes it a part of a sentence.
        let is_inline = !self.line.trim().is_empty();
        if !is_inline {
            self.line.clear();
            self.open_section();
        }
        if let Some(parent) = self.open.last_mut() {
            parent.is_parent = true;
        }
        let label = match distinction {
            Some(distinction) => format!("{name} {distinction}"),
            None => name.to_owned(),
        };
        self.open.push(Element { name: name.to_owned(), label, section: None, is_inline, is_parent: false });
    }

    pub(super) fn end(&mut self) {
        if let Some(element) = self.open.pop()
            && !element.is_inline
        {
            self.end_line(&element);
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        let is_spaced = text.starts_with(char::is_whitespace);
        if is_spaced && !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
        for (at, word) in text.split_whitespace().enumerate() {
            if at > 0 {
                self.line.push(' ');
            }
            self.line.push_str(word);
        }
        if text.ends_with(char::is_whitespace) && !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
    }

    /// Text of a reference, which is part of the word it stands in.
    pub(super) fn reference(&mut self, text: &str) {
        self.line.push_str(text);
    }

    pub(super) fn finish(mut self) -> Page {
        while !self.open.is_empty() {
            self.end();
        }
        Page { text: self.text, title: self.title, outline: self.outline }
    }

    /// Makes the innermost element a section, unless it is one or too deep for one.
    fn open_section(&mut self) {
        let depth = self.open.len();
        let parent = self.section();
        if let Some(element) = self.open.last_mut()
            && element.section.is_none()
            && depth <= SECTION_DEPTH
        {
            element.section = Some(self.outline.section(parent, &element.label));
        }
    }

    /// Section of the innermost element that is one.
    fn section(&self) -> SectionId {
        self.open.iter().rev().find_map(|element| element.section).unwrap_or(0)
    }

    /// Writes the text of an element that ends.
    fn end_line(&mut self, element: &Element) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        if element.name == "title" && self.title.is_none() {
            self.title = Some(super::super::fold_heading(line));
        }
        let is_field = !element.is_parent && line.len() <= MAX_FIELD_BYTES;
        let kind = if is_field { BlockKind::Lines } else { BlockKind::Text };
        let level = u8::try_from(self.open.len()).unwrap_or(u8::MAX);
        self.outline.block(self.text.len(), element.section.unwrap_or(self.section()), level, kind);
        if is_field {
            self.text.push_str(&element.name);
            self.text.push_str(": ");
        }
        self.text.push_str(line);
        self.text.push('\n');
    }
}
