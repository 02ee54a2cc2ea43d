//! The readable text of HTML as Markdown, with its outline, written in one pass over the tags.
//!
//! No tree is built: a tree's construction is quadratic in the nesting that a hostile page chooses, and its
//! traversal recursive. Tags that are left open are closed by what follows them, as far as text is concerned.

use self::page::PageWriter;
use self::scan::{Markup, Scanner};
use super::Page;

mod page;
mod scan;

/// Elements of which nothing is read.
const SKIPPED: &[&str] = &[
    "applet", "audio", "button", "canvas", "datalist", "dialog", "embed", "footer", "frame", "frameset",
    "head", "iframe", "map", "math", "menu", "nav", "noembed", "noframes", "noscript", "object", "script",
    "select", "style", "svg", "template", "textarea", "video",
];

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "header",
    "hgroup",
    "html",
    "legend",
    "main",
    "ol",
    "p",
    "section",
    "summary",
    "table",
    "ul",
];

/// Reads a page; costs time linear in `html`, however broken it is.
pub(crate) fn read(html: &str) -> Page {
    let mut reader = Reader { page: PageWriter::new(), skipping: None };
    for markup in Scanner::new(html) {
        match markup {
            Markup::Text(text) => reader.text(text),
            Markup::Start { name, is_void } => reader.start(&name, is_void),
            Markup::End { name } => reader.end(&name),
        }
    }
    reader.page.finish()
}

struct Reader {
    page: PageWriter,
    /// The skipped element that is open, and how many of its name are open inside one another.
    skipping: Option<(String, usize)>,
}

impl Reader {
    fn text(&mut self, text: &str) {
        let is_skipped = self.skipping.is_some() && !self.page.is_in_title();
        if !is_skipped {
            self.page.text(&htmlize::unescape(text));
        }
    }

    fn start(&mut self, name: &str, is_void: bool) {
        let is_page_title = self.skipping.as_ref().is_none_or(|(skipped, _)| skipped == "head");
        if name == "title" && is_page_title && self.page.starts_title() {
            return;
        }
        if let Some((skipped, depth)) = &mut self.skipping {
            // A head that was left open ends where the body begins.
            if skipped == "head"
                && (name == "body" || BLOCKS.contains(&name) || heading_level(name).is_some())
            {
                self.skipping = None;
            } else {
                *depth += usize::from(skipped == name && !is_void);
                return;
            }
        }
        if SKIPPED.contains(&name) {
            if !is_void {
                self.skipping = Some((name.to_owned(), 1));
            }
            self.page.gap();
            return;
        }
        self.open(name);
    }

    fn open(&mut self, name: &str) {
        match name {
            "br" => self.page.line_break(),
            "hr" => self.page.end_block(),
            "li" => self.page.start_item(),
            "ul" | "ol" => self.page.start_list(),
            "tr" => self.page.start_row(),
            "td" | "th" => self.page.start_cell(),
            "pre" | "listing" | "xmp" => self.page.start_preformatted(),
            "table" | "thead" | "tbody" | "tfoot" => self.page.end_rows(),
            _ => match heading_level(name) {
                Some(level) => self.page.start_heading(level),
                None if BLOCKS.contains(&name) => self.page.end_block(),
                None => {}
            },
        }
    }

    fn end(&mut self, name: &str) {
        if name == "title" && self.page.ends_title() {
            return;
        }
        if let Some((skipped, depth)) = &mut self.skipping {
            if skipped == name {
                *depth -= 1;
                if *depth == 0 {
                    self.skipping = None;
                }
            }
            return;
        }
        match name {
            "ul" | "ol" => self.page.end_list(),
            "li" | "tr" => self.page.end_line(),
            "pre" | "listing" | "xmp" => self.page.end_preformatted(),
            "table" | "thead" | "tbody" | "tfoot" => self.page.end_rows(),
            _ if heading_level(name).is_some() || BLOCKS.contains(&name) => self.page.end_block(),
            _ => {}
        }
    }
}

fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
