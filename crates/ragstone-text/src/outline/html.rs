//! The readable text of HTML as Markdown, with its outline, written in one pass over the tags.
//!
//! No tree is built for it: a tree's construction is quadratic in the nesting that a hostile page chooses, and its
//! traversal recursive. Tags that are left open are closed by what follows them, as far as text is concerned.
//! Finding the article of a page takes a tree, and is done for pages that are known to be small and flat.

pub(crate) use self::article::read_article;
use self::page::PageWriter;
use self::scan::{Markup, Scanner};
use super::Page;

mod article;
mod cost;
mod main;
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

/// Which parts of a page are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// Everything that is for reading.
    Whole,
    /// What the page says is its main part; everything where it says nothing.
    Main,
    /// The main part without the text of links, and without what is hidden by its style.
    Unlinked,
}

/// Reads a page; costs time linear in `html`, however broken it is.
pub(crate) fn read(html: &str) -> Page {
    read_scope(html, Scope::Whole)
}

fn read_scope(html: &str, scope: Scope) -> Page {
    let main = if scope == Scope::Whole { Vec::new() } else { main::parts(html) };
    let is_main = |at: usize| main.is_empty() || main.iter().any(|part| part.contains(&at));
    let mut reader =
        Reader { page: PageWriter::new(), skipping: None, is_unlinked: scope == Scope::Unlinked };
    let mut scanner = Scanner::new(html);
    loop {
        let at = scanner.at();
        let Some(markup) = scanner.next() else { break };
        let is_read = is_main(at);
        match markup {
            Markup::Text(text) if is_read || reader.page.is_in_title() => reader.text(text),
            Markup::Start { name, attributes, is_void } if is_read || name == "title" => {
                reader.start(&name, attributes, is_void);
            }
            Markup::End { name } if is_read || name == "title" => reader.end(&name),
            _ => {}
        }
    }
    reader.page.finish()
}

struct Reader {
    page: PageWriter,
    /// The skipped element that is open, and how many of its name are open inside one another.
    skipping: Option<(String, usize)>,
    is_unlinked: bool,
}

impl Reader {
    fn text(&mut self, text: &str) {
        let is_skipped = self.skipping.is_some() && !self.page.is_in_title();
        if !is_skipped {
            self.page.text(&htmlize::unescape(text));
        }
    }

    fn start(&mut self, name: &str, attributes: &str, is_void: bool) {
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
                // Links are never inside one another.
                *depth += usize::from(skipped == name && !is_void && name != "a");
                return;
            }
        }
        let is_left_out = self.is_unlinked && (is_link(name, attributes) || is_unseen(attributes));
        if is_left_out || SKIPPED.contains(&name) {
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

fn is_link(name: &str, attributes: &str) -> bool {
    name == "a" && attributes.contains("href")
}

/// Whether a style takes the element from the page; tabs, which are for reading, are hidden by an attribute.
fn is_unseen(attributes: &str) -> bool {
    let Some((_, style)) = attributes.split_once("style") else { return false };
    ["display:none", "display: none", "visibility:hidden", "visibility: hidden"]
        .iter()
        .any(|declaration| style.contains(declaration))
}

fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
