//! Telling tags from text in HTML, as the standard's tokeniser does where text is concerned.

use memchr::{memchr, memchr3, memmem};

/// Elements of which the content is text up to their own end tag.
const RAW: &[&str] = &["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"];

/// Elements that have no content and no end tag.
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr",
];

/// Longest tag name that is told apart from others.
const MAX_NAME_BYTES: usize = 32;

/// One tag, or the text up to the next one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Markup<'t> {
    /// Text with its character references.
    Text(&'t str),
    /// A start tag.
    Start {
        /// Lower-case name.
        name: String,
        /// What is between the name and the closing bracket.
        attributes: &'t str,
        /// Whether no end tag belongs to it.
        is_void: bool,
    },
    /// An end tag.
    End {
        /// Lower-case name.
        name: String,
    },
}

pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    /// Name of the raw element whose content comes next.
    raw: Option<String>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, raw: None }
    }

    /// Where the next tag or text begins, or something before it that is passed over.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Text up to the next thing that looks like markup.
    fn read_text(&mut self) -> Option<Markup<'t>> {
        let rest = self.rest();
        let mut end = 0;
        loop {
            let Some(found) = memchr(b'<', rest.as_bytes().get(end..).unwrap_or_default()) else {
                end = rest.len();
                break;
            };
            end += found;
            if begins_markup(rest.as_bytes().get(end + 1..).unwrap_or_default()) {
                break;
            }
            end += 1;
        }
        self.at += end;
        (end > 0).then(|| Markup::Text(rest.get(..end).unwrap_or_default()))
    }

    /// Content of a raw element: everything before its end tag, or to the end where it has none.
    fn read_raw(&mut self, name: &str) -> Option<Markup<'t>> {
        let rest = self.rest();
        let mut end = 0;
        while let Some(found) = memmem::find(rest.as_bytes().get(end..).unwrap_or_default(), b"</") {
            end += found;
            let after = rest.as_bytes().get(end + 2..).unwrap_or_default();
            let is_end = after.get(..name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
                && after
                    .get(name.len())
                    .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
            if is_end {
                self.at += end;
                return (end > 0).then(|| Markup::Text(rest.get(..end).unwrap_or_default()));
            }
            end += 2;
        }
        self.at = self.text.len();
        (!rest.is_empty()).then_some(Markup::Text(rest))
    }

    /// A tag at `<`; `None` for a comment, a declaration and a tag that never ends, which are passed over.
    fn read_markup(&mut self) -> Option<Markup<'t>> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        if bytes.starts_with(b"<!--") {
            self.skip_past(b"-->", 4);
            return None;
        }
        let (is_end, name_at) = if bytes.get(1) == Some(&b'/') { (true, 2) } else { (false, 1) };
        if !bytes.get(name_at).is_some_and(u8::is_ascii_alphabetic) {
            self.skip_past(b">", 1);
            return None;
        }
        let ends_name = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
        let name_bytes = bytes.get(name_at..).unwrap_or_default();
        let len = name_bytes.iter().position(ends_name).unwrap_or(name_bytes.len());
        let name = rest.get(name_at..name_at + len).unwrap_or_default();
        let name =
            name.get(..name.floor_char_boundary(MAX_NAME_BYTES)).unwrap_or_default().to_ascii_lowercase();
        let Some(end) = tag_end(bytes, name_at + len) else {
            self.at = self.text.len();
            return None;
        };
        self.at += end;
        if is_end {
            return Some(Markup::End { name });
        }
        let is_void = VOID.contains(&name.as_str());
        if RAW.contains(&name.as_str()) {
            self.raw = Some(name.clone());
        }
        let attributes = rest.get(name_at + len..end.saturating_sub(1)).unwrap_or_default();
        Some(Markup::Start { name, attributes, is_void })
    }

    fn skip_past(&mut self, end: &[u8], from: usize) {
        let rest = self.rest().as_bytes();
        // `<!-->` is a whole comment, so its end is looked for from its first dash.
        let from = if end.len() > 1 { from - 2 } else { from };
        let found = memmem::find(rest.get(from..).unwrap_or_default(), end);
        self.at += found.map_or(rest.len(), |at| from + at + end.len());
    }
}

impl<'t> Iterator for Scanner<'t> {
    type Item = Markup<'t>;

    fn next(&mut self) -> Option<Markup<'t>> {
        while self.at < self.text.len() {
            let found = match self.raw.take() {
                Some(name) => self.read_raw(&name),
                None => self.read_text().or_else(|| self.read_markup()),
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

/// Whether what follows `<` makes it markup rather than a sign.
fn begins_markup(after: &[u8]) -> bool {
    matches!(after, [b'a'..=b'z' | b'A'..=b'Z' | b'!' | b'?' | b'/', ..])
}

/// End of the tag whose name ends at `at`: past the first `>` that is not inside a quoted value.
fn tag_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    loop {
        at += memchr3(b'>', b'"', b'\'', bytes.get(at..)?)?;
        match bytes.get(at)? {
            b'>' => return Some(at + 1),
            // A quotation mark opens a value only behind an equals sign.
            quote if opens_value(bytes, at) => at += 2 + memchr(*quote, bytes.get(at + 1..)?)?,
            _ => at += 1,
        }
    }
}

fn opens_value(bytes: &[u8], quote: usize) -> bool {
    let before = bytes.get(..quote).unwrap_or_default();
    before.iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'=')
}
