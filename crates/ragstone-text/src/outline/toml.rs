//! The outline of TOML, INI and Java properties: tables by their headers, one block per key, found line by line.

use super::line::{Line, lines};
use super::{BlockKind, Outline, SectionId};

/// Parts of a table's name that are headings of their own; deeper ones are joined into the last.
const MAX_PARTS: usize = 3;

/// Level of a key; those of tables are above it.
const KEY_LEVEL: u8 = 4;

/// Longest header line that is taken for one.
const MAX_HEADER_BYTES: usize = 1024;

/// How settings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Names with dots are paths, and strings may go over several lines.
    Toml,
    /// Names are what they are, and a value goes on where it is indented or the line before ends with a backslash.
    Ini,
}

/// Reads once over the text; memory is bounded by the number of keys.
pub(crate) fn outline(text: &str, dialect: Dialect) -> Outline {
    let mut reader = Reader {
        outline: Outline::new(),
        dialect,
        path: Vec::new(),
        pending: None,
        in_string: None,
        is_continued: false,
    };
    for line in lines(text) {
        reader.read(line);
    }
    reader.outline
}

struct Reader {
    outline: Outline,
    dialect: Dialect,
    /// Parts of the name of the open table, with the sections they are.
    path: Vec<Part>,
    /// Start of comments that belong to what follows.
    pending: Option<usize>,
    /// Quotes that end the string over several lines that is open.
    in_string: Option<&'static str>,
    is_continued: bool,
}

struct Part {
    name: String,
    section: SectionId,
    /// Number of entries, where it is an array of tables.
    entries: usize,
}

impl Reader {
    fn read(&mut self, line: Line<'_>) {
        let content = line.content();
        if let Some(quotes) = self.in_string {
            if content.contains(quotes) {
                self.in_string = None;
            }
            return;
        }
        let is_continued = std::mem::replace(
            &mut self.is_continued,
            self.dialect == Dialect::Ini && content.ends_with('\\'),
        );
        if content.is_empty() {
            self.pending = None;
        } else if !is_continued {
            self.read_content(line, content);
        }
    }

    fn read_content(&mut self, line: Line<'_>, content: &str) {
        let is_ini = self.dialect == Dialect::Ini;
        if content.starts_with('#') || (is_ini && content.starts_with([';', '!'])) {
            self.read_comment(line);
        } else if let Some((name, is_array)) = self.header(content) {
            let start = self.pending.take().unwrap_or(line.start);
            self.read_header(start, name, is_array);
        } else if self.is_entry(line, content) {
            let start = self.pending.take().unwrap_or(line.start);
            self.outline.block(start, self.section(), KEY_LEVEL, BlockKind::Lines);
            self.in_string = self.opened_string(content);
        }
    }

    fn read_comment(&mut self, line: Line<'_>) {
        if self.pending.is_none() {
            self.pending = Some(line.start);
            self.outline.block(line.start, self.section(), KEY_LEVEL, BlockKind::Lines);
        }
    }

    fn read_header(&mut self, start: usize, name: &str, is_array: bool) {
        let parts = match self.dialect {
            Dialect::Toml => parts(name),
            Dialect::Ini => vec![name.to_owned()],
        };
        let shared = self.path.iter().zip(&parts).take_while(|(open, name)| open.name == **name).count();
        let is_again = shared == parts.len();
        self.path.truncate(shared);
        for name in parts.into_iter().skip(shared) {
            let section = self.outline.section(self.section(), &name);
            self.path.push(Part { name, section, entries: 0 });
        }
        let mut section = self.section();
        if is_array && let Some(part) = self.path.last_mut() {
            let entry = if is_again { part.entries } else { 0 };
            part.entries = entry + 1;
            section = self.outline.section(part.section, &format!("[{entry}]"));
        }
        let level = u8::try_from(self.path.len().saturating_sub(1)).unwrap_or(u8::MAX);
        self.outline.block(start, section, level, BlockKind::Lines);
        if is_array {
            self.path.push(Part { name: String::new(), section, entries: 0 });
        }
    }

    fn section(&self) -> SectionId {
        self.path.last().map_or(0, |part| part.section)
    }

    /// Name of the table that a line such as `[a.b]` or `[[a]]` begins.
    fn header<'l>(&self, content: &'l str) -> Option<(&'l str, bool)> {
        let content = content.split_once(" #").map_or(content, |(header, _)| header).trim_end();
        if content.len() > MAX_HEADER_BYTES {
            return None;
        }
        let inner = content.strip_prefix('[')?.strip_suffix(']')?;
        let array = inner.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
        let is_value =
            |name: &str| name.is_empty() || (self.dialect == Dialect::Toml && name.contains([',', '{']));
        match array {
            _ if self.dialect == Dialect::Ini => {
                Some((inner.trim(), false)).filter(|(name, _)| !name.is_empty())
            }
            Some(name) => Some((name.trim(), true)).filter(|(name, _)| !is_value(name)),
            None => Some((inner.trim(), false)).filter(|(name, _)| !is_value(name)),
        }
    }

    fn is_entry(&self, line: Line<'_>, content: &str) -> bool {
        match self.dialect {
            Dialect::Toml => {
                let key = content.split_once('=').map_or("", |(key, _)| key.trim());
                !key.is_empty()
                    && key
                        .chars()
                        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '"' | '\'' | ' '))
            }
            Dialect::Ini => line.indentation() == 0 || content.contains(['=', ':']),
        }
    }

    /// The quotes that a value opens and does not close.
    fn opened_string(&self, content: &str) -> Option<&'static str> {
        let is_open = |quotes: &&&str| content.matches(**quotes).count() % 2 == 1;
        if self.dialect == Dialect::Ini {
            return None;
        }
        ["\"\"\"", "'''"].iter().find(is_open).copied()
    }
}

/// Parts of a name with dots, without quotes; at most [`MAX_PARTS`].
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for c in name.chars() {
        let is_full = parts.len() >= MAX_PARTS;
        match c {
            '"' | '\'' if quote.is_none() => quote = Some(c),
            c if quote == Some(c) => quote = None,
            '.' if quote.is_none() && !is_full => parts.push(String::new()),
            c => {
                if let Some(last) = parts.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}
