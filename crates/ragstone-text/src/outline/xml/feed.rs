//! RSS and Atom as a page of HTML, one heading per entry, for the reader of HTML to make text of.

use std::borrow::Cow;

use quick_xml::events::Event;

use super::{name, reader, resolved};

/// Elements around the entries, by which a feed is known.
const ROOTS: [&str; 3] = ["rss", "feed", "RDF"];

/// What an entry or the feed says about itself.
#[derive(Default)]
struct Entry {
    title: String,
    /// Authors, dates and categories, in their order.
    details: Vec<String>,
    /// The longest of the texts: a feed has a summary, the content, or both.
    content: String,
}

/// The page; `None` where the document is no feed or is broken.
pub(crate) fn page(xml: &str) -> Option<String> {
    let mut feed =
        Feed { open: Vec::new(), entry: Entry::default(), field: String::new(), html: String::new() };
    let mut reader = reader(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => feed.start(name(&tag))?,
            Event::Empty(_) if feed.open.is_empty() => return None,
            Event::End(_) => feed.end(),
            Event::Text(text) => feed.field.push_str(&text.xml10_content()),
            Event::CData(text) => feed.field.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => feed.field.push_str(&resolved(&reference)),
            Event::Eof => break,
            _ => {}
        }
    }
    feed.write_entry();
    Some(feed.html)
}

struct Feed {
    open: Vec<String>,
    entry: Entry,
    /// Text since the last start tag.
    field: String,
    html: String,
}

impl Feed {
    /// Opens an element; `None` where it shows that the document is no feed.
    fn start(&mut self, name: String) -> Option<()> {
        if self.open.len() > super::MAX_DEPTH || (self.open.is_empty() && !ROOTS.contains(&name.as_str())) {
            return None;
        }
        if matches!(name.as_str(), "item" | "entry") {
            self.write_entry();
        }
        // Markup inside a text keeps its words apart.
        if self.is_in_text() {
            self.field.push(' ');
        } else {
            self.field.clear();
        }
        self.open.push(name);
        Some(())
    }

    fn end(&mut self) {
        let Some(name) = self.open.pop() else { return };
        if self.is_in_text() {
            self.field.push(' ');
            return;
        }
        let field = std::mem::take(&mut self.field);
        let field = field.trim();
        if field.is_empty() || self.open.iter().any(|open| open == "image" || open == "textinput") {
            return;
        }
        match name.as_str() {
            "title" if self.entry.title.is_empty() => field.clone_into(&mut self.entry.title),
            "description" | "summary" | "content" | "encoded" | "subtitle"
                if field.len() > self.entry.content.len() =>
            {
                field.clone_into(&mut self.entry.content);
            }
            "creator" | "author" | "name" | "pubDate" | "published" | "date" | "category" => {
                self.entry.details.push(field.to_owned());
            }
            _ => {}
        }
    }

    fn is_in_text(&self) -> bool {
        self.open.iter().any(|open| matches!(open.as_str(), "content" | "summary" | "description"))
    }

    /// Writes what was read before an entry or the end: the feed itself first, then each entry.
    fn write_entry(&mut self) {
        let entry = std::mem::take(&mut self.entry);
        let tag = if self.html.is_empty() { "h1" } else { "h2" };
        let details = if tag == "h2" { entry.details.join(" · ") } else { String::new() };
        let (title, details) = (escaped(&entry.title), escaped(&details));
        for part in
            ["<", tag, ">", &title, "</", tag, ">\n<p>", &details, "</p>\n<div>", &entry.content, "</div>\n"]
        {
            self.html.push_str(part);
        }
    }
}

fn escaped(text: &str) -> Cow<'_, str> {
    quick_xml::escape::escape(text)
}
