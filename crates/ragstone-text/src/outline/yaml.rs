//! The outline of YAML: one block per entry of the outer mappings and sequences, found line by line.
//!
//! Nothing is parsed into values, so aliases are never expanded. What is indented more than a key with a value, be
//! it a block of text, a quoted string or a collection in brackets, belongs to that key and is not read.

use super::line::{Line, lines};
use super::{BlockKind, Outline, SectionId};

/// Collections down to this depth have their entries as blocks; what is deeper is split at lines.
const ENTRY_DEPTH: usize = 3;

/// Longest key that is taken for one.
const MAX_KEY_BYTES: usize = 200;

/// Reads once over the text; memory is bounded by the number of outer entries.
pub(crate) fn outline(text: &str) -> Outline {
    let mut reader = Reader { outline: Outline::new(), open: Vec::new(), pending: None, inside: None };
    for line in lines(text) {
        reader.read(line);
    }
    reader.outline
}

/// A mapping or a sequence that is open.
struct Collection {
    indentation: usize,
    is_sequence: bool,
    section: SectionId,
    entries: usize,
    /// What the last entry is called, and where it begins.
    entry: (String, usize),
}

struct Reader {
    outline: Outline,
    open: Vec<Collection>,
    /// Start of comments that belong to the next entry.
    pending: Option<usize>,
    /// Indentation of the entry whose value is not read: deeper lines belong to it.
    inside: Option<usize>,
}

impl Reader {
    fn read(&mut self, line: Line<'_>) {
        let content = line.content();
        let indentation = line.indentation();
        if content.is_empty() || self.inside.is_some_and(|outside| indentation > outside) {
            return;
        }
        self.inside = None;
        if content.starts_with('#') {
            self.pending.get_or_insert(line.start);
        } else if is_document_mark(line.text) {
            self.open.clear();
            let start = self.pending.take().unwrap_or(line.start);
            self.outline.block(start, 0, 0, BlockKind::Lines);
        } else {
            let start = self.pending.take().unwrap_or(line.start);
            self.read_entry(start, indentation, content);
        }
    }

    /// Reads `key: value`, `- item`, and items in items such as `- - key: value`.
    fn read_entry(&mut self, start: usize, indentation: usize, content: &str) {
        let (mut indentation, mut content) = (indentation, content);
        for _ in 0..=ENTRY_DEPTH {
            let Some(item) = item(content) else { break };
            if !self.enter(indentation, true) {
                self.inside = Some(indentation);
                return;
            }
            self.add(start, |entries| format!("[{entries}]"));
            let skipped = content.len() - item.len();
            if item.is_empty() {
                return;
            }
            self.inside = Some(indentation);
            indentation += skipped;
            content = item;
        }
        let Some((key, value)) = key(content) else {
            self.add_rest(start, indentation);
            return;
        };
        if !self.enter(indentation, false) {
            self.inside = Some(indentation);
            return;
        }
        self.add(start, |_| key.to_owned());
        self.inside = if is_without_value(value) { None } else { Some(indentation) };
    }

    /// Opens the collection at an indentation, or goes back to it; `false` where it is too deep to be read.
    fn enter(&mut self, indentation: usize, is_sequence: bool) -> bool {
        while let Some(last) = self.open.last() {
            // A sequence may stand below its key without being indented more.
            let is_inside = is_sequence && !last.is_sequence && last.indentation == indentation;
            let is_same = last.indentation == indentation && last.is_sequence == is_sequence;
            if is_inside || is_same || last.indentation < indentation {
                break;
            }
            self.open.pop();
        }
        let is_known = self
            .open
            .last()
            .is_some_and(|last| last.indentation == indentation && last.is_sequence == is_sequence);
        if is_known {
            return true;
        }
        if self.open.len() > ENTRY_DEPTH {
            return false;
        }
        let section = match self.open.last() {
            Some(parent) => {
                let section = self.outline.section(parent.section, &parent.entry.0);
                self.outline.move_last_block(parent.entry.1, section);
                section
            }
            None => 0,
        };
        self.open.push(Collection {
            indentation,
            is_sequence,
            section,
            entries: 0,
            entry: (String::new(), 0),
        });
        true
    }

    /// Adds an entry to the innermost collection.
    fn add(&mut self, start: usize, name: impl FnOnce(usize) -> String) {
        let level = u8::try_from(self.open.len()).unwrap_or(u8::MAX);
        if let Some(collection) = self.open.last_mut() {
            collection.entry = (name(collection.entries), start);
            collection.entries += 1;
            self.outline.block(start, collection.section, level, BlockKind::Lines);
        }
    }

    /// A line that is no entry belongs to what is around it.
    fn add_rest(&mut self, start: usize, indentation: usize) {
        if self.open.is_empty() && indentation == 0 {
            self.outline.block(start, 0, 1, BlockKind::Lines);
        }
    }
}

fn is_document_mark(text: &str) -> bool {
    let is_mark = |mark| {
        text.strip_prefix(mark)
            .is_some_and(|rest: &str| rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
    };
    is_mark("---") || is_mark("...")
}

/// What follows the dash of a sequence's item.
fn item(content: &str) -> Option<&str> {
    match content.strip_prefix('-')? {
        "" => Some(""),
        rest if rest.starts_with([' ', '\t']) => Some(rest.trim_start()),
        _ => None,
    }
}

/// Key without its quotes, and value of an entry.
fn key(content: &str) -> Option<(&str, &str)> {
    let quote = content.chars().next().filter(|first| matches!(first, '"' | '\''));
    let (key, rest) = match quote {
        Some(quote) => content.get(1..)?.split_once(quote)?,
        None if content.starts_with(['[', '{', '?', '|', '>', '%', '@', '`']) => return None,
        None => {
            let end = content.match_indices(':').find(|(at, _)| {
                content.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
            })?;
            content.split_at(end.0)
        }
    };
    let value = rest.trim_start().strip_prefix(':')?;
    (key.len() <= MAX_KEY_BYTES && !key.is_empty()).then_some((key.trim(), value.trim()))
}

/// Whether the value is on the lines below: nothing, a comment, an anchor or a tag stands behind the key.
fn is_without_value(value: &str) -> bool {
    let mut words = value.split_whitespace();
    words.all(|word| word.starts_with(['&', '!'])) || value.starts_with('#')
}
